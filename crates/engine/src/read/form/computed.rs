//! Computed fields, each after those that it reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Draft, Reader};
use crate::definition::FieldKind;
use crate::expr::{Scope, Slot, Type, Wanted};
use crate::finding::words;
use crate::parse::Node;

impl Reader<'_> {
    /// Computed fields may read each other, if none reads itself around a corner.
    pub(super) fn computed(
        &self,
        drafts: &mut [Draft<'_>],
        slots: &mut Arc<BTreeMap<String, Slot>>,
        scope: &Scope,
    ) {
        let reads = reads(drafts);
        let mut waiting: BTreeSet<usize> = reads.keys().copied().collect();
        while let Some(first) = waiting.first().copied() {
            let ready = waiting
                .iter()
                .copied()
                .find(|place| reads.get(place).is_none_or(|read| read.is_disjoint(&waiting)));
            let place = ready.unwrap_or(first);
            waiting.remove(&place);
            let Some(draft) = drafts.get_mut(place) else {
                return;
            };
            if ready.is_none() {
                self.circle(draft);
            } else if let Some(node) = draft.is {
                let inner = Scope {
                    fields: Arc::clone(slots),
                    ..scope.clone()
                };
                if let Some(expr) = self.desk.expression(node, &inner, &Wanted::Anything) {
                    draft.slot = expr.slot().clone();
                    draft.kind = Some(FieldKind::Computed { is: expr });
                }
            }
            Arc::make_mut(slots).insert(draft.name.clone(), draft.slot.clone());
        }
    }

    fn circle(&self, draft: &mut Draft<'_>) {
        let name = &draft.name;
        self.desk.error(
            "computed-circle",
            draft.node,
            words!("`{name}` is computed from itself.", "`{name}` 由自身计算得出。"),
            words!(
                "Take one of the fields out of the circle.",
                "请断开循环中的一个字段。"
            ),
        );
        draft.kind = None;
        draft.slot.of = Type::Unread;
    }
}

/// Which computed fields each computed field names, by their places.
fn reads(drafts: &[Draft<'_>]) -> BTreeMap<usize, BTreeSet<usize>> {
    let computed = || drafts.iter().enumerate().filter(|(_, draft)| draft.is.is_some());
    let places: BTreeMap<&str, usize> = computed()
        .map(|(place, draft)| (draft.name.as_str(), place))
        .collect();
    let named = |draft: &Draft<'_>| {
        let text = draft
            .is
            .and_then(Node::scalar)
            .map_or("", |scalar| scalar.text.as_str());
        text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
            .filter_map(|word| places.get(word).copied())
            .collect()
    };
    computed().map(|(place, draft)| (place, named(draft))).collect()
}
