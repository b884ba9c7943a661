//! What leads are called, and what is told of them.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

use crate::record::{Kind, has, may_have};

pub const KIND: Kind = Kind {
    object: "lead",
    plural: "leads",
    zh: "线索",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:leads:read",
    write: "crm:leads:write",
    owned: true,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("lead"), "The lead."),
    has("name", FieldType::Text, "The person's name."),
    may_have("company", FieldType::Text, "The company's name."),
    may_have("email", FieldType::Text, "The e-mail address."),
    may_have("phone", FieldType::Text, "The telephone number."),
    may_have("source", FieldType::Text, "Where it comes from."),
    has(
        "status",
        FieldType::Text,
        "new, working, qualified, disqualified or converted.",
    ),
    may_have("owner", FieldType::Person, "Who works on it."),
    has("visibility", FieldType::Text, "Who sees it: tenant or mine."),
    may_have("estimated_amount", FieldType::Money, "What it may be worth."),
    may_have("notes", FieldType::Text, "What is known."),
    may_have("disqualified_reason", FieldType::Text, "Why nothing comes of it."),
    may_have("converted_at", FieldType::Instant, "When it was converted."),
    may_have(
        "account",
        FieldType::Record("account"),
        "The company that it became.",
    ),
    may_have(
        "contact",
        FieldType::Record("contact"),
        "The person that it became.",
    ),
    may_have("deal", FieldType::Record("deal"), "The deal that it became."),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "lead",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:leads:read",
    }
}

const CREATED: EventType = event("crm.lead.created", "A lead was created.");
const UPDATED: EventType = event("crm.lead.updated", "Fields of a lead changed.");
pub(super) const DISQUALIFIED: EventType = event("crm.lead.disqualified", "Nothing comes of a lead.");
pub(super) const REOPENED: EventType = event(
    "crm.lead.reopened",
    "A lead that was disqualified is worked on again.",
);
pub(super) const CONVERTED: EventType = event(
    "crm.lead.converted",
    "A lead became a contact, and an account and a deal if so.",
);
const DELETED: EventType = event("crm.lead.deleted", "A lead was deleted; it can be restored.");
const RESTORED: EventType = event("crm.lead.restored", "A deleted lead was brought back.");

/// Every event that a lead emits.
pub const EVENTS: &[EventType] = &[
    CREATED,
    UPDATED,
    DISQUALIFIED,
    REOPENED,
    CONVERTED,
    DELETED,
    RESTORED,
];
