//! "I decide this request": which task is meant, or where the request stands instead.

use countersign_kernel::id::{TaskId, UserId};

use crate::definition::Workflow;
use crate::machine::{Facts, Judge};
use crate::refusal::{Happened, Refusal, Stand, Waiting};
use crate::state::{Kind, Scope, Seat, SeatStatus, State, Verb};
use crate::vocabulary::{Purpose, ScopeId, Status, Verdict};

/// The one open task of `facts.actor` in a request. Whoever has none is told how the request stands, so ask this only
/// for those who may read it.
pub fn own_task(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Result<TaskId, Refusal> {
    let judge = Judge::new(definition, state, facts);
    let actor = judge.actor()?;
    let tasks: Vec<TaskId> = state
        .open_seats()
        .filter(|seat| seat.holder == actor)
        .map(|seat| seat.task)
        .collect();
    match tasks.as_slice() {
        [task] => Ok(*task),
        [] => Err(Refusal::NoTaskOfYours(Box::new(judge.stand(actor)))),
        _ => Err(Refusal::WhichTask { tasks }),
    }
}

impl Judge<'_> {
    fn stand(&self, actor: UserId) -> Stand {
        let status = self.state.status;
        // While it goes on, what it waits for says more than what came last.
        let over = status.is_end() || status == Status::Returned;
        Stand {
            status,
            mine: self.said_before(actor).map(Box::new),
            waits: self.waits(),
            last: self.happened_last().filter(|_| over),
        }
    }

    /// What someone said in this request last.
    fn said_before(&self, actor: UserId) -> Option<Happened> {
        let mine = self.state.seats.iter().rev().filter(|seat| seat.holder == actor);
        let said = |seat: &Seat| {
            let (verb, at) = match seat.status {
                SeatStatus::Voted { verdict, at } => (verb_of(seat.purpose, verdict), at),
                SeatStatus::Returned { at } => (Verb::Return, at),
                SeatStatus::Done { at } => (Verb::Complete, at),
                SeatStatus::Open | SeatStatus::Closed { .. } => return None,
            };
            Some(Happened {
                by: Some(self.named(actor)),
                verb,
                step: self.state.title_of(seat.task).cloned(),
                at,
            })
        };
        mine.filter_map(said).max_by_key(|said| said.at)
    }

    /// The steps that somebody or something is waited for at, in order of beginning.
    fn waits(&self) -> Vec<Waiting> {
        let waits = |(id, scope): (&ScopeId, &Scope)| {
            let is_step = matches!(
                scope.kind,
                Kind::Approval(_) | Kind::Action { .. } | Kind::Wait(_) | Kind::Unclear
            );
            (scope.is_running() && is_step).then(|| Waiting {
                step: scope.title.clone(),
                whom: self
                    .state
                    .seats_of(*id)
                    .map(|seat| self.named(seat.holder))
                    .collect(),
            })
        };
        let going_on = matches!(self.state.status, Status::Open | Status::Held);
        self.state
            .scopes
            .iter()
            .filter(|_| going_on)
            .filter_map(waits)
            .collect()
    }
}

pub(crate) fn verb_of(purpose: Purpose, verdict: Verdict) -> Verb {
    match verdict {
        Verdict::Approve if purpose == Purpose::Do => Verb::Complete,
        Verdict::Approve => Verb::Approve,
        Verdict::Reject => Verb::Reject,
    }
}
