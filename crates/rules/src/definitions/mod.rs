//! Definitions: workflows, automations, calendars, tables and leave types, published version by version.
//!
//! A version is written once and never changed: a running request keeps the one that it began with.
//! A name is published by whoever holds `admin`, `hr` or a role that the settings name for it; its next version also by
//! the `owners` of the one in force.

pub(crate) mod cache;
pub(crate) mod compiled;
pub(crate) mod http;
mod judged;
pub(crate) mod keep;
pub(crate) mod right;
pub(crate) mod service;
pub(crate) mod store;
mod texts;
pub(crate) mod view;

pub use judged::Judged;
pub(crate) use judged::Passed;
pub use right::owns;
pub use service::{Offered, Publish, Published, Rules, Tenant};

/// What kind of file a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Workflow,
    Automation,
    Calendar,
    Table,
    LeaveTypes,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Workflow,
        Self::Automation,
        Self::Calendar,
        Self::Table,
        Self::LeaveTypes,
    ];

    /// As the first key of the file says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Automation => "automation",
            Self::Calendar => "calendar",
            Self::Table => "table",
            Self::LeaveTypes => "leave_types",
        }
    }

    /// The kind of this word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// As the path says it.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Workflow => "workflows",
            Self::Automation => "automations",
            Self::Calendar => "calendars",
            Self::Table => "tables",
            Self::LeaveTypes => "leave-types",
        }
    }
}
