//! The chain: every entry's hash covers the one before it, so that no entry can be changed, taken out, put in or
//! moved without every later head changing too.

use chrono::{DateTime, Utc};
use countersign_kernel::canonical;
use countersign_kernel::id::TenantId;
use countersign_storage::log::{Logged, Stored, StoredEntry};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::store::seals;

/// A head of the chain.
pub(super) type Head = [u8; 32];

/// What the first entry of a tenant is chained to.
pub(super) fn origin(tenant: TenantId) -> Head {
    let mut hash = Sha256::new();
    hash.update(b"countersign audit chain 1\n");
    hash.update(tenant.0.as_bytes());
    hash.finalize().into()
}

/// How the hash of a seal is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The entries as they read.
    One,
    /// The entries as their columns hold them, then the seal's own columns. What cannot be read can be sealed, too.
    Two,
}

impl Format {
    /// What new seals are made in.
    pub(super) const LATEST: i64 = 2;

    pub(super) fn of(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            Self::LATEST => Some(Self::Two),
            _ => None,
        }
    }
}

/// The head after these entries.
pub(super) fn extend<'a>(head: Head, entries: impl IntoIterator<Item = &'a Stored>, format: Format) -> Head {
    entries.into_iter().fold(head, |head, stored| {
        let digest = match (format, &stored.entry) {
            (Format::One, _) => stored.parse().ok().map(|entry| digest_as_read(&entry)),
            (Format::Two, entry) => entry.as_ref().ok().map(digest_as_stored),
        };
        let mut parts = Parts::default();
        parts.0.update(head);
        parts.0.update(digest.unwrap_or(UNREADABLE));
        parts.hash()
    })
}

/// The hash of a seal whose entries led to this head.
pub(super) fn seal(head: Head, seal: &seals::Model, format: Format) -> Head {
    if format == Format::One {
        return head;
    }
    let mut parts = Parts::default();
    parts.part(b"countersign audit seal 2");
    parts.part(&head);
    parts.part(seal.tenant_id.as_bytes());
    parts.number(seal.number);
    parts.number(seal.entries);
    parts.part(seal.cursor.as_bytes());
    parts.instant(seal.sealed_at);
    parts.hash()
}

/// Stands for an entry that cannot be read.
const UNREADABLE: Head = [0; 32];

/// What is hashed, each part behind its length.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: i64) {
        self.part(&number.to_be_bytes());
    }

    fn instant(&mut self, at: DateTime<Utc>) {
        self.number(at.timestamp());
        self.number(at.timestamp_subsec_nanos().into());
    }

    /// Nothing is another thing than an empty text.
    fn optional(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => {
                self.number(1);
                self.part(bytes);
            }
            None => self.number(0),
        }
    }

    fn hash(self) -> Head {
        self.0.finalize().into()
    }
}

/// Covers every column of an entry but its private part, of which the body holds the hash.
fn digest_as_stored(entry: &StoredEntry) -> Head {
    let mut parts = Parts::default();
    parts.part(entry.tenant.as_bytes());
    parts.number(entry.seq);
    parts.number(entry.xid);
    parts.part(entry.id.as_bytes());
    parts.part(entry.subject_kind.as_bytes());
    parts.part(entry.subject_id.as_bytes());
    parts.number(entry.version);
    parts.part(entry.kind.as_bytes());
    parts.number(entry.format);
    parts.instant(entry.at);
    parts.part(entry.actor.as_bytes());
    parts.optional(entry.on_behalf_of.as_ref().map(|id| &id.as_bytes()[..]));
    parts.optional(entry.cause.as_ref().map(|id| &id.as_bytes()[..]));
    parts.number(entry.depth);
    parts.optional(entry.trace.as_deref().map(str::as_bytes));
    parts.part(entry.links.as_bytes());
    parts.part(entry.body.as_bytes());
    parts.hash()
}

/// Covers an entry as format 1 did: what is read from its columns, without the transaction's number.
fn digest_as_read(entry: &Logged) -> Head {
    let mut parts = Parts::default();
    parts.part(entry.tenant.0.as_bytes());
    parts.number(entry.seq);
    parts.part(entry.id.0.as_bytes());
    parts.part(entry.subject.kind.as_bytes());
    parts.part(entry.subject.id.as_bytes());
    parts.number(entry.version);
    parts.part(entry.kind.as_bytes());
    parts.part(&entry.format.to_be_bytes());
    parts.number(entry.at.millis());
    parts.part(entry.actor.to_string().as_bytes());
    let id = |id: Option<uuid::Uuid>| id.map(uuid::Uuid::into_bytes);
    parts.part(
        id(entry.on_behalf_of.map(|user| user.0))
            .as_ref()
            .map_or(&[], |id| id),
    );
    parts.part(id(entry.cause.map(|event| event.0)).as_ref().map_or(&[], |id| id));
    parts.part(&entry.depth.to_be_bytes());
    parts.part(entry.trace.as_deref().unwrap_or_default().as_bytes());
    for link in &entry.links {
        parts.part(link.kind.as_bytes());
        parts.part(link.id.as_bytes());
    }
    parts.part(canonical::text(&entry.body).as_bytes());
    parts.hash()
}

/// Whether the private part is the one that the body speaks of. One that is gone does not fit: nothing erases words yet,
/// and whatever will has to say so in the log.
pub(super) fn words_fit(entry: &StoredEntry) -> bool {
    // Sealed as it stands: there is nothing to judge the words by.
    let Ok(body) = serde_json::from_str::<Value>(&entry.body) else {
        return true;
    };
    let said = body.get("private").and_then(Value::as_str);
    match (&entry.private, said) {
        (Some(private), Some(hash)) => {
            serde_json::from_str(private).is_ok_and(|private: Value| canonical::hash(&private) == hash)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A head in hexadecimal, as it is kept and shown.
pub(super) fn show(head: &Head) -> String {
    canonical::hex(head)
}

/// The inverse of [`show`].
pub(super) fn read(text: &str) -> Option<Head> {
    let mut head = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in head.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(head)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
    use countersign_storage::Error;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn entry(seq: i64) -> StoredEntry {
        StoredEntry {
            tenant: TENANT.0,
            seq,
            xid: 7,
            id: Uuid::from_u128(seq.unsigned_abs().into()),
            subject_kind: "deal".into(),
            subject_id: Uuid::from_u128(9),
            version: seq,
            kind: "crm.deal.won".into(),
            format: 1,
            at: DateTime::from_timestamp_millis(1_000 + seq).unwrap(),
            actor: "system".into(),
            on_behalf_of: None,
            cause: None,
            depth: 0,
            trace: None,
            links: "[]".into(),
            body: json!({"thing": {"amount": seq}}).to_string(),
            private: None,
        }
    }

    fn stored(entries: &[StoredEntry]) -> Vec<Stored> {
        let stored = |entry: &StoredEntry| Stored {
            seq: entry.seq,
            entry: Ok(entry.clone()),
        };
        entries.iter().map(stored).collect()
    }

    fn head(entries: &[StoredEntry], format: Format) -> Head {
        extend(origin(TENANT), &stored(entries), format)
    }

    #[test]
    fn any_change_changes_the_head() {
        let log: Vec<StoredEntry> = (1..=4).map(entry).collect();
        for format in [Format::One, Format::Two] {
            let mut edited = log.clone();
            edited[2].body = json!({"thing": {"amount": 999}}).to_string();
            let mut unreadable = log.clone();
            unreadable[1].actor = "nobody".into();
            let mut swapped = log.clone();
            swapped.swap(1, 2);
            let mut renamed = log.clone();
            renamed[0].actor = "automation:x".into();
            for other in [
                edited,
                swapped,
                renamed,
                unreadable,
                log[..3].to_vec(),
                log[1..].to_vec(),
            ] {
                assert_ne!(head(&other, format), head(&log, format), "{format:?}");
            }
            assert_eq!(
                extend(head(&log[..2], format), &stored(&log[2..]), format),
                head(&log, format),
                "sealing in two goes gives the same head"
            );
        }
        assert_eq!(read(&show(&origin(TENANT))), Some(origin(TENANT)));
    }

    #[test]
    fn the_latest_format_covers_what_the_first_did_not() {
        let log = [entry(1)];
        let mut later = log.clone();
        later[0].xid = 8;
        let mut blank = log.clone();
        blank[0].trace = Some(String::new());
        for other in [later, blank] {
            assert_eq!(head(&other, Format::One), head(&log, Format::One));
            assert_ne!(head(&other, Format::Two), head(&log, Format::Two));
        }
        let gone = [Stored {
            seq: 1,
            entry: Err(Error::broken("a column")),
        }];
        assert_ne!(
            extend(origin(TENANT), &gone, Format::Two),
            head(&log, Format::Two)
        );
    }

    #[test]
    fn words_are_those_that_the_body_speaks_of() {
        let words = json!({"comment": "fine"});
        let mut entry = entry(1);
        assert!(words_fit(&entry));
        entry.private = Some(words.to_string());
        assert!(!words_fit(&entry), "words where there were none");
        entry.body = json!({"private": canonical::hash(&words)}).to_string();
        assert!(words_fit(&entry));
        entry.private = Some(json!({"comment": "never"}).to_string());
        assert!(!words_fit(&entry));
        entry.private = Some("{".into());
        assert!(!words_fit(&entry), "no words at all");
        entry.private = None;
        assert!(!words_fit(&entry), "they are gone");
    }
}
