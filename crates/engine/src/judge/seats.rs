//! Asking people, and no longer asking them; what is held; the end.

use countersign_kernel::id::{TaskId, TimerId};
use countersign_kernel::time::Instant;

use super::Judge;
use crate::state::Scope;
use crate::vocabulary::{
    Asked, Because, Closing, Ended, Purpose, Reason, ScopeId, SeatOpened, Trouble, What,
};

impl Judge<'_> {
    pub(crate) fn end(&mut self, ended: Ended) {
        self.close_seats(|_| true, Closing::Ended);
        self.emit(What::Ended(ended));
        self.todo.clear();
    }

    /// Closes a scope with all that is open inside it.
    pub(crate) fn close(&mut self, scope: ScopeId, why: Closing) {
        let inside = self.state.within(scope);
        self.close_seats(|seat| inside.contains(&seat), why);
        if self.state.scope(scope).is_some_and(Scope::is_running) {
            self.emit(What::Closed { scope, why });
        }
    }

    pub(crate) fn close_seats(&mut self, within: impl Fn(ScopeId) -> bool, why: Closing) {
        self.close_seats_but(within, None, why);
    }

    /// But for the one whose holder acts: what they did closes it.
    pub(crate) fn close_seats_but(
        &mut self,
        within: impl Fn(ScopeId) -> bool,
        but: Option<TaskId>,
        why: Closing,
    ) {
        let open = self
            .state
            .open_seats()
            .filter(|seat| within(seat.scope) && Some(seat.task) != but);
        let open: Vec<TaskId> = open.map(|seat| seat.task).collect();
        for task in open {
            self.emit(What::SeatClosed { task, why });
        }
    }

    /// A step cannot go on: nothing passes, and the owners get a task.
    pub(crate) fn hold(&mut self, scope: ScopeId, why: Trouble) {
        self.emit(What::Held { scope, why });
        self.ask_owners(scope);
    }

    /// Gives everyone who may mend a step a task.
    pub(crate) fn ask_owners(&mut self, scope: ScopeId) {
        for (place, because) in self.owners().into_iter().enumerate() {
            let asked = Asked {
                place: place as u32,
                part: 0,
                holder: because.person,
                chain: vec![because],
                votes: 1,
            };
            self.open_seat(scope, Purpose::Repair, asked, None);
        }
    }

    /// Whoever mends: the owners, else the admins; never the requester.
    fn owners(&self) -> Vec<Because> {
        let reading = self.reading();
        let requester = self.state.requester;
        let owners = reading.find(&self.definition.owners).unwrap_or_default();
        let mut all: Vec<Because> = owners
            .into_iter()
            .map(|found| Because {
                person: found.user,
                reason: Reason::Owner,
            })
            .collect();
        all.retain(|because| Some(because.person) != requester);
        if all.is_empty() {
            let admins = self
                .facts
                .directory
                .holders("admin")
                .filter(|person| Some(person.id) != requester);
            all.extend(admins.map(|person| Because {
                person: person.id,
                reason: Reason::Admin,
            }));
        }
        all
    }

    /// Asks someone; the task's id is a function of the event's number.
    pub(crate) fn open_seat(
        &mut self,
        scope: ScopeId,
        purpose: Purpose,
        asked: Asked,
        due: Option<Instant>,
    ) -> TaskId {
        let task = TaskId::derived(self.state.id, self.next_number(), self.facts.now);
        self.emit(What::SeatOpened(SeatOpened {
            task,
            scope,
            purpose,
            asked,
            due,
        }));
        task
    }

    /// The id of a timer that the next event sets; a function of that event's number.
    pub(crate) fn next_timer(&self, due: Instant) -> TimerId {
        TaskId::derived(self.state.id, self.next_number(), due).0.into()
    }

    /// The id of a timer that stands for something else than an instant, one of several that the next event sets.
    pub(crate) fn next_timer_of(&self, place: u64) -> TimerId {
        let number = self.next_number() | (place << 32);
        TaskId::derived(self.state.id, number, self.facts.now).0.into()
    }

    pub(crate) fn set_timer(&mut self, task: TaskId, act: u32, due: Instant, reminds: bool) {
        let timer = self.next_timer(due);
        self.emit(What::TimerSet {
            timer,
            task,
            act,
            due,
            reminds,
        });
    }
}
