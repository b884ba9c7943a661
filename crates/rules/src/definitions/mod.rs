//! Definitions: workflows, automations and calendars, published version by version.
//!
//! A version is written once and never changed: a running request keeps the one that it began with.
//! A new name is published by whoever holds `admin` or `hr`; its next version also by the `owners` of the one in force.

pub(crate) mod cache;
pub(crate) mod compiled;
pub(crate) mod http;
mod judged;
pub(crate) mod service;
pub(crate) mod store;
mod texts;
pub(crate) mod view;

use std::collections::BTreeSet;

use countersign_engine::definition::{Who, WhoKind};
use countersign_kernel::directory::{Directory, Person};
use countersign_kernel::text;

pub use judged::Judged;
pub use service::{Publish, Published, Rules, Tenant};

/// What kind of file a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Workflow,
    Automation,
    Calendar,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Workflow, Self::Automation, Self::Calendar];

    /// As the first key of the file says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Automation => "automation",
            Self::Calendar => "calendar",
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
        }
    }
}

/// Roles that may publish anything.
pub const PUBLISHERS: [&str; 2] = ["admin", "hr"];

/// Whether this person may publish a file with these owners (calendars and automations name none).
pub fn may_publish(
    roles: &BTreeSet<String>,
    person: Option<&Person>,
    owners: Option<&Who>,
    directory: &Directory,
) -> bool {
    let by_role = PUBLISHERS.iter().any(|role| roles.contains(*role));
    by_role
        || person
            .zip(owners)
            .is_some_and(|(person, owners)| owns(owners, person, directory))
}

/// Whether a person is among the owners. Owners are found without a request, so only what needs none counts.
pub fn owns(owners: &Who, person: &Person, directory: &Directory) -> bool {
    owners
        .parts
        .iter()
        .filter(|part| !part.needs_request())
        .any(|part| match &part.kind {
            WhoKind::Everyone => true,
            WhoKind::User(email) => text::same(&person.email, email),
            WhoKind::Role(role) => person.roles.contains(role),
            WhoKind::Group(group) => person.groups.contains(group),
            WhoKind::Department(name) => person.department.as_ref() == Some(name),
            WhoKind::HeadOf(name) => directory
                .department(name)
                .is_some_and(|department| department.head == Some(person.id)),
            WhoKind::Requester
            | WhoKind::HeadOfValue(_)
            | WhoKind::ManagerOf { .. }
            | WhoKind::ManagersOf { .. }
            | WhoKind::ApproverOf(_)
            | WhoKind::Person(_) => false,
        })
}
