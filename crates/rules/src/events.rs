//! What rules tell the log: every published version. History and audit alone; nothing outside follows it yet.

use countersign_kernel::catalogue::EventType;

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
];
