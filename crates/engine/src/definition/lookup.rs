//! Facts: what is looked up of earlier requests at each submission, because a form cannot hold it.

use countersign_kernel::text::Text;

use super::PersonRef;
use crate::expr::{Expr, Slot};
use crate::vocabulary::Status;

/// A fact: a sum or a count over earlier requests, which expressions read like a field.
#[derive(Debug, Clone)]
pub struct Lookup {
    pub name: String,
    pub line: usize,
    pub label: Option<Text>,
    pub adds: Adds,
    /// The workflow whose requests are looked at.
    pub of: String,
    /// Whose requests; where a field of the form is empty, nobody's.
    pub person: PersonRef,
    pub within: Within,
    /// What has become of them.
    pub statuses: Vec<Status>,
    /// Over `other`, the form of an earlier request.
    pub filter: Option<Expr>,
    /// The fields of an earlier request that are read, each once.
    pub fields: Vec<String>,
    /// Money or a number, never empty.
    pub slot: Slot,
}

/// What is made of the requests that are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adds {
    /// How many they are.
    Count,
    /// The sum of this field of their forms.
    Sum(String),
}

/// Since when they were submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Of the day, week (from Monday), month or year in which the request is submitted, where its requester works.
    Day,
    Week,
    Month,
    Year,
    /// So many milliseconds before it is submitted.
    Last(i64),
}

/// The words for the periods of the calendar.
pub(crate) const PERIODS: [(&str, Within); 4] = [
    ("day", Within::Day),
    ("week", Within::Week),
    ("month", Within::Month),
    ("year", Within::Year),
];

/// The words for what became of a request.
pub(crate) const LOOKED_AT: [(&str, Status); 7] = [
    ("open", Status::Open),
    ("returned", Status::Returned),
    ("held", Status::Held),
    ("approved", Status::Approved),
    ("rejected", Status::Rejected),
    ("withdrawn", Status::Withdrawn),
    ("cancelled", Status::Cancelled),
];

/// Without `status:` those count that are approved or may still be.
pub(crate) const LIVE: [Status; 4] = [Status::Open, Status::Returned, Status::Held, Status::Approved];
