//! Stories: a definition's own tests, as they are told.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::{Map, Value as Json};

use crate::expr::Span;
use crate::vocabulary::{Command, Position};

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub name: String,
    pub line: usize,
    /// When it begins, on the clock of the tenant's zone.
    pub at: NaiveDateTime,
    pub given: Given,
    pub then: Vec<Sentence>,
    pub expect: Expectation,
    /// The line of `expect:`, `refused:`, `warned:` or `nothing`.
    pub expect_line: usize,
}

/// What a story starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// A short name.
    pub requester: String,
    /// As a person would write it: a bare number beside money means the tenant's currency, a name a person.
    pub form: Map<String, Json>,
    /// What is looked up, by fact; nothing was submitted before where a fact is not given.
    pub facts: Map<String, Json>,
    /// How many tasks are open of whom, by short name; none of whoever is not given.
    pub open_tasks: BTreeMap<String, u32>,
    /// Actions that fail.
    pub failing: Vec<String>,
}

/// What a story shall come to.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// A status; `rounds` and form fields only where the story states them.
    Status {
        status: Option<String>,
        rounds: Option<u32>,
        fields: Map<String, Json>,
        /// Exactly these are in copy, by short name.
        told: Option<Vec<String>>,
    },
    /// The submission is refused: a field's name, or part of the words.
    Refused(String),
    /// The submission is warned about, with part of the words, and goes on.
    Warned(String),
}

/// One line of `then:`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    pub line: usize,
    /// As written.
    pub text: String,
    /// The item of an `each`, or the branch, that it is about: `in travel, …`.
    pub within: Option<String>,
    pub says: Says,
}

/// What a sentence says; people by short name, `requester` is the story's requester.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// Exactly these can decide the step now; empty is `nobody`.
    Asks {
        step: String,
        people: Vec<String>,
    },
    Skipped(String),
    Held(String),
    Did(String),
    DidNot(String),
    Status(String),
    Acts {
        who: String,
        act: Act,
    },
    MayNot {
        who: String,
        act: MayNot,
        /// The code of the refusal; none: any.
        code: Option<String>,
    },
    /// Time passes.
    After(Span),
    /// Something happens elsewhere; `this` among its fields is the request's id.
    Happens {
        event: String,
        fields: Json,
    },
    /// People change from here on: short name -> what is said of them (as in `people:`).
    People(Map<String, Json>),
}

/// What a person does. A step is named where several could be meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// `form` only with `can_edit`: `bo approves: {category: travel}`.
    Approves {
        step: Option<String>,
        form: Map<String, Json>,
        comment: Option<String>,
    },
    /// With what is filled in, written as people would write it.
    Finishes {
        step: Option<String>,
        form: Map<String, Json>,
        comment: Option<String>,
    },
    Rejects {
        step: Option<String>,
        why: Option<String>,
    },
    /// To the requester, or to an earlier step.
    Returns {
        to: String,
        why: Option<String>,
    },
    TransfersTo {
        step: Option<String>,
        to: String,
    },
    Claims(Option<String>),
    Releases {
        step: Option<String>,
        why: Option<String>,
    },
    /// Whom, when they decide, and why.
    Adds(String, Position, Option<String>),
    Removes(String),
    Comments(String),
    Own(Own),
    /// With what changed.
    Resubmits(Map<String, Json>),
}

/// What a requester does with their own request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    Withdraw,
    Recall,
    Urge,
}

impl Own {
    pub(crate) fn command(self) -> Command {
        let comment = None;
        match self {
            Self::Withdraw => Command::Withdraw { comment },
            Self::Recall => Command::Recall { comment },
            Self::Urge => Command::Urge { comment },
        }
    }
}

/// What a person may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MayNot {
    Submit,
    Approve(Option<String>),
    Finish(Option<String>),
    Reject(Option<String>),
    Return(Option<String>),
    TransferTo(String),
    Claim(Option<String>),
    Release(Option<String>),
    Add(String, Position),
    Remove(String),
    Comment,
    Own(Own),
    Resubmit,
}
