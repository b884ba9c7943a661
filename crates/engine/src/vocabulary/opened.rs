//! A step that began.

use countersign_kernel::id::TimerId;
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};

use super::voices::Agreed;
use super::{Asked, Outcome, Read, ScopeId, Trouble};
use crate::definition::{Need, Order, RejectRule, Rest};

/// A step began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub parent: ScopeId,
    /// Its place in the list that it stands in.
    pub index: u32,
    pub step: String,
    pub title: Text,
    pub kind: Opened,
    /// The step of its own list that it begins with: after a return into it.
    #[serde(default)]
    pub from: u32,
    /// Its `when` could not be judged, and so counts as true.
    #[serde(default)]
    pub doubt: Option<Trouble>,
}

/// An event that a wait ends with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedEvent {
    /// Fires when it has come.
    pub timer: TimerId,
    /// What it is called, among several ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its type.
    pub event: String,
    /// The path of the field that has to be `value`; none: whichever event comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// As [`crate::event_key`] writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether one counts that came between the submission and the beginning of the step.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub keep: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_yes(keep: &bool) -> bool {
    *keep
}

/// What a step is while it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opened {
    Approval {
        need: Need,
        order: Order,
        reject: RejectRule,
        rest: Rest,
        /// Votes that are asked for, those of `agreed` with them.
        places: u32,
        queue: Vec<Asked>,
        /// Who is not asked again, because what they approved before is the same.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        agreed: Vec<Agreed>,
    },
    /// A `choose` runs this case; `case: None` is `otherwise`.
    Case {
        case: Option<u32>,
        #[serde(default)]
        when: Option<String>,
        #[serde(default)]
        reads: Vec<Read>,
    },
    /// `kept`: branches that ended before the block was opened again.
    Parallel {
        need: Need,
        rest: Rest,
        branches: u32,
        #[serde(default)]
        kept: Vec<(String, Outcome)>,
    },
    /// `when`: it is a case of a `choose` that takes every one that holds.
    Branch {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reads: Vec<Read>,
    },
    Repeat,
    /// `each_decides`: what comes of an item decides of that one alone.
    Each {
        need: Need,
        rest: Rest,
        items: u32,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        each_decides: bool,
    },
    /// One of the items of an `each`, counted from 1.
    Item {
        number: u32,
    },
    Stage,
    /// It ends by itself at this instant, or with one of these events. An instant that has passed needs no timer, and no event.
    Wait {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<TimerId>,
        /// What the instant is called, among several ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<AwaitedEvent>,
    },
    Action,
    /// It could not even be judged what to do; see the `Held` that follows.
    Unclear,
}
