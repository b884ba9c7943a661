//! What may not change while the items of an `each` are decided.

use super::Analysis;
use crate::definition::{Approval, Step, StepKind, collect_steps, fields_read};
use crate::finding::words;
use crate::parse::Node;

/// The fields that say which items there are, each with the `each` that goes through them.
pub(super) fn gone_through(steps: &[Step]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    collect_steps(steps, &mut all);
    let fields = |step: &Step| match &step.kind {
        StepKind::Each(each) => fields_read(&each.list),
        _ => Vec::new(),
    };
    all.iter()
        .flat_map(|step| fields(step).into_iter().map(|field| (field, step.key.clone())))
        .collect()
}

impl Analysis<'_> {
    /// Whoever is asked for every item of a list is asked for the items that are there.
    pub(super) fn edits_items(&self, item: &Node, approval: &Approval) {
        for (field, _) in &approval.can_edit {
            let Some((_, each)) = self.gone_through.iter().find(|(through, _)| through == field) else {
                continue;
            };
            self.desk.error(
                "edits-items",
                item.get("can_edit").unwrap_or(item),
                words!(
                    "`{field}` says for what `{each}` asks people, so it cannot be changed while they decide.",
                    "`{field}` 决定 `{each}` 就哪些项询问，因此在审批过程中不能修改。"
                ),
                words!(
                    "Leave it out of `can_edit`; whoever wants it otherwise returns the request.",
                    "请从 `can_edit` 中去掉；需要修改时请退回申请。"
                ),
            );
        }
    }
}
