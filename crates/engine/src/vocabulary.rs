//! All that can be said: what people and the world ask ([`Command`]), what then is so ([`Event`]), and why not
//! ([`Refusal`](crate::refusal::Refusal), in a file of its own for its sentences).
//!
//! An event's number is its place in its request's history, from 1. A scope's id is the number of the event that
//! opened it, so that replay draws nothing.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{EventId, TaskId, TimerId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

mod command;
mod opened;
mod parts;
mod status;
mod voices;

pub use command::{AddApprover, Came, Command};
pub use opened::{AwaitedEvent, Entered, Opened};
pub use parts::{
    Asked, Because, Change, Closing, Copied, Ended, Moved, Outcome, Purpose, Read, Reason, Resubmitted,
    Returned, SeatOpened, Skip, Skipped, Submitted, Trouble, VariablesSet,
};
pub use status::Status;
pub use voices::{Agreed, Position, Verdict, Voted};
pub(crate) use voices::{is_one, one};

/// A scope of the state: the number of the event that opened it.
pub type ScopeId = u64;

/// Something that is so from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    pub by: Actor,
    pub what: What,
}

/// What happened. `comment` and `person` are private: [`Event::split`] keeps them apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Submitted(Submitted),
    Resubmitted(Resubmitted),
    /// A step began; it is a scope now.
    Entered(Entered),
    Skipped(Skipped),
    /// People may read the request from now on, and are told.
    Copied(Copied),
    /// A `set` was done.
    VariablesSet(VariablesSet),
    /// A step cannot go on; the owners get a task.
    Held {
        scope: ScopeId,
        why: Trouble,
    },
    SeatOpened(SeatOpened),
    /// `reminds`: a reminder, and not an act on lateness; `act` then counts reminders from 0.
    TimerSet {
        timer: TimerId,
        task: TaskId,
        act: u32,
        due: Instant,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reminds: bool,
    },
    TimerFired {
        timer: TimerId,
    },
    /// What a wait is for has come.
    EventCame {
        scope: ScopeId,
        timer: TimerId,
        event: EventId,
        kind: String,
    },
    /// Its time is up and nothing else was to be done about it, or nobody was found to do it.
    Late {
        task: TaskId,
        nobody: bool,
    },
    /// Whoever holds the task is reminded of it.
    Reminded {
        task: TaskId,
    },
    /// Fields changed by someone who decides.
    Edited {
        task: TaskId,
        changes: Vec<Change>,
        #[serde(default)]
        summary: Option<Text>,
    },
    Voted(Voted),
    /// What a voter saw has changed since: the voice does not count any more, and they are asked again.
    Voided {
        task: TaskId,
        #[serde(default)]
        due: Option<Instant>,
    },
    Transferred {
        task: TaskId,
        to: UserId,
        reason: Reason,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Of all who were asked from a pool, its holder took it; the others are no longer asked.
    Claimed {
        task: TaskId,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Its holder gave it back to the pool; the others are asked again.
    Released {
        task: TaskId,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Whoever holds the task wants somebody else's voice too: the step is approved only with it. `place` is that voice's own.
    ApproverAdded {
        task: TaskId,
        who: UserId,
        position: Position,
        place: u32,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Of the task that they were added from: that voice is not wanted any more.
    ApproverRemoved {
        task: TaskId,
        who: UserId,
        place: u32,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Nobody decides before its holder any more: the task is theirs to decide, with a time of its own.
    Resumed {
        task: TaskId,
        #[serde(default)]
        due: Option<Instant>,
    },
    SeatClosed {
        task: TaskId,
        why: Closing,
    },
    ActionWanted {
        scope: ScopeId,
        attempt: u32,
        action: String,
        inputs: Json,
    },
    ActionDone {
        scope: ScopeId,
        output: Json,
    },
    ActionFailed {
        scope: ScopeId,
        reason: String,
    },
    /// An owner says that what held a step is mended.
    Mended {
        task: TaskId,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Whoever may mend a held step has it tried again.
    Retried {
        scope: ScopeId,
        #[serde(default)]
        comment: Option<String>,
    },
    /// Whoever may mend a held step goes on without it.
    Bypassed {
        scope: ScopeId,
        #[serde(default)]
        comment: Option<String>,
    },
    /// From now on another version of its workflow says what becomes of it.
    Moved(Moved),
    /// A step, a branch or a case came to its end.
    StepEnded {
        scope: ScopeId,
        outcome: Outcome,
    },
    /// The steps of a `repeat` begin again, for so manieth time.
    Repeated {
        scope: ScopeId,
        round: u32,
        reads: Vec<Read>,
    },
    /// What a `stage` stops for has come to hold: what is open inside is closed next.
    Stopped {
        scope: ScopeId,
        reads: Vec<Read>,
    },
    /// A step was closed without an outcome of its own, with all that is inside it.
    Closed {
        scope: ScopeId,
        why: Closing,
    },
    Returned(Returned),
    /// The requester has it back, to change it and submit it again.
    Recalled {
        /// Steps that will run again, whose outcomes are forgotten.
        again: Vec<String>,
        #[serde(default)]
        comment: Option<String>,
    },
    /// The requester reminded those whose tasks these are.
    Urged {
        tasks: Vec<TaskId>,
        #[serde(default)]
        comment: Option<String>,
    },
    Commented {
        #[serde(default)]
        task: Option<TaskId>,
        #[serde(default)]
        comment: Option<String>,
    },
    /// The request came to its end.
    Ended(Ended),
}

impl Event {
    /// The type under which the log keeps it.
    pub fn log_type(&self) -> &'static str {
        match &self.what {
            What::Submitted(_) => "oa.request.submitted",
            What::Resubmitted(_) => "oa.request.resubmitted",
            What::Entered(_) => "oa.step.entered",
            What::Skipped(_) => "oa.step.skipped",
            What::Copied(_) => "oa.request.copied",
            What::VariablesSet(_) => "oa.step.set",
            What::Held { .. } => "oa.request.held",
            What::SeatOpened(_) => "oa.task.created",
            What::TimerSet { .. } => "oa.timer.set",
            What::TimerFired { .. } => "oa.timer.fired",
            What::EventCame { .. } => "oa.step.event_came",
            What::Late { .. } => "oa.task.late",
            What::Reminded { .. } => "oa.task.reminded",
            What::Edited { .. } => "oa.request.edited",
            What::Voted(_) => "oa.task.decided",
            What::Voided { .. } => "oa.task.reopened",
            What::Transferred { .. } => "oa.task.transferred",
            What::Claimed { .. } => "oa.task.claimed",
            What::Released { .. } => "oa.task.released",
            What::ApproverAdded { .. } => "oa.task.approver_added",
            What::ApproverRemoved { .. } => "oa.task.approver_removed",
            What::Resumed { .. } => "oa.task.resumed",
            What::SeatClosed { .. } => "oa.task.cancelled",
            What::ActionWanted { .. } => "oa.action.wanted",
            What::ActionDone { .. } => "oa.action.done",
            What::ActionFailed { .. } => "oa.action.failed",
            What::Mended { .. } => "oa.task.completed",
            What::Retried { .. } => "oa.request.retried",
            What::Bypassed { .. } => "oa.request.step_skipped",
            What::Moved(_) => "oa.request.moved",
            What::StepEnded { .. } => "oa.step.ended",
            What::Repeated { .. } => "oa.step.repeated",
            What::Stopped { .. } => "oa.step.stopped",
            What::Closed { .. } => "oa.step.closed",
            What::Returned(_) => "oa.request.returned",
            What::Recalled { .. } => "oa.request.recalled",
            What::Urged { .. } => "oa.request.urged",
            What::Commented { .. } => "oa.request.commented",
            What::Ended(ended) => match ended.status {
                Status::Approved => "oa.request.approved",
                Status::Rejected => "oa.request.rejected",
                Status::Withdrawn => "oa.request.withdrawn",
                Status::Draft | Status::Open | Status::Returned | Status::Held | Status::Cancelled => {
                    "oa.request.cancelled"
                }
            },
        }
    }

    /// The task that it is about.
    pub fn task(&self) -> Option<TaskId> {
        match &self.what {
            What::SeatOpened(opened) => Some(opened.task),
            What::Voted(voted) => Some(voted.task),
            What::TimerSet { task, .. }
            | What::Late { task, .. }
            | What::Reminded { task }
            | What::Edited { task, .. }
            | What::Voided { task, .. }
            | What::Transferred { task, .. }
            | What::Claimed { task, .. }
            | What::Released { task, .. }
            | What::ApproverAdded { task, .. }
            | What::ApproverRemoved { task, .. }
            | What::Resumed { task, .. }
            | What::SeatClosed { task, .. }
            | What::Mended { task, .. } => Some(*task),
            What::Returned(returned) => returned.task,
            What::Commented { task, .. } => *task,
            What::Submitted(_)
            | What::Resubmitted(_)
            | What::Entered(_)
            | What::Skipped(_)
            | What::Copied(_)
            | What::VariablesSet(_)
            | What::Held { .. }
            | What::TimerFired { .. }
            | What::EventCame { .. }
            | What::ActionWanted { .. }
            | What::ActionDone { .. }
            | What::ActionFailed { .. }
            | What::Retried { .. }
            | What::Bypassed { .. }
            | What::Moved(_)
            | What::StepEnded { .. }
            | What::Repeated { .. }
            | What::Stopped { .. }
            | What::Closed { .. }
            | What::Recalled { .. }
            | What::Urged { .. }
            | What::Ended(_) => None,
        }
    }
}
