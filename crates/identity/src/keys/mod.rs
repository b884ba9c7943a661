//! API keys: `csk_<id>_<secret>`, with the rights of whoever made them, cut down to some scopes.

pub mod http;
pub mod service;
pub mod store;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_kernel::id::{ApiKeyId, TypedId, UserId};
use countersign_kernel::text::{Words, nearest};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value, json};

use crate::error::Fault;
use crate::secret::{Malformed, Secret, read_token, token};

const PREFIX: &str = "csk_";

/// A key as its bearer writes it. Shown once; only the hash of its secret is kept.
#[derive(Debug, Clone)]
pub struct KeyText {
    pub id: ApiKeyId,
    pub secret: Secret,
}

impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&token(PREFIX, [self.id.uuid()], &self.secret))
    }
}

impl FromStr for KeyText {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let ([id], secret) = read_token(PREFIX, text)?;
        Ok(Self {
            id: ApiKeyId(id),
            secret,
        })
    }
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// Who made it, and whose rights it has.
    pub user: UserId,
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: String,
    pub scopes: BTreeSet<String>,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ApiKey {
    /// Whether it lets anybody in now.
    pub fn counts(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

/// Everything that is wrong with a new key.
pub fn faults(
    name: &str,
    scopes: &[String],
    expires_at: Option<Instant>,
    known: &BTreeSet<String>,
    now: Instant,
) -> Vec<Fault> {
    let mut faults: Vec<Fault> = crate::tenants::name_fault("/name", name).into_iter().collect();
    if scopes.is_empty() {
        let detail = Words::fixed("A key has at least one scope.", "密钥至少需要一个权限范围。");
        faults.push(Fault::new("/scopes", "empty", detail));
    }
    for (at, scope) in scopes
        .iter()
        .enumerate()
        .filter(|(_, scope)| !known.contains(*scope))
    {
        let near = nearest(scope, known.iter().map(String::as_str));
        let (en, zh) = near
            .map(|near| (format!(" Did you mean \"{near}\"?"), format!("是否指 “{near}”？")))
            .unwrap_or_default();
        let detail = Words::new(
            format!("There is no scope \"{scope}\".{en}"),
            format!("没有权限范围 “{scope}”。{zh}"),
        );
        faults.push(Fault::new(format!("/scopes/{at}"), "unknown_scope", detail));
    }
    if expires_at.is_some_and(|expires_at| expires_at <= now) {
        let detail = Words::fixed(
            "A key expires in the future, or never (null).",
            "密钥的到期时间须在将来，或不设（null）。",
        );
        faults.push(Fault::new("/expires_at", "past", detail));
    }
    faults
}

/// What events carry of a key.
pub fn thing(key: &ApiKey) -> Map<String, Value> {
    let value = json!({ "user": key.user, "scopes": key.scopes, "expires_at": key.expires_at });
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}

const FIELDS: &[Field] = &[
    Field {
        name: "user",
        of: FieldType::Person,
        optional: false,
        about: "Who made it.",
    },
    Field {
        name: "scopes",
        of: FieldType::Json,
        optional: false,
        about: "What it may touch.",
    },
    Field {
        name: "expires_at",
        of: FieldType::Instant,
        optional: true,
        about: "When it stops to count.",
    },
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "api_key",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "identity:keys:read",
    }
}

pub const CREATED: EventType = event("identity.key.created", "An API key was made.");
pub const REVOKED: EventType = event("identity.key.revoked", "An API key was revoked.");

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use countersign_kernel::id::Entropy;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(5);
        }
    }

    #[test]
    fn a_key_reads_back_what_it_wrote_and_only_that() {
        let key = KeyText {
            id: ApiKeyId(uuid::Uuid::from_u128(7)),
            secret: Secret::mint(&Fixed),
        };
        let text = key.to_string();
        let read: KeyText = text.parse().unwrap();
        assert!(read.id == key.id && read.secret == key.secret);
        assert!(!format!("{key:?}").contains(&key.secret.text()));
        for text in [
            "csk_abc_def",
            "",
            "csk_",
            "csk__",
            &text[..50],
            &format!("{text}_"),
            &text.to_uppercase(),
        ] {
            assert!(text.parse::<KeyText>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_fault_of_a_new_key_is_named_at_once() {
        let known = BTreeSet::from(["crm:deals:read".to_owned(), "crm:deals:write".to_owned()]);
        let now = Instant::from_millis(10);
        let scopes = ["crm:deals:read".to_owned(), "crm:deal:write".to_owned()];
        let found = faults(" ", &scopes, Some(now), &known, now);
        let places: Vec<_> = found.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/name", "/scopes/1", "/expires_at"]);
        assert!(found[1].detail.en.ends_with("Did you mean \"crm:deals:write\"?"));
        assert_eq!(faults("x", &[], None, &known, now).len(), 1);
    }
}
