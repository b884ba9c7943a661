//! What events do with those whom somebody added.

use countersign_kernel::id::TaskId;
use countersign_kernel::time::Instant;

use crate::state::{Added, Ballot, Kind, Scope, State};
use crate::vocabulary::{Event, Position, Purpose, ScopeId, What};

impl State {
    pub(super) fn approver_added(&mut self, event: &Event) {
        let What::ApproverAdded {
            task,
            who,
            position,
            place,
            ..
        } = &event.what
        else {
            return;
        };
        let (Some(seat), Some(by)) = (self.seat(*task), event.by.user()) else {
            return;
        };
        let (scope, from) = (seat.scope, seat.place);
        let added = Added {
            place: *place,
            who: *who,
            by,
            task: *task,
            from,
            position: *position,
        };
        if let Some(ballot) = self.ballot_mut(scope) {
            ballot.added.push(added);
        }
        if *position == Position::Before {
            self.pause(scope, from);
        }
    }

    pub(super) fn approver_removed(&mut self, task: TaskId, place: u32) {
        let scope = self.seat(task).map(|seat| seat.scope);
        if let Some(ballot) = scope.and_then(|scope| self.ballot_mut(scope)) {
            ballot.added.retain(|added| added.place != place);
        }
    }

    pub(super) fn resumed(&mut self, task: TaskId, due: Option<Instant>) {
        // What was edited meanwhile they have not seen: their revision stays.
        if let Some(seat) = self.seat_mut(task) {
            seat.paused = false;
            seat.due = due;
        }
    }

    /// The clocks of those who wait stand still: they could do nothing about their lateness.
    pub(super) fn pause(&mut self, scope: ScopeId, place: u32) {
        let waiting: Vec<TaskId> = self.seats_at(scope, place).map(|seat| seat.task).collect();
        self.timers
            .retain(|timer| timer.task.is_none_or(|task| !waiting.contains(&task)));
        for task in waiting {
            if let Some(seat) = self.seat_mut(task) {
                seat.paused = true;
                seat.due = None;
            }
        }
    }

    /// Whoever was added before somebody, and is asked again, is waited for again.
    pub(super) fn pause_behind(&mut self, task: TaskId) {
        let before = self.seat(task).and_then(|seat| {
            let added = self.added(seat)?;
            (added.position == Position::Before).then_some((seat.scope, added.from))
        });
        if let Some((scope, from)) = before {
            self.pause(scope, from);
        }
    }

    /// Whether a seat that opens here waits for somebody who decides first.
    pub(super) fn opens_paused(&self, scope: ScopeId, purpose: Purpose, place: u32) -> bool {
        purpose == Purpose::Decide && self.decides_before(scope, place).is_some()
    }

    pub(super) fn ballot_mut(&mut self, scope: ScopeId) -> Option<&mut Ballot> {
        match self.scopes.get_mut(&scope) {
            Some(Scope {
                kind: Kind::Approval(ballot),
                ..
            }) => Some(ballot),
            _ => None,
        }
    }
}
