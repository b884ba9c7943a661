//! **Transfer**: "This is theirs now." Whoever gets it must be one who might have been asked.

use countersign_kernel::id::{TaskId, UserId};

use super::words;
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::state::Verb;
use crate::vocabulary::{Reason, What};

pub(crate) fn run(
    judge: &mut Judge<'_>,
    task: TaskId,
    to: UserId,
    comment: Option<&str>,
) -> Result<(), Refusal> {
    let (seat, approval) = judge.deciding(task, Verb::Transfer)?;
    if !approval.allow.transfer {
        return Err(Refusal::NotAllowedHere { verb: Verb::Transfer });
    }
    if seat.holder == to {
        return Err(Refusal::ToThemselves);
    }
    if !judge.facts.directory.is_active(to) {
        return Err(Refusal::NoSuchPerson { at: "/to" });
    }
    judge.unrestricted(approval, &seat, to)?;
    if judge.state.has_voice(seat.scope, to) {
        return Err(Refusal::AlreadyAsked { who: judge.named(to) });
    }
    let (reason, comment) = (
        Reason::Transferred { from: seat.holder },
        words(comment).map(str::to_owned),
    );
    judge.emit(What::Transferred {
        task,
        to,
        reason,
        comment,
    });
    Ok(())
}
