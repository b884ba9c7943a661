//! What rules tell the log: every published version, for history and audit alone; and runs that could not act.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

const fn published(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "definition",
        about,
        public: false,
        fields: &[],
        scope: "rules:definitions:read",
    }
}

const fn field(name: &'static str, of: FieldType, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional: false,
        about,
    }
}

const OF_RUN: &[Field] = &[
    field("id", FieldType::Record("run"), "The run."),
    field("name", FieldType::Text, "The name of its automation."),
    field("automation_version", FieldType::Integer, "The version that ran."),
    field("event", FieldType::Text, "The id of the event that woke it."),
    field("event_type", FieldType::Text, "The type of that event."),
    field(
        "subject",
        FieldType::Text,
        "The id of the record that the event is about.",
    ),
    field("status", FieldType::Text, "acted, skipped, held or failed."),
    field("why", FieldType::Json, "Why it did not act, by language."),
];

const fn of_run(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "run",
        about,
        public: true,
        fields: OF_RUN,
        scope: "rules:runs:read",
    }
}

/// An automation that should have acted could not be judged, or an action of it refused.
pub(crate) const RUN_FAILED: EventType = of_run(
    "rules.run.failed",
    "An automation could not act: it could not be judged, or an action refused.",
);

pub(crate) const RUN_RETRIED: EventType = of_run(
    "rules.run.retried",
    "Somebody started a run again that could not act.",
);

/// Every type of event that rules write.
pub const EVENTS: &[EventType] = &[
    published(
        "rules.workflow.published",
        "A version of a workflow was published.",
    ),
    published(
        "rules.automation.published",
        "A version of an automation was published.",
    ),
    published(
        "rules.calendar.published",
        "A version of a calendar was published.",
    ),
    RUN_FAILED,
    RUN_RETRIED,
];
