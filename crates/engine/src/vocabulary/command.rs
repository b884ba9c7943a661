//! What people and the world ask.

use countersign_kernel::actor::Publisher;
use countersign_kernel::id::{EventId, TaskId, TimerId, UserId};
use serde_json::Value as Json;

use super::{Position, ScopeId};

/// What is asked of a request; who asks stands in [`Facts`](crate::machine::Facts).
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The first of all. `requester` only where an automation or HR starts it for someone; else it is the actor. `starter`: who
    /// published what starts it.
    Submit {
        version: i64,
        number: String,
        requester: Option<UserId>,
        starter: Option<Publisher>,
        form: Json,
    },
    /// After a return. Fields left out stay as they were; `null` empties one.
    Resubmit {
        form: Json,
        comment: Option<String>,
    },
    /// `form`: fields changed while deciding, within the step's `can_edit`.
    Approve {
        task: TaskId,
        comment: Option<String>,
        form: Option<Json>,
    },
    Reject {
        task: TaskId,
        comment: Option<String>,
    },
    /// To an earlier step, or to the requester.
    Return {
        task: TaskId,
        to: Option<String>,
        comment: Option<String>,
    },
    Transfer {
        task: TaskId,
        to: UserId,
        comment: Option<String>,
    },
    /// It is theirs alone from now on, of all who were asked from a pool.
    Claim {
        task: TaskId,
        comment: Option<String>,
    },
    /// It goes back to the pool.
    Release {
        task: TaskId,
        comment: Option<String>,
    },
    /// Somebody else is to decide too: before the task's holder, after them, or at once.
    AddApprover(AddApprover),
    /// Whoever was added from the task, and has not decided, is no longer asked.
    RemoveApprover {
        task: TaskId,
        who: UserId,
        comment: Option<String>,
    },
    /// Some work is done, with what is filled in about it; or an owner has mended what held a step, which is tried again.
    Complete {
        task: TaskId,
        comment: Option<String>,
        form: Option<Json>,
    },
    /// Whoever may mend a held request has it tried again: the step that is named, else all that are held.
    Retry {
        step: Option<String>,
        comment: Option<String>,
    },
    /// They go on without what is held: the step that is named, else the only one.
    Skip {
        step: Option<String>,
        comment: Option<String>,
    },
    /// Whether the task's holder may still act there is looked at again: somebody left, or lost what they were asked for.
    Reseat {
        task: TaskId,
    },
    Withdraw {
        comment: Option<String>,
    },
    /// The requester has it back, to change it and submit it again.
    Recall {
        comment: Option<String>,
    },
    /// The requester reminds those who are asked now.
    Urge {
        comment: Option<String>,
    },
    /// On the request, or on a task of it.
    Comment {
        task: Option<TaskId>,
        text: String,
    },
    /// A timer's instant has come, or the event that it stands for.
    Fire {
        timer: TimerId,
        event: Option<Came>,
    },
    ActionDone {
        scope: ScopeId,
        attempt: u32,
        output: Json,
    },
    /// It failed for good: whoever runs actions has retried before.
    ActionFailed {
        scope: ScopeId,
        attempt: u32,
        reason: String,
    },
}

/// Who is to decide too, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddApprover {
    pub task: TaskId,
    pub who: UserId,
    pub position: Position,
    pub comment: Option<String>,
}

/// An event of the log that a wait is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    pub event: EventId,
    pub kind: String,
}
