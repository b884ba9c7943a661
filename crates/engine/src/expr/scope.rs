//! What an expression may see at its place, by name and type.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Items, PersonPart, RequestPart, Slot, StepPart, Type};
use crate::definition::Signature;

/// The names at a place.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub fields: Arc<BTreeMap<String, Slot>>,
    pub requester: bool,
    pub approver: bool,
    pub candidate: bool,
    pub request: bool,
    /// Steps whose result may be read here; `None` where steps are not to be had.
    pub steps: Option<Arc<Vec<String>>>,
    /// What is filled in at steps that are work.
    pub step_forms: Arc<BTreeMap<String, BTreeMap<String, Slot>>>,
    /// The items of each `each` around this place, outermost first.
    pub items: Vec<Item>,
    /// What the items are of each `each` before this place.
    pub eaches: Arc<BTreeMap<String, Type>>,
    /// What can come of each wait with several ends before this place.
    pub waits: Arc<BTreeMap<String, Vec<String>>>,
    /// Steps inside an `each` before this place, and that `each`: they are read inside it alone.
    pub inside: Arc<BTreeMap<String, String>>,
    /// The event's object -> its fields.
    pub event: Option<Arc<BTreeMap<String, BTreeMap<String, Slot>>>>,
    /// The fields of an earlier request, `other`; of another workflow no more is known than that there are some.
    pub other: Option<Other>,
    /// The tables that can be asked.
    pub tables: Arc<BTreeMap<String, Signature>>,
    /// The field that `new` and `old` stand for.
    pub changed: Option<Slot>,
    /// Paths known to be filled in here, because a condition around this place says so.
    pub known: Vec<String>,
    /// The form could not be read: a name that nothing else has may be one of its fields.
    pub open: bool,
}

/// What an item of an `each` is called, and what it is.
#[derive(Debug, Clone)]
pub struct Item {
    pub each: String,
    pub name: String,
    pub slot: Slot,
}

/// What is known of the fields of an earlier request.
#[derive(Debug, Clone)]
pub enum Other {
    Known(Arc<BTreeMap<String, Slot>>),
    Unknown,
    /// Why is told elsewhere.
    Unread,
}

/// So many paths are known at a place at most; beyond them a field may be called empty where it is not.
const KNOWN: usize = 500;

/// Adds what a condition tells to what is known, each path once.
pub(crate) fn learn(known: &mut Vec<String>, facts: &[String]) {
    for fact in facts {
        if known.len() < KNOWN && !known.contains(fact) {
            known.push(fact.clone());
        }
    }
}

/// Among the known paths: all of them, because the condition around could not be read.
pub(super) const EVERY_PATH: &str = "*";

impl Scope {
    /// Every name that can begin an expression here.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.fields.keys().map(String::as_str).collect();
        let words = [
            (self.requester, "requester"),
            (self.approver, "approver"),
            (self.candidate, "person"),
            (self.request, "request"),
            (self.event.is_some(), "event"),
            (self.other.is_some(), "other"),
            (self.changed.is_some(), "new"),
            (self.changed.is_some(), "old"),
            (self.request || self.event.is_some(), "today"),
            (self.request || self.event.is_some(), "now"),
        ];
        names.extend(words.iter().filter(|(here, _)| *here).map(|(_, name)| *name));
        names.extend(self.items.iter().map(|item| item.name.as_str()));
        names
    }
}

pub(super) const PERSON_PARTS: [(&str, PersonPart); 13] = [
    ("id", PersonPart::Id),
    ("name", PersonPart::Name),
    ("email", PersonPart::Email),
    ("department", PersonPart::Department),
    ("title", PersonPart::Title),
    ("grade", PersonPart::Grade),
    ("cost_center", PersonPart::CostCenter),
    ("manager", PersonPart::Manager),
    ("limit", PersonPart::Limit),
    ("country", PersonPart::Country),
    ("roles", PersonPart::Roles),
    ("groups", PersonPart::Groups),
    ("skills", PersonPart::Skills),
];

impl PersonPart {
    /// Its word after the point.
    pub fn word(self) -> &'static str {
        PERSON_PARTS
            .iter()
            .find(|(_, part)| *part == self)
            .map_or("id", |(word, _)| word)
    }

    pub(super) fn slot(self) -> Slot {
        match self {
            Self::Id | Self::Name | Self::Email => Slot::always(Type::Text),
            Self::Department | Self::Title | Self::Grade | Self::CostCenter | Self::Country => {
                Slot::maybe(Type::Text)
            }
            Self::Manager => Slot::maybe(Type::Person),
            Self::Limit => Slot::maybe(Type::Money),
            Self::Roles | Self::Groups | Self::Skills => Slot::always(Type::list(Type::Text)),
        }
    }
}

pub(super) const REQUEST_PARTS: [(&str, RequestPart); 5] = [
    ("id", RequestPart::Id),
    ("number", RequestPart::Number),
    ("submitted_at", RequestPart::SubmittedAt),
    ("round", RequestPart::Round),
    ("status", RequestPart::Status),
];

impl RequestPart {
    /// Its word after the point.
    pub fn word(self) -> &'static str {
        REQUEST_PARTS
            .iter()
            .find(|(_, part)| *part == self)
            .map_or("id", |(word, _)| word)
    }

    pub(super) fn slot(self) -> Slot {
        match self {
            Self::Id | Self::Status => Slot::always(Type::Text),
            Self::Number => Slot::maybe(Type::Text),
            Self::SubmittedAt => Slot::always(Type::Instant),
            Self::Round => Slot::always(Type::Number),
        }
    }
}

/// What can be read of a wait with several ends.
pub(super) const WAIT_PARTS: [&str; 1] = ["came"];

pub(super) const STEP_PARTS: [(&str, StepPart); 5] = [
    ("decision", StepPart::Decision),
    ("by", StepPart::By),
    ("comment", StepPart::Comment),
    ("approved", StepPart::Approved),
    ("rejected", StepPart::Rejected),
];

pub(super) const ITEMS_PARTS: [(&str, Items); 2] =
    [("approved", Items::Approved), ("rejected", Items::Rejected)];

impl Items {
    /// Its word after the point.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

impl StepPart {
    /// Its word after the point.
    pub fn word(self) -> &'static str {
        STEP_PARTS
            .iter()
            .find(|(_, part)| *part == self)
            .map_or("came", |(word, _)| word)
    }

    pub(super) fn slot(self) -> Slot {
        match self {
            // Of a wait, whose names are known where it is read.
            Self::Came => Slot::maybe(Type::Text),
            Self::Decision => Slot::maybe(Type::Choice(Arc::from(
                ["approved", "rejected", "returned"].map(str::to_owned),
            ))),
            Self::By => Slot::maybe(Type::Person),
            Self::Comment => Slot::maybe(Type::Text),
            // Not done yet is neither: so these are never empty.
            Self::Approved | Self::Rejected => Slot::always(Type::YesNo),
        }
    }
}
