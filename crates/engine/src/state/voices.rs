//! Voices, and what is counted of them.

use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};

use crate::definition::{Need, Order, RejectRule, Rest};
use crate::vocabulary::{Agreed, Asked, Position, Verdict, is_one, one};

/// The count of an approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ballot {
    pub need: Need,
    pub order: Order,
    pub reject: RejectRule,
    pub rest: Rest,
    /// Voices that are asked for.
    pub places: u32,
    /// Who is asked after those who were, one by one.
    pub queue: Vec<Asked>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
    pub votes: Vec<Vote>,
    /// Whose voice is wanted beside those that the rule asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Added>,
}

/// A voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vote {
    pub place: u32,
    pub task: TaskId,
    /// None: silence, by the file's rule.
    pub by: Option<UserId>,
    pub verdict: Verdict,
    pub saw: String,
    pub at: Instant,
    pub counted: bool,
    pub voided: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub veto: bool,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub votes: u32,
}

/// A voice that somebody who is asked wants too. It counts toward no `need`: without it the step is not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Its own; no voice of the rule has it.
    pub place: u32,
    /// Who was added; another may hold the task since.
    pub who: UserId,
    pub by: UserId,
    /// The task that they were added from, and its place.
    pub task: TaskId,
    pub from: u32,
    pub position: Position,
}
