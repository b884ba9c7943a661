//! Where steps stand in a definition: what comes before what, and what a decider's voice is bound to.

use countersign_kernel::text::Text;
use serde_json::{Map, Value as Json};

use crate::definition::{Approval, Step, StepKind, Workflow};
use crate::reading::Reading;
use crate::stored;

/// A turn on the way to a step: its place in a list, and then which list inside it (case or branch, in order).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub index: usize,
    pub inside: Option<usize>,
    /// The list runs once for every item of an `each`.
    pub items: bool,
}

/// The way from a list to a step somewhere in it; the last turn leads nowhere inside.
pub(crate) fn way(steps: &[Step], key: &str) -> Option<Vec<Turn>> {
    for (index, step) in steps.iter().enumerate() {
        if step.key == key {
            return Some(vec![Turn {
                index,
                inside: None,
                items: false,
            }]);
        }
        for (inside, list) in step.lists().into_iter().enumerate() {
            if let Some(rest) = way(list, key) {
                let mut turns = vec![Turn {
                    index,
                    inside: Some(inside),
                    items: matches!(step.kind, StepKind::Each(_)),
                }];
                turns.extend(rest);
                return Some(turns);
            }
        }
    }
    None
}

/// Whether the first step must be over before the second begins.
fn before(one: &[Turn], other: &[Turn]) -> bool {
    for (one, other) in one.iter().zip(other) {
        if one.index != other.index {
            return one.index < other.index;
        }
        // In another item either may come first.
        if one.inside != other.inside || one.items {
            return false;
        }
    }
    false
}

/// The keys of these steps and of all inside them.
pub(crate) fn keys(steps: &[Step]) -> Vec<String> {
    let mut all = Vec::new();
    for step in steps {
        all.push(step.key.clone());
        for list in step.lists() {
            all.extend(keys(list));
        }
    }
    all
}

/// Approvals that may still change fields after this step has decided: those that do not come before it.
pub(crate) fn may_change_after<'a>(definition: &'a Workflow, step: &str) -> Vec<(&'a Step, &'a Approval)> {
    let Some(here) = way(&definition.steps, step) else {
        return Vec::new();
    };
    let later = |other: &Step| {
        other.key != step && way(&definition.steps, &other.key).is_some_and(|there| !before(&there, &here))
    };
    let all = definition.each_step().into_iter();
    let approvals = all.filter_map(|step| match &step.kind {
        StepKind::Approval(approval) => Some((step, approval.as_ref())),
        _ => None,
    });
    approvals
        .filter(|(step, approval)| !approval.can_edit.is_empty() && later(step))
        .collect()
}

/// What may still be changed after a step has decided, and at which step: what a task tells its holder.
pub fn may_still_change<'a>(definition: &'a Workflow, step: &str) -> Vec<(&'a str, Text)> {
    let fields = |(step, approval): (&'a Step, &'a Approval)| {
        let title = crate::step::title(step);
        approval
            .can_edit
            .iter()
            .map(move |(field, _)| (field.as_str(), title.clone()))
            .collect::<Vec<_>>()
    };
    may_change_after(definition, step)
        .into_iter()
        .flat_map(fields)
        .collect()
}

impl Reading<'_> {
    /// Hash of what deciders of a step see: the form, less what a later step may change.
    pub(crate) fn seen_by(&self, step: &str) -> String {
        let changing = may_change_after(self.definition, step);
        let left_out = |name: &String| {
            changing
                .iter()
                .any(|(_, approval)| approval.can_edit.iter().any(|(field, _)| field == name))
        };
        let seen: Map<String, Json> = self
            .state
            .form
            .iter()
            .filter(|(name, _)| !left_out(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        stored::hash(&Json::Object(seen))
    }
}
