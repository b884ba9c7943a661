//! The pieces that events are made of.

use countersign_kernel::directory::Person;
use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::voices::{Position, is_one, one};
use super::{ScopeId, Status};

/// A request was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    pub workflow: String,
    pub version: i64,
    pub title: Text,
    pub number: String,
    pub requester: UserId,
    /// Who published the automation or workflow that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starter: Option<UserId>,
    /// Who proposed that text, where somebody else published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_starter: Option<UserId>,
    /// The requester as they were then; what rules read of them.
    #[serde(default)]
    pub person: Option<Box<Person>>,
    pub form: Map<String, Json>,
    /// What was looked up of earlier requests, by fact.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Json>,
    #[serde(default)]
    pub summary: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Text>,
}

/// A returned request was sent again: a new round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resubmitted {
    #[serde(default)]
    pub person: Option<Box<Person>>,
    pub changes: Vec<Change>,
    /// Looked up anew.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Json>,
    #[serde(default)]
    pub summary: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Text>,
    #[serde(default)]
    pub comment: Option<String>,
}

/// A field before and after; `null` where it is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub from: Json,
    pub to: Json,
}

/// A value that a judgement read: `amount`, `1800.00 EUR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    pub name: String,
    pub value: String,
}

/// Someone to be asked, and why them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Seats of one place share one voice: whoever is quicker fills it.
    pub place: u32,
    /// Which part of the step's "who" they stand for: its `where` holds for whoever takes the seat.
    pub part: u32,
    pub holder: UserId,
    pub chain: Vec<Because>,
    /// How often their voice counts.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub votes: u32,
}

/// A link of the chain that leads to a person; the last one is the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    pub person: UserId,
    pub reason: Reason,
}

/// Why a person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Everyone,
    Requester,
    /// The file names them.
    Named,
    Role(String),
    Group(String),
    Department(String),
    HeadOf(String),
    ManagerOf {
        person: UserId,
        level: u32,
    },
    /// One of the line of managers.
    LineOf {
        person: UserId,
        level: u32,
    },
    ApproverOf(String),
    /// The form or another value names them.
    Value(String),
    /// The requester would have been asked, and nobody decides their own request.
    InsteadOfRequester,
    /// The person of this link submitted the request for its requester.
    InsteadOfStarter,
    /// The person of this link published the version that is decided by.
    InsteadOfPublisher,
    /// Nobody else could be asked.
    InsteadOfNobody,
    /// The file lets the requester decide.
    RequesterAllowed,
    Owner,
    /// Owners there are none, or only the requester.
    Admin,
    Escalated {
        from: UserId,
    },
    LateTransfer {
        from: UserId,
    },
    /// The person of this link was asked in place of one who may not act here any more.
    Succeeded {
        from: UserId,
    },
    Transferred {
        from: UserId,
    },
    /// Somebody who is asked wanted their voice too.
    Added {
        by: UserId,
        position: Position,
    },
    /// The step asks one of those found: of the person of this link the fewest tasks were open.
    LeastBusy {
        open: u32,
    },
    /// The step asks one of those found: the person of this link was asked least recently.
    InTurn,
}

impl Reason {
    /// Whether it says what the workflow does with somebody who was found, and not how they were found.
    pub(crate) fn is_about_found(&self) -> bool {
        matches!(
            self,
            Self::RequesterAllowed | Self::LeastBusy { .. } | Self::InTurn
        )
    }
}

/// A step was left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skipped {
    pub parent: ScopeId,
    pub index: u32,
    pub step: String,
    pub title: Text,
    pub why: Skip,
}

/// People are in copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copied {
    pub parent: ScopeId,
    pub index: u32,
    pub step: String,
    pub title: Text,
    /// Those who were not before.
    pub people: Vec<UserId>,
}

/// Names have values from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariablesSet {
    pub parent: ScopeId,
    pub index: u32,
    pub step: String,
    pub title: Text,
    pub values: Map<String, Json>,
}

/// Why a step was left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Its `when` does not hold.
    When { source: String, reads: Vec<Read> },
    /// `if_nobody: skip`.
    Nobody,
    /// `if_requester: skip`.
    Requester,
}

/// Why a step cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nobody can be asked.
    Nobody,
    /// Only the requester could be asked.
    OnlyRequester,
    /// Fewer can be asked than must approve.
    TooFew { need: u32, found: u32 },
    /// A rule failed to be judged: what was written, and why.
    Rule {
        source: String,
        fault: String,
        fault_zh: String,
    },
    /// The steps of a `repeat` were done as often as they may be, and should be done again.
    Repeated { at_most: u32 },
    /// The action failed for good.
    Action { reason: String },
    /// The definition does not hold the step any more, or ran on without end.
    Definition { reason: String },
}

/// Somebody was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeatOpened {
    pub task: TaskId,
    pub scope: ScopeId,
    pub purpose: Purpose,
    pub asked: Asked,
    #[serde(default)]
    pub due: Option<Instant>,
}

/// Another version of the workflow, and where the steps that run stand in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub version: i64,
    pub title: Text,
    /// Of each step and branch that runs, its place.
    pub places: Vec<(ScopeId, u32)>,
    /// Of each list that runs, which of its steps begins next.
    pub nexts: Vec<(ScopeId, u32)>,
    /// Of each case that runs, which of the step's cases it is.
    pub cases: Vec<(ScopeId, u32)>,
    #[serde(default)]
    pub comment: Option<String>,
}

/// What someone is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Decide,
    /// Work that is to be done.
    Do,
    /// An owner: mend what holds the step, and say so.
    Repair,
}

/// How a step, a branch or a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    Rejected,
    /// Everything inside was skipped: left out of every count.
    Skipped,
}

/// Why a seat or a step was closed without being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The step was decided without it.
    Decided,
    /// The same voice was given by somebody else asked for it.
    Answered,
    Returned,
    /// The request ended.
    Ended,
    /// They were late, and somebody else has it now.
    HandedOn,
    /// What held the step is mended.
    Mended,
    /// The stage that it stands in was stopped.
    Stopped,
    /// Somebody else took it from the pool.
    Claimed,
    /// Whoever added them does not want their voice any more.
    Removed,
    /// They may not act here any more: somebody else is asked in their place, or the step is held.
    Unseated,
    /// They may not act here any more, and the others who are asked decide without them.
    LeftOut,
}

/// A way back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The step that returned it.
    pub step: String,
    /// The scope of that step, where it stands in an item of an `each`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ScopeId>,
    #[serde(default)]
    pub task: Option<TaskId>,
    /// None: to the requester.
    #[serde(default)]
    pub to: Option<String>,
    /// The list that goes on from `to`.
    #[serde(default)]
    pub list: Option<ScopeId>,
    #[serde(default)]
    pub index: u32,
    /// Steps that will run again, whose outcomes are forgotten.
    pub again: Vec<String>,
    #[serde(default)]
    pub comment: Option<String>,
}

/// The end of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub status: Status,
    /// The step that ended it, if one did.
    #[serde(default)]
    pub step: Option<String>,
    #[serde(default)]
    pub note: Option<Text>,
    #[serde(default)]
    pub comment: Option<String>,
}
