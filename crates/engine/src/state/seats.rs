//! Who is asked, and for what.

use countersign_kernel::id::{TaskId, UserId};

use super::{Seat, SeatStatus, State};
use crate::vocabulary::{Closing, Purpose, ScopeId};

impl Seat {
    /// Whether it was closed because somebody else took the task from the pool, or their voice was not wanted any more.
    fn was_taken_away(&self) -> bool {
        matches!(
            self.status,
            SeatStatus::Closed {
                why: Closing::Claimed | Closing::Removed,
                ..
            }
        )
    }
}

impl State {
    /// What a task asks of its holder.
    pub fn purpose(&self, task: TaskId) -> Purpose {
        self.seat(task).map_or(Purpose::Decide, |seat| seat.purpose)
    }

    /// Whether somebody has a voice in a step already: they were asked, will be, or agreed before. One person, one voice. Whoever
    /// lost theirs only because another claimed the task, or who was removed, may be asked again.
    pub(crate) fn has_voice(&self, scope: ScopeId, user: UserId) -> bool {
        let seated = || {
            self.seats
                .iter()
                .any(|seat| seat.scope == scope && seat.holder == user && !seat.was_taken_away())
        };
        let on_ballot = || {
            self.ballot(scope).is_some_and(|ballot| {
                let queued = ballot.queue.iter().any(|asked| asked.holder == user);
                queued || ballot.agreed.iter().any(|agreed| agreed.person == user)
            })
        };
        seated() || on_ballot()
    }
}
