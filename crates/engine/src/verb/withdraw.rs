//! **Withdraw**: the requester takes the request back, until the step that the file names begins, or until the
//! first decision of this round.

use super::words;
use crate::machine::Judge;
use crate::reading::is_live;
use crate::refusal::Refusal;
use crate::state::Verb;
use crate::vocabulary::{Ended, Status};

pub(crate) fn run(judge: &mut Judge<'_>, comment: Option<&str>) -> Result<(), Refusal> {
    let requester = judge.state.requester.ok_or(Refusal::NotSubmitted)?;
    if judge.facts.actor.user() != Some(requester) {
        return Err(Refusal::NotTheRequester { verb: Verb::Withdraw });
    }
    possible(judge)?;
    judge.end(Ended {
        status: Status::Withdrawn,
        step: None,
        note: None,
        comment: words(comment).map(str::to_owned),
    });
    Ok(())
}

/// Whether it is not too late.
pub(crate) fn possible(judge: &Judge<'_>) -> Result<(), Refusal> {
    let (state, happened) = (&judge.state, judge.happened_last());
    let nobody_else = state.status == Status::Held && state.open_seats().next().is_none();
    if state.status == Status::Returned || nobody_else {
        return Ok(());
    }
    if !is_live(state.status) {
        return Err(Refusal::Over {
            status: state.status,
            happened,
        });
    }
    match &judge.definition.withdraw_until {
        Some(until) => {
            let begun = state
                .scopes
                .values()
                .find(|scope| scope.step == *until && Some(scope.since) >= state.submitted_at);
            let step = begun.map(|scope| scope.title.clone());
            if step.is_some() {
                Err(Refusal::WithdrawTooLate { happened, step })
            } else {
                Ok(())
            }
        }
        None if state.last.is_some() => Err(Refusal::WithdrawTooLate { happened, step: None }),
        None => Ok(()),
    }
}
