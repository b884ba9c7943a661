//! Steps inside `each` run once for every item: what is kept of a step there is kept for its item.

use super::{Kind, Record, Scope, Seat, State};
use crate::vocabulary::ScopeId;

/// Before each item that a step stands in, outermost first: `head#lines.2`.
const MARK: char = '#';

/// The key of the step that something is kept for.
pub(crate) fn step_of(kept: &str) -> &str {
    kept.split(MARK).next().unwrap_or_default()
}

/// The items that it is kept for: `#lines.2`; empty outside `each`.
fn items_of(kept: &str) -> &str {
    kept.get(step_of(kept).len()..).unwrap_or_default()
}

/// Whether these are those items, or inside them.
fn is_inside(items: &str, around: &str) -> bool {
    let rest = items.strip_prefix(around);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(MARK))
}

/// Whether one of them is inside the other.
fn touch(one: &str, other: &str) -> bool {
    is_inside(one, other) || is_inside(other, one)
}

impl State {
    /// The items that a scope stands in, as [`items_of`] has them.
    fn items(&self, scope: ScopeId) -> String {
        let path = self.path(scope).into_iter().rev();
        let scopes = path.filter_map(|id| self.scopes.get(&id));
        let items = scopes.filter_map(Scope::item);
        items.fold(String::new(), |around, (each, number)| {
            format!("{around}{MARK}{each}.{number}")
        })
    }

    fn items_from(&self, place: Option<ScopeId>) -> String {
        place.map(|place| self.items(place)).unwrap_or_default()
    }

    /// Under which key something of a step in this scope is kept.
    pub(crate) fn key_in(&self, scope: ScopeId, step: &str) -> String {
        format!("{step}{}", self.items(scope))
    }

    /// The same of the step that the scope is.
    pub(crate) fn key_of(&self, scope: ScopeId) -> String {
        let step = self.scopes.get(&scope).map_or("", |scope| scope.step.as_str());
        self.key_in(scope, step)
    }

    /// What became so far of the step that a seat stands in.
    pub fn outcome_of(&self, seat: &Seat) -> Option<&Record> {
        self.outcomes.get(&self.key_of(seat.scope))
    }

    /// What became of a step, as it is read from a place: of the same item, else of what is around it.
    pub(crate) fn record(&self, step: &str, from: Option<ScopeId>) -> Option<&Record> {
        let mut key = format!("{step}{}", self.items_from(from));
        loop {
            if let Some(record) = self.outcomes.get(&key) {
                return Some(record);
            }
            let last = key.rfind(MARK)?;
            key.truncate(last);
        }
    }

    /// What became of a step around a place, and in every item inside it.
    pub(crate) fn records(&self, step: &str, from: Option<ScopeId>) -> impl Iterator<Item = &Record> {
        let here = self.items_from(from);
        let kept = self.outcomes.iter();
        kept.filter(move |(key, _)| step_of(key) == step && touch(items_of(key), &here))
            .map(|(_, record)| record)
    }

    /// Whether a scope is seen from a place: it stands in the same item, or around it.
    pub(crate) fn is_seen_from(&self, scope: ScopeId, from: Option<ScopeId>) -> bool {
        is_inside(&self.items_from(from), &self.items(scope))
    }

    /// Whether a scope stands around a place, or in an item inside it.
    pub(crate) fn is_near(&self, scope: ScopeId, place: Option<ScopeId>) -> bool {
        touch(&self.items(scope), &self.items_from(place))
    }

    /// Forgets what became of steps in a place: they run again.
    pub(crate) fn forget(&mut self, steps: &[String], place: Option<ScopeId>) {
        let here = self.items_from(place);
        let again = |key: &str| steps.iter().any(|step| step == step_of(key));
        self.outcomes
            .retain(|key, _| !(again(key) && is_inside(items_of(key), &here)));
    }

    /// Forgets what became of the items of an `each` in a place: it begins anew.
    pub(crate) fn forget_items(&mut self, place: ScopeId, each: &str) {
        let items = format!("{}{MARK}{each}.", self.items(place));
        self.outcomes.retain(|key, _| !items_of(key).starts_with(&items));
    }
}

impl Scope {
    /// The `each` and the number, if it is an item.
    fn item(&self) -> Option<(&str, u32)> {
        match self.kind {
            Kind::Item { number, .. } => Some((&self.step, number)),
            _ => None,
        }
    }
}
