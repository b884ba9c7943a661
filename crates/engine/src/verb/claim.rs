//! **Claim** and **release**: of all who were asked from a pool, one takes the task, and may give it back.

use countersign_kernel::id::{TaskId, UserId};

use super::words;
use crate::definition::{Approval, Assign};
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::seating::Asking;
use crate::state::{Seat, SeatStatus, Verb};
use crate::step::approval;
use crate::vocabulary::{Asked, Closing, What};

pub(crate) fn claim(judge: &mut Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(), Refusal> {
    let (seat, _) = pooled(judge, task, Verb::Claim)?;
    if seat.claimed {
        return Err(Refusal::Claimed {
            by: judge.named(seat.holder),
        });
    }
    judge.emit(What::Claimed {
        task,
        comment: words(comment).map(str::to_owned),
    });
    // Whoever is to mend what holds the step, or was added to it, is still asked.
    let beside = |other: &&Seat| {
        other.task != task && other.purpose == seat.purpose && judge.state.added(other).is_none()
    };
    let others: Vec<TaskId> = judge
        .state
        .seats_of(seat.scope)
        .filter(beside)
        .map(|other| other.task)
        .collect();
    for task in others {
        judge.emit(What::SeatClosed {
            task,
            why: Closing::Claimed,
        });
    }
    Ok(())
}

pub(crate) fn release(judge: &mut Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(), Refusal> {
    let (seat, approval) = pooled(judge, task, Verb::Release)?;
    if !seat.claimed {
        return Err(Refusal::NotClaimed);
    }
    judge.emit(What::Released {
        task,
        comment: words(comment).map(str::to_owned),
    });
    for asked in others(judge, &seat, approval) {
        approval::seat(judge, seat.scope, approval, asked);
    }
    Ok(())
}

/// The seat, if it is the actor's and stands in a step that asks from a pool.
fn pooled<'a>(judge: &Judge<'a>, task: TaskId, verb: Verb) -> Result<(Seat, &'a Approval), Refusal> {
    let (seat, approval) = judge.deciding(task, verb)?;
    match approval.assign {
        Assign::Pool if judge.state.added(&seat).is_none() => Ok((seat, approval)),
        Assign::Pool | Assign::Everyone | Assign::LeastBusy | Assign::InTurn => {
            Err(Refusal::NotAllowedHere { verb })
        }
    }
}

/// Whom the rule finds now beside its holder: people may have come and gone since they were asked.
fn others(judge: &Judge<'_>, seat: &Seat, approval: &Approval) -> Vec<Asked> {
    let Asking::Ask(asked, _) = judge.reading_in(seat.scope).ask(approval) else {
        return Vec::new();
    };
    let free = asked
        .into_iter()
        .filter(|one| !judge.state.has_voice(seat.scope, one.holder));
    free.map(|one| Asked {
        place: seat.place,
        ..one
    })
    .collect()
}

impl Judge<'_> {
    /// Who took the task of this seat from the pool, where somebody else did and still has it.
    pub(super) fn claimant(&self, seat: &Seat) -> Option<UserId> {
        let away = matches!(
            seat.status,
            SeatStatus::Closed {
                why: Closing::Claimed,
                ..
            }
        );
        let mut others = self.state.seats_of(seat.scope).filter(|other| other.claimed);
        others.next().filter(|_| away).map(|other| other.holder)
    }
}
