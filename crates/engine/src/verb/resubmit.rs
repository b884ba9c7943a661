//! **Resubmit**: after a return, the requester sends the request again, with what they changed. A new round.

use serde_json::Value as Json;

use super::submit;
use super::words;
use crate::apply::changes;
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::state::Verb;
use crate::vocabulary::{Resubmitted, Status, What};

pub(crate) fn run(judge: &mut Judge<'_>, form: &Json, comment: Option<&str>) -> Result<(), Refusal> {
    let actor = judge.facts.actor.user();
    let requester = judge.state.requester.ok_or(Refusal::NotSubmitted)?;
    if actor != Some(requester) {
        return Err(Refusal::NotTheRequester { verb: Verb::Resubmit });
    }
    if judge.state.status != Status::Returned {
        return Err(Refusal::NotReturned {
            status: judge.state.status,
        });
    }
    submit::may_submit(judge, requester)?;
    let accepted = submit::accept(judge, requester, form)?;
    let whole = judge.emit(What::Resubmitted(Resubmitted {
        person: judge.facts.directory.person(requester).cloned().map(Box::new),
        changes: changes(&judge.state.form, &accepted.form),
        facts: accepted.facts,
        summary: accepted.summary,
        warnings: accepted.warnings,
        comment: words(comment).map(str::to_owned),
    }));
    judge.go_on(whole);
    Ok(())
}
