//! Roles that people hold: names that workflows and rights refer to.

pub mod http;
pub mod service;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_kernel::id::RoleId;
use countersign_kernel::time::Instant;
use serde_json::{Map, Value};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub id: RoleId,
    /// As workflows name it: `finance`. Never changes.
    pub name: String,
    /// What it is for, in words.
    pub about: Option<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What events carry of a role.
pub fn thing(role: &Role) -> Map<String, Value> {
    [("name", Some(&role.name)), ("about", role.about.as_ref())]
        .into_iter()
        .map(|(name, text)| {
            (
                name.to_owned(),
                text.map_or(Value::Null, |text| Value::String(text.clone())),
            )
        })
        .collect()
}

const FIELDS: &[Field] = &[
    Field {
        name: "name",
        of: FieldType::Text,
        optional: false,
        about: "As workflows name it.",
    },
    Field {
        name: "about",
        of: FieldType::Text,
        optional: true,
        about: "What it is for.",
    },
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "role",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "identity:roles:read",
    }
}

pub const CREATED: EventType = event("identity.role.created", "A role was added.");
pub const UPDATED: EventType = event("identity.role.updated", "The words about a role changed.");
pub const DELETED: EventType = event("identity.role.deleted", "A role that nobody held was removed.");
