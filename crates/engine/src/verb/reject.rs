//! **Reject**: "No, because …". On a repair task: an owner ends the held step, and that is a no.

use countersign_kernel::id::TaskId;
use serde_json::Map;

use super::{need_words, words};
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::state::Verb;
use crate::step::approval::{self, Voice};
use crate::vocabulary::{Closing, Outcome, Purpose, Verdict, Voted, What};

pub(crate) fn run(judge: &mut Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(), Refusal> {
    let seat = judge.own_seat(task)?;
    if seat.purpose == Purpose::Repair {
        return reject_held(judge, task, comment);
    }
    let (seat, approval) = judge.deciding(task, Verb::Reject)?;
    need_words(approval, Verb::Reject, comment)?;
    approval::vote(judge, &seat, Verdict::Reject, words(comment), Voice::Spoken);
    Ok(())
}

fn reject_held(judge: &mut Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(), Refusal> {
    let seat = judge.own_seat(task)?;
    let comment = words(comment).ok_or(Refusal::CommentNeeded { verb: Verb::Reject })?;
    let saw = judge
        .state
        .scope(seat.scope)
        .map(|scope| scope.step.clone())
        .unwrap_or_default();
    let saw = judge.reading().seen_by(&saw);
    let comment = Some(comment.to_owned());
    judge.emit(What::Voted(Voted {
        task,
        verdict: Verdict::Reject,
        saw,
        counted: true,
        silent: false,
        veto: false,
        answers: Map::new(),
        comment,
    }));
    judge.close_seats(|scope| scope == seat.scope, Closing::Decided);
    judge.ended(seat.scope, Outcome::Rejected);
    Ok(())
}
