//! **Recall**: the requester has the request back to change it, until the step that the file names begins, or until the first
//! decision of this round. It is submitted again as after a return.

use super::give_back::to_the_requester;
use super::withdraw::in_time;
use super::words;
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::state::Verb;
use crate::vocabulary::{Status, What};

pub(crate) fn run(judge: &mut Judge<'_>, comment: Option<&str>) -> Result<(), Refusal> {
    let requester = judge.state.requester.ok_or(Refusal::NotSubmitted)?;
    if judge.facts.actor.user() != Some(requester) {
        return Err(Refusal::NotTheRequester { verb: Verb::Recall });
    }
    possible(judge)?;
    let again = to_the_requester(judge, None);
    judge.emit(What::Recalled {
        again,
        comment: words(comment).map(str::to_owned),
    });
    Ok(())
}

/// Whether it is not too late, and not with the requester already.
pub(crate) fn possible(judge: &Judge<'_>) -> Result<(), Refusal> {
    if judge.state.status == Status::Returned {
        return Err(Refusal::WithTheRequester {
            happened: judge.happened_last(),
        });
    }
    in_time(judge, Verb::Recall, judge.definition.recall_until.as_deref())
}
