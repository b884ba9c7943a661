//! Whoever was added to an approval: what follows when they have decided, or may not act any more.

use super::approval;
use super::clock::{clock, wind};
use crate::machine::Judge;
use crate::state::{Added, Seat};
use crate::vocabulary::{Asked, Because, Closing, Reason, Trouble, What};

/// Gives a task back for which nobody decides first any more, with a clock of its own. False: there is none.
pub(crate) fn resume_one(judge: &mut Judge<'_>) -> bool {
    let state = &judge.state;
    let is_free = |seat: &&Seat| seat.paused && state.waits_for(seat).is_none();
    let free = state.open_seats().find(is_free).cloned();
    let Some(seat) = free else {
        return false;
    };
    let clock = approval::of(judge, seat.scope)
        .and_then(|approval| clock(&judge.reading_in(seat.scope), approval, seat.holder).ok())
        .unwrap_or_default();
    judge.emit(What::Resumed {
        task: seat.task,
        due: clock.due,
    });
    wind(judge, seat.task, &clock);
    true
}

/// Whoever was added may not act any more: the next in their line who may is asked. Nobody is the file's to find, and a voice that
/// was wanted is not left out in silence: without anybody the step is held.
pub(crate) fn succeed(judge: &mut Judge<'_>, seat: &Seat, added: &Added) {
    let found = successor(judge, seat);
    judge.emit(What::SeatClosed {
        task: seat.task,
        why: Closing::Unseated,
    });
    if judge.state.seats_at(seat.scope, added.place).next().is_some() {
        return;
    }
    let approval = approval::of(judge, seat.scope);
    if let Some((asked, approval)) = found.zip(approval) {
        return approval::seat(judge, seat.scope, approval, asked);
    }
    let is_held = judge
        .state
        .scope(seat.scope)
        .is_some_and(|scope| scope.held.is_some());
    if !is_held {
        judge.hold(seat.scope, Trouble::Nobody);
    }
}

fn successor(judge: &Judge<'_>, seat: &Seat) -> Option<Asked> {
    let approval = approval::of(judge, seat.scope)?;
    let reading = judge.reading_in(seat.scope);
    for (above, user) in (1..).zip(reading.line_of(seat.holder)) {
        let is_free = judge.state.requester != Some(user)
            && !judge.state.has_voice(seat.scope, user)
            && matches!(reading.restriction(approval, seat.part, user), Ok(None));
        if is_free {
            let link = |reason: Reason| Because { person: user, reason };
            let found = [
                link(Reason::Succeeded { from: seat.holder }),
                link(Reason::ManagerOf {
                    person: seat.holder,
                    level: above,
                }),
            ];
            return Some(Asked {
                place: seat.place,
                part: seat.part,
                holder: user,
                chain: seat.chain.iter().cloned().chain(found).collect(),
                votes: seat.votes,
            });
        }
    }
    None
}
