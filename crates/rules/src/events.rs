//! What rules tell the log: every published version, for history and audit alone; proposals; and runs that could not act.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

const fn published(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "definition",
        within: None,
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
        within: None,
        about,
        public: true,
        fields: OF_RUN,
        scope: "rules:runs:read",
    }
}

const OF_PROPOSAL: &[Field] = &[
    field("id", FieldType::Record("proposal"), "The proposal."),
    field(
        "kind",
        FieldType::Text,
        "workflow, automation, calendar or table.",
    ),
    field("name", FieldType::Text, "The name that it is a version of."),
    field(
        "base_version",
        FieldType::Integer,
        "The version that it is to follow; 0 for none.",
    ),
    field(
        "status",
        FieldType::Text,
        "open, published, rejected or withdrawn.",
    ),
    field("proposed_by", FieldType::Person, "Who proposed it."),
    Field {
        name: "settled_by",
        of: FieldType::Person,
        optional: true,
        about: "Who published, rejected or withdrew it.",
    },
    Field {
        name: "published_version",
        of: FieldType::Integer,
        optional: true,
        about: "The version that it became.",
    },
];

const fn of_proposal(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "proposal",
        within: None,
        about,
        public: true,
        fields: OF_PROPOSAL,
        scope: "rules:definitions:read",
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
    published("rules.table.published", "A version of a table was published."),
    of_proposal(
        "rules.proposal.opened",
        "A version was proposed and waits for a second person.",
    ),
    of_proposal(
        "rules.proposal.published",
        "A second person published a proposal.",
    ),
    of_proposal("rules.proposal.rejected", "A second person rejected a proposal."),
    of_proposal("rules.proposal.withdrawn", "Whoever proposed it withdrew it."),
    RUN_FAILED,
    RUN_RETRIED,
];
