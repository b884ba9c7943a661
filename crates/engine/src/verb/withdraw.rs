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
    if judge.state.status == Status::Returned {
        return Ok(());
    }
    in_time(judge, Verb::Withdraw, judge.definition.withdraw_until.as_deref())
}

/// Whether the requester may still have back what they submitted: until a step begins, or the first decision of this round.
pub(super) fn in_time(judge: &Judge<'_>, verb: Verb, until: Option<&str>) -> Result<(), Refusal> {
    let (state, happened) = (&judge.state, judge.happened_last());
    if state.status == Status::Held && state.open_seats().next().is_none() {
        return Ok(());
    }
    if !is_live(state.status) {
        return Err(Refusal::Over {
            status: state.status,
            happened,
        });
    }
    match until {
        Some(until) => {
            let begun = state
                .scopes
                .values()
                .find(|scope| scope.step == until && Some(scope.since) >= state.submitted_at);
            let step = begun.map(|scope| scope.title.clone());
            if step.is_some() {
                Err(Refusal::TooLate { verb, happened, step })
            } else {
                Ok(())
            }
        }
        None if state.last.is_some() => Err(Refusal::TooLate {
            verb,
            happened,
            step: None,
        }),
        None => Ok(()),
    }
}
