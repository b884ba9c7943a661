//! What activities are called, and what is told of them.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

use crate::record::{Kind, has, may_have};

pub const KIND: Kind = Kind {
    object: "activity",
    plural: "activities",
    zh: "活动",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:activities:read",
    write: "crm:activities:write",
    owned: true,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("activity"), "The activity."),
    has("type", FieldType::Text, "task, call, email, meeting or note."),
    has("subject", FieldType::Text, "What it is, on one line."),
    may_have("body", FieldType::Text, "More of it."),
    has("status", FieldType::Text, "open, done or cancelled."),
    has("priority", FieldType::Text, "low, normal or high."),
    may_have("owner", FieldType::Person, "Who is to do it."),
    has("visibility", FieldType::Text, "Who sees it: tenant or mine."),
    may_have("due_at", FieldType::Instant, "When it is due."),
    may_have("due_on", FieldType::Date, "The day at whose end it is due."),
    may_have("starts_at", FieldType::Instant, "When the meeting starts."),
    may_have("ends_at", FieldType::Instant, "When the meeting ends."),
    may_have("completed_at", FieldType::Instant, "When it was done."),
    may_have(
        "account",
        FieldType::Record("account"),
        "The company it is about.",
    ),
    may_have("contact", FieldType::Record("contact"), "The person it is about."),
    may_have("deal", FieldType::Record("deal"), "The deal it is about."),
    may_have("lead", FieldType::Record("lead"), "The lead it is about."),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "activity",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:activities:read",
    }
}

const CREATED: EventType = event("crm.activity.created", "An activity was created.");
pub(super) const UPDATED: EventType = event("crm.activity.updated", "Fields of an activity changed.");
pub(super) const COMPLETED: EventType = event("crm.activity.completed", "An activity was done.");
pub(super) const REOPENED: EventType = event(
    "crm.activity.reopened",
    "An activity that was done or cancelled is open again.",
);
const DELETED: EventType = event(
    "crm.activity.deleted",
    "An activity was deleted; it can be restored.",
);
const RESTORED: EventType = event("crm.activity.restored", "A deleted activity was brought back.");

/// Every event that an activity emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, COMPLETED, REOPENED, DELETED, RESTORED];
