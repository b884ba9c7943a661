//! The chain: every entry's hash covers the one before it, so that no entry can be changed, taken out, put in or
//! moved without every later head changing too.

use countersign_kernel::canonical;
use countersign_kernel::id::TenantId;
use countersign_storage::log::Logged;
use sha2::{Digest, Sha256};

/// A head of the chain.
pub(super) type Head = [u8; 32];

/// What the first entry of a tenant is chained to.
pub(super) fn origin(tenant: TenantId) -> Head {
    let mut hash = Sha256::new();
    hash.update(b"countersign audit chain 1\n");
    hash.update(tenant.0.as_bytes());
    hash.finalize().into()
}

/// The head after these entries.
pub(super) fn extend<'a>(head: Head, entries: impl IntoIterator<Item = &'a Logged>) -> Head {
    entries.into_iter().fold(head, |head, entry| {
        let mut hash = Sha256::new();
        hash.update(head);
        hash.update(digest(entry));
        hash.finalize().into()
    })
}

/// Covers all of an entry but its private part, of which the body holds the hash. The place (`seq`) is covered, the
/// transaction's number is not: it decides in which seal an entry stands, and so is covered by the order.
fn digest(entry: &Logged) -> Head {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(entry.tenant.0.as_bytes());
    part(&entry.seq.to_be_bytes());
    part(entry.id.0.as_bytes());
    part(entry.subject.kind.as_bytes());
    part(entry.subject.id.as_bytes());
    part(&entry.version.to_be_bytes());
    part(entry.kind.as_bytes());
    part(&entry.format.to_be_bytes());
    part(&entry.at.millis().to_be_bytes());
    part(entry.actor.to_string().as_bytes());
    part(
        entry
            .on_behalf_of
            .map(|user| user.0.into_bytes())
            .as_ref()
            .map_or(&[], |bytes| bytes),
    );
    part(
        entry
            .cause
            .map(|event| event.0.into_bytes())
            .as_ref()
            .map_or(&[], |bytes| bytes),
    );
    part(&entry.depth.to_be_bytes());
    part(entry.trace.as_deref().unwrap_or_default().as_bytes());
    for link in &entry.links {
        part(link.kind.as_bytes());
        part(link.id.as_bytes());
    }
    part(canonical::text(&entry.body).as_bytes());
    hash.finalize().into()
}

/// Whether the private part is the one that the body speaks of; one that was erased always is.
pub(super) fn words_fit(entry: &Logged) -> bool {
    let said = entry.body.get("private").and_then(serde_json::Value::as_str);
    match (&entry.private, said) {
        (Some(private), Some(hash)) => canonical::hash(private) == hash,
        (Some(_), None) | (None, _) => true,
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
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use countersign_kernel::actor::Actor;
    use countersign_kernel::catalogue::Link;
    use countersign_kernel::id::EventId;
    use countersign_kernel::time::Instant;
    use countersign_storage::Entry;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn entry(seq: i64) -> Logged {
        let entry = Entry {
            id: EventId(Uuid::from_u128(seq.unsigned_abs().into())),
            subject: Link::new("deal", Uuid::from_u128(9)),
            version: seq,
            kind: "crm.deal.won".into(),
            format: 1,
            at: Instant::from_millis(1_000 + seq),
            actor: Actor::System,
            on_behalf_of: None,
            cause: None,
            depth: 0,
            trace: None,
            links: vec![],
            body: json!({"thing": {"amount": seq}}),
            private: None,
        };
        Logged {
            tenant: TENANT,
            seq,
            xid: 0,
            entry,
        }
    }

    #[test]
    fn any_change_changes_the_head() {
        let log: Vec<Logged> = (1..=4).map(entry).collect();
        let head = extend(origin(TENANT), &log);
        let mut edited = log.clone();
        edited[2].entry.body = json!({"thing": {"amount": 999}});
        let mut swapped = log.clone();
        swapped.swap(1, 2);
        let mut renamed = log.clone();
        renamed[0].entry.actor = Actor::Automation("x".into());
        for other in [edited, swapped, renamed, log[..3].to_vec(), log[1..].to_vec()] {
            assert_ne!(extend(origin(TENANT), &other), head);
        }
        assert_eq!(
            extend(extend(origin(TENANT), &log[..2]), &log[2..]),
            head,
            "sealing in two goes gives the same head"
        );
        assert_eq!(read(&show(&head)), Some(head));
    }

    #[test]
    fn erased_words_leave_the_chain_as_it_was_and_changed_ones_show() {
        let words = json!({"comment": "fine"});
        let mut entry = entry(1);
        entry.entry.body = json!({"private": canonical::hash(&words)});
        entry.entry.private = Some(words);
        let head = extend(origin(TENANT), [&entry]);
        assert!(words_fit(&entry));
        entry.entry.private = Some(json!({"comment": "never"}));
        assert!(!words_fit(&entry));
        entry.entry.private = None;
        assert!(words_fit(&entry));
        assert_eq!(extend(origin(TENANT), [&entry]), head);
    }
}
