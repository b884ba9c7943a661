//! How an event changes the state: total, without the definition, looking nothing up. Nothing else changes it.

mod added;
mod changes;
mod held;
mod opened;
mod task;
mod wait;

use countersign_kernel::id::RequestId;
use countersign_kernel::time::Instant;
use serde_json::Value as Json;

use crate::state::{Done, Kind, List, Record, Run, Scope, SeatStatus, State, Timer, Verb};
use crate::vocabulary::{
    Change, Closing, Copied, Ended, Entered, Event, Opened, Outcome, Resubmitted, Returned, ScopeId, Skipped,
    Status, Submitted, Trouble, VariablesSet, What,
};

pub(crate) use changes::changes;
use opened::opened;

/// The state after an event.
pub fn apply(state: &mut State, event: &Event) {
    state.version += 1;
    let at = event.at;
    match &event.what {
        What::Submitted(submitted) => state.submitted(submitted, event),
        What::Resubmitted(resubmitted) => state.resubmitted(resubmitted, at),
        What::Entered(entered) => state.entered(entered, at),
        What::Skipped(skipped) => state.skipped(skipped, at),
        What::Copied(copied) => state.copied(copied, at),
        What::VariablesSet(set) => state.variables_set(set, at),
        What::Held { scope, why } => state.held(*scope, why),
        What::SeatOpened(opened) => state.seat_opened(opened, at),
        What::TimerSet {
            timer,
            task,
            act,
            due,
            reminds,
        } => state.timers.push(Timer {
            id: *timer,
            task: Some(*task),
            wait: None,
            act: *act,
            due: *due,
            reminds: *reminds,
        }),
        What::TimerFired { timer } => state.timer_fired(*timer),
        What::EventCame { scope, timer, .. } => state.event_came(*scope, *timer),
        What::Late { .. } | What::Reminded { .. } | What::Stopped { .. } => {}
        What::Edited {
            task,
            changes,
            summary,
        } => state.edited(*task, changes, summary.as_ref()),
        What::Voted(voted) => state.voted(voted, event),
        What::Voided { task, due } => state.voided(*task, *due),
        What::Transferred { task, to, reason, .. } => state.transferred(*task, *to, reason),
        What::Claimed { task, .. } => state.claimed(*task, true),
        What::Released { task, .. } => state.claimed(*task, false),
        What::ApproverAdded { .. } => state.approver_added(event),
        What::ApproverRemoved { task, place, .. } => state.approver_removed(*task, *place),
        What::Resumed { task, due } => state.resumed(*task, *due),
        What::SeatClosed { task, why } => state.seat_closed(*task, *why, at),
        What::ActionWanted { scope, attempt, .. } => state.action_wanted(*scope, *attempt),
        What::ActionDone { scope, output } => state.action_done(*scope, output, at),
        What::ActionFailed { .. } | What::Commented { .. } => {}
        What::Mended { task, .. } => state.mended(*task, event),
        What::Retried { scope, .. } => state.tried_again(*scope, Verb::Retry, event),
        What::Bypassed { scope, .. } => state.bypassed(*scope, event),
        What::Moved(moved) => state.moved(moved),
        What::StepEnded { scope, outcome } => state.step_ended(*scope, *outcome, at),
        What::Repeated { scope, round, .. } => state.repeated(*scope, *round),
        What::Closed { scope, why } => state.closed(*scope, *why),
        What::Returned(returned) => state.returned(returned, event),
        What::Recalled { again, .. } => state.recalled(again, event),
        What::Urged { .. } => state.urged_at = Some(at),
        What::Ended(ended) => state.ended(ended, event),
    }
}

/// The state that a history leads to.
pub fn fold<'a>(id: RequestId, events: impl IntoIterator<Item = &'a Event>) -> State {
    let mut state = State::new(id);
    for event in events {
        apply(&mut state, event);
    }
    state
}

impl State {
    fn submitted(&mut self, submitted: &Submitted, event: &Event) {
        self.workflow.clone_from(&submitted.workflow);
        self.workflow_version = submitted.version;
        self.title = submitted.title.clone();
        self.number.clone_from(&submitted.number);
        self.requester = Some(submitted.requester);
        let starter = submitted.starter.or_else(|| event.by.user());
        let requester = submitted.requester;
        self.starter = starter.filter(|starter| *starter != requester);
        self.second_starter = submitted.second_starter.filter(|starter| *starter != requester);
        self.person.clone_from(&submitted.person);
        self.form.clone_from(&submitted.form);
        self.facts.clone_from(&submitted.facts);
        self.summary.clone_from(&submitted.summary);
        self.warnings.clone_from(&submitted.warnings);
        self.begin_round(event.at);
    }

    fn resubmitted(&mut self, resubmitted: &Resubmitted, at: Instant) {
        self.person.clone_from(&resubmitted.person);
        self.change(&resubmitted.changes);
        self.facts.clone_from(&resubmitted.facts);
        self.summary.clone_from(&resubmitted.summary);
        self.warnings.clone_from(&resubmitted.warnings);
        self.begin_round(at);
    }

    fn begin_round(&mut self, at: Instant) {
        self.status = Status::Open;
        self.round += 1;
        self.submitted_at = Some(at);
        self.outcomes.clear();
        self.variables.clear();
        self.last = None;
        let kind = Kind::Whole(List::default());
        let title = self.title.clone();
        self.open_scope(Scope {
            parent: None,
            index: 0,
            step: String::new(),
            title,
            status: Run::Running,
            kind,
            held: None,
            since: at,
        });
    }

    fn open_scope(&mut self, scope: Scope) {
        self.scopes.insert(self.version, scope);
    }

    fn change(&mut self, changes: &[Change]) {
        for change in changes {
            if change.to.is_null() {
                self.form.remove(&change.field);
            } else {
                self.form.insert(change.field.clone(), change.to.clone());
            }
        }
        if !changes.is_empty() {
            self.revision += 1;
        }
    }

    fn entered(&mut self, entered: &Entered, at: Instant) {
        let kind = opened(entered);
        match &entered.kind {
            Opened::Approval { agreed, .. } => {
                let key = self.key_in(entered.parent, &entered.step);
                self.agreed(key, agreed, at);
            }
            Opened::Each { .. } => self.forget_items(entered.parent, &entered.step),
            Opened::Wait {
                until: Some(until),
                timer: Some(timer),
                ..
            } => self.waits_until(*timer, *until),
            _ => {}
        }
        self.step_begun(entered.parent, entered.index);
        self.open_scope(Scope {
            parent: Some(entered.parent),
            index: entered.index,
            step: entered.step.clone(),
            title: entered.title.clone(),
            status: Run::Running,
            kind,
            held: None,
            since: at,
        });
    }

    fn repeated(&mut self, scope: ScopeId, again: u32) {
        if let Some(Scope {
            kind: Kind::Repeat { round, list },
            ..
        }) = self.scopes.get_mut(&scope)
        {
            *round = again;
            list.next = 0;
        }
    }

    fn held(&mut self, scope: ScopeId, why: &Trouble) {
        self.status = Status::Held;
        if let Some(scope) = self.scopes.get_mut(&scope) {
            scope.held = Some(why.clone());
        }
    }

    fn action_wanted(&mut self, scope: ScopeId, attempt: u32) {
        if let Some(Scope {
            kind: Kind::Action { attempt: latest },
            ..
        }) = self.scopes.get_mut(&scope)
        {
            *latest = attempt;
        }
    }

    fn action_done(&mut self, scope: ScopeId, output: &Json, at: Instant) {
        let output = output.clone();
        let record = Record {
            output,
            ..Record::plain(Outcome::Approved, at)
        };
        self.outcomes.insert(self.key_of(scope), record);
    }

    /// The list goes on behind the step that began or was skipped.
    fn step_begun(&mut self, parent: ScopeId, index: u32) {
        if let Some(list) = self.scopes.get_mut(&parent).and_then(Scope::list_mut) {
            list.next = index + 1;
        }
    }

    fn skipped(&mut self, skipped: &Skipped, at: Instant) {
        self.step_begun(skipped.parent, skipped.index);
        let key = self.key_in(skipped.parent, &skipped.step);
        self.outcomes.insert(key, Record::plain(Outcome::Skipped, at));
    }

    fn copied(&mut self, copied: &Copied, at: Instant) {
        self.step_begun(copied.parent, copied.index);
        self.copied.extend(&copied.people);
        let key = self.key_in(copied.parent, &copied.step);
        self.outcomes.insert(key, Record::plain(Outcome::Approved, at));
    }

    fn variables_set(&mut self, set: &VariablesSet, at: Instant) {
        self.step_begun(set.parent, set.index);
        let values = set.values.iter();
        self.variables
            .extend(values.map(|(name, value)| (name.clone(), value.clone())));
        let key = self.key_in(set.parent, &set.step);
        self.outcomes.insert(key, Record::plain(Outcome::Approved, at));
    }

    fn step_ended(&mut self, scope: ScopeId, outcome: Outcome, at: Instant) {
        self.set_run(scope, Run::Ended(outcome));
        self.see_whether_held();
        let Some(ended) = self.scopes.get(&scope) else {
            return;
        };
        let parent = ended.parent;
        let branch = match &ended.kind {
            Kind::Branch { name, .. } => Some(name.clone()),
            Kind::Item { number, .. } => Some(number.to_string()),
            _ => None,
        };
        let came = match &ended.kind {
            Kind::Wait(waiting) => waiting.came.clone(),
            _ => None,
        };
        let key = self.key_of(scope);
        match (parent.and_then(|parent| self.scopes.get_mut(&parent)), branch) {
            (
                Some(Scope {
                    kind: Kind::Parallel { results, .. },
                    ..
                }),
                Some(name),
            ) => {
                results.insert(name, outcome);
            }
            (Some(parent), _) => {
                if let Some(list) = parent.list_mut()
                    && outcome != Outcome::Skipped
                {
                    list.done = true;
                }
                let record = self
                    .outcomes
                    .entry(key)
                    .or_insert_with(|| Record::plain(outcome, at));
                record.outcome = outcome;
                record.at = at;
                record.came = came;
            }
            (None, _) => {}
        }
    }

    fn returned(&mut self, returned: &Returned, event: &Event) {
        let from = returned.from.map(|from| self.key_of(from));
        let from = from.unwrap_or_else(|| returned.step.clone());
        *self.returns.entry(from).or_insert(0) += 1;
        if let Some(task) = returned.task {
            self.finish_seat(task, SeatStatus::Returned { at: event.at });
        }
        self.last = Some(Done {
            by: event.by.user(),
            step: returned.step.clone(),
            verb: Verb::Return,
            at: event.at,
        });
        self.forget(&returned.again, returned.list);
        match returned.list {
            None => {
                self.status = Status::Returned;
                self.timers.clear();
            }
            Some(list) => {
                if let Some(list) = self.scopes.get_mut(&list).and_then(Scope::list_mut) {
                    list.next = returned.index;
                }
                self.see_whether_held();
            }
        }
    }

    fn recalled(&mut self, again: &[String], event: &Event) {
        self.last = Some(Done {
            by: event.by.user(),
            step: String::new(),
            verb: Verb::Recall,
            at: event.at,
        });
        self.forget(again, None);
        self.status = Status::Returned;
        self.timers.clear();
    }

    fn ended(&mut self, ended: &Ended, event: &Event) {
        self.status = ended.status;
        self.decided_at = Some(event.at);
        self.note.clone_from(&ended.note);
        self.timers.clear();
        let running: Vec<ScopeId> = self
            .scopes
            .iter()
            .filter(|(_, scope)| scope.is_running())
            .map(|(id, _)| *id)
            .collect();
        for id in running {
            self.set_run(id, Run::Closed(Closing::Ended));
        }
        if ended.status == Status::Withdrawn {
            self.last = Some(Done {
                by: event.by.user(),
                step: String::new(),
                verb: Verb::Withdraw,
                at: event.at,
            });
        }
    }

    /// With all that runs inside. What is mended stands next in its list again.
    fn closed(&mut self, scope: ScopeId, why: Closing) {
        for id in self.within(scope) {
            if self.scopes.get(&id).is_some_and(Scope::is_running) {
                self.set_run(id, Run::Closed(why));
            }
        }
        if why == Closing::Mended
            && let Some((Some(parent), index)) =
                self.scopes.get(&scope).map(|scope| (scope.parent, scope.index))
            && let Some(list) = self.scopes.get_mut(&parent).and_then(Scope::list_mut)
        {
            list.next = index;
        }
        self.see_whether_held();
    }

    fn set_run(&mut self, scope: ScopeId, run: Run) {
        self.timers.retain(|timer| timer.wait != Some(scope));
        if let Some(scope) = self.scopes.get_mut(&scope) {
            scope.status = run;
            scope.held = None;
        }
    }

    /// A request is held as long as one of its steps is.
    fn see_whether_held(&mut self) {
        if matches!(self.status, Status::Open | Status::Held) {
            let held = self
                .scopes
                .values()
                .any(|scope| scope.is_running() && scope.held.is_some());
            self.status = if held { Status::Held } else { Status::Open };
        }
    }
}
