//! What is supposed to come next.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::EventId;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Ahead;
use crate::state::{Kind, Seat, State};
use crate::vocabulary::{Came, Command, Purpose};

/// Whether it can be decided, and what comes of that counts.
fn is_next(state: &State, seat: &Seat) -> bool {
    seat.purpose != Purpose::Repair && !seat.paused && state.counts(seat.scope)
}

impl Ahead<'_> {
    /// The next yes: of an action, else of whoever was asked first; where nobody is asked, what is waited for comes.
    pub(super) fn answer(&mut self, state: &State) -> Option<(Actor, Command)> {
        let waits = state.scopes.iter().find_map(|(id, scope)| match scope.kind {
            Kind::Action { attempt } if scope.is_running() && scope.held.is_none() => Some((*id, attempt)),
            _ => None,
        });
        if let Some((scope, attempt)) = waits {
            return Some((
                Actor::System,
                Command::ActionDone {
                    scope,
                    attempt,
                    output: Json::Null,
                },
            ));
        }
        let mut seats = state.open_seats();
        let Some(seat) = seats.find(|seat| is_next(state, seat)) else {
            return self.what_comes(state).map(|command| (Actor::System, command));
        };
        let (task, comment) = (seat.task, Some("…".to_owned()));
        let form = None;
        let yes = match seat.purpose {
            Purpose::Do => Command::Complete { task, comment, form },
            Purpose::Decide | Purpose::Repair => Command::Approve { task, comment, form },
        };
        Some((Actor::User(seat.holder), yes))
    }

    /// Of what is waited for: what happens elsewhere happens, else the earliest time comes.
    fn what_comes(&mut self, state: &State) -> Option<Command> {
        if let Some(awaited) = state.awaited().next() {
            let came = Came {
                event: EventId(Uuid::nil()),
                kind: awaited.event.clone(),
            };
            return Some(Command::Fire {
                timer: awaited.timer,
                event: Some(came),
            });
        }
        let waits = state.timers.iter().filter(|timer| timer.wait.is_some());
        let next = waits.min_by_key(|timer| timer.due)?;
        self.now = self.now.max(next.due);
        Some(Command::Fire {
            timer: next.id,
            event: None,
        })
    }
}
