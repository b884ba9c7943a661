//! Where webhooks go: an address, what it wants to hear, and the secret that signs for it.

pub mod change;
pub mod check;
pub(crate) mod disable;
pub(crate) mod health;
pub mod http;
mod problem;
pub mod service;
pub mod shape;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType, means};
use serde::{Deserialize, Serialize};

/// How long an old secret goes on signing after a rotation.
pub const ROTATION_H: i64 = 24;

/// Secrets that may sign for one endpoint at once, the newest and those that still sign beside it.
pub const SECRETS_MAX: usize = 5;

/// Endpoints that one tenant may have.
pub const ENDPOINTS_MAX: u64 = 100;

/// The fields of an endpoint that its events show.
const FIELDS: &[Field] = &[
    Field {
        name: "url",
        of: FieldType::Text,
        optional: false,
        about: "Where it is.",
    },
    Field {
        name: "status",
        of: FieldType::Text,
        optional: false,
        about: "`enabled` or `disabled`.",
    },
];

/// What this crate says on the bus.
pub const EVENTS: &[EventType] = &[
    event("webhooks.endpoint.created", "A webhook endpoint was made."),
    event("webhooks.endpoint.updated", "A webhook endpoint was changed."),
    event("webhooks.endpoint.deleted", "A webhook endpoint was deleted."),
    event(
        "webhooks.endpoint.enabled",
        "A disabled endpoint was enabled; what was parked goes out.",
    ),
    event(
        "webhooks.endpoint.disabled",
        "An endpoint was disabled, by its owner, by a 410, after five days of failure, or when its key or owner went.",
    ),
    event(
        "webhooks.endpoint.rotated",
        "An endpoint has a new secret; the old one signs for another day.",
    ),
    event(TESTED, "A test, sent to one endpoint on request."),
    event(
        REPLAYED,
        "Deliveries of an endpoint were sent again, one or all of a time.",
    ),
];

/// Somebody had deliveries sent again.
pub const REPLAYED: &str = "webhooks.endpoint.replayed";

/// The event that `test` sends.
pub const TESTED: &str = "webhooks.endpoint.tested";

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "webhook",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "webhooks:read",
    }
}

/// What an endpoint is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// What happened to which record; the receiver reads the record itself.
    #[default]
    Thin,
    /// The record's declared fields too, as far as the endpoint's owner may see them.
    Full,
}

impl Payload {
    pub fn word(self) -> &'static str {
        match self {
            Self::Thin => "thin",
            Self::Full => "full",
        }
    }

    /// What is neither is thin: nobody is shown more than was asked for.
    pub fn of_word(word: &str) -> Self {
        if word == "full" { Self::Full } else { Self::Thin }
    }
}

/// Whether an endpoint hears events of this type.
pub fn wants(patterns: &[String], kind: &str) -> bool {
    patterns.iter().any(|pattern| means(pattern, kind))
}
