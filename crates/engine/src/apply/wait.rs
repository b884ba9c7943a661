//! What a step waits for, and what of it came.

use countersign_kernel::id::TimerId;
use countersign_kernel::time::Instant;

use crate::state::{Kind, State, Timer, Waiting};
use crate::vocabulary::ScopeId;

impl State {
    /// The step that begins now ends by itself at this instant.
    pub(super) fn waits_until(&mut self, timer: TimerId, until: Instant) {
        self.timers.push(Timer {
            id: timer,
            task: None,
            wait: Some(self.version),
            act: 0,
            due: until,
            reminds: false,
        });
    }

    pub(super) fn timer_fired(&mut self, timer: TimerId) {
        let fired = self.timers.iter().find(|one| one.id == timer);
        let wait = fired.and_then(|timer| timer.wait);
        self.timers.retain(|one| one.id != timer);
        if let Some(waiting) = wait.and_then(|scope| self.waiting_mut(scope)) {
            waiting.came.clone_from(&waiting.name);
        }
    }

    pub(super) fn event_came(&mut self, scope: ScopeId, timer: TimerId) {
        if let Some(waiting) = self.waiting_mut(scope) {
            let awaited = waiting.events.iter().find(|awaited| awaited.timer == timer);
            waiting.came = awaited.and_then(|awaited| awaited.name.clone());
        }
    }

    fn waiting_mut(&mut self, scope: ScopeId) -> Option<&mut Waiting> {
        match &mut self.scopes.get_mut(&scope)?.kind {
            Kind::Wait(waiting) => Some(waiting),
            _ => None,
        }
    }
}
