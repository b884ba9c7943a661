//! What becomes of a held request: tried again, gone on without a step, moved to another version.

use crate::state::{Done, Kind, Record, Scope, State, Verb};
use crate::vocabulary::{Event, Moved, Outcome, ScopeId, What};

impl State {
    pub(super) fn tried_again(&mut self, id: ScopeId, verb: Verb, event: &Event) {
        if let Some(scope) = self.scopes.get_mut(&id) {
            scope.held = None;
            let step = scope.step.clone();
            self.last = Some(Done {
                by: event.by.user(),
                step,
                verb,
                at: event.at,
            });
        }
        self.see_whether_held();
    }

    pub(super) fn bypassed(&mut self, id: ScopeId, event: &Event) {
        if !self.scopes.contains_key(&id) {
            return;
        }
        let comment = match &event.what {
            What::Bypassed { comment, .. } => comment.clone(),
            _ => None,
        };
        let record = Record {
            by: event.by.user().into_iter().collect(),
            comment,
            ..Record::plain(Outcome::Skipped, event.at)
        };
        self.outcomes.insert(self.key_of(id), record);
        self.tried_again(id, Verb::Skip, event);
    }

    pub(super) fn moved(&mut self, moved: &Moved) {
        self.workflow_version = moved.version;
        self.title = moved.title.clone();
        for (id, place) in &moved.places {
            if let Some(scope) = self.scopes.get_mut(id) {
                scope.index = *place;
            }
        }
        for (id, next) in &moved.nexts {
            if let Some(list) = self.scopes.get_mut(id).and_then(Scope::list_mut) {
                list.next = *next;
            }
        }
        for (id, number) in &moved.cases {
            if let Some(Scope {
                kind: Kind::Case { case, .. },
                ..
            }) = self.scopes.get_mut(id)
            {
                *case = Some(*number);
            }
        }
    }
}
