//! What people say, and how often it counts.

use countersign_kernel::id::{TaskId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// Somebody whose approval of an earlier step counts here too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    pub person: UserId,
    /// The step that they approved.
    pub step: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub votes: u32,
}

pub(crate) fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_one(votes: &u32) -> bool {
    *votes == 1
}

/// A voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voted {
    pub task: TaskId,
    pub verdict: Verdict,
    /// Hash of what the voter saw: the form, less what a later step may change.
    pub saw: String,
    /// False: the step was decided before; the voice is noted only.
    pub counted: bool,
    /// True: nobody spoke; the file says what silence means.
    #[serde(default)]
    pub silent: bool,
    /// True: a rejection that decides at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub veto: bool,
    /// What whoever did the work of a task filled in.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub answers: Map<String, Json>,
    #[serde(default)]
    pub comment: Option<String>,
}

/// When somebody who was added decides, seen from whoever added them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// First: the task waits until they have.
    Before,
    /// Then: whoever added them approved with it.
    After,
    /// At once.
    Beside,
}

impl Position {
    pub fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Beside => "beside",
        }
    }

    /// As Chinese offices call it.
    pub(crate) fn zh(self) -> &'static str {
        match self {
            Self::Before => "前加签",
            Self::After => "后加签",
            Self::Beside => "并加签",
        }
    }
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Reject,
}
