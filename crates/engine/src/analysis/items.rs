//! What may not change while the items of an `each` are decided.

use super::Analysis;
use crate::definition::{Step, StepKind, collect_steps, fields_read};
use crate::finding::words;
use crate::parse::{Node, Yaml};

impl Analysis<'_> {
    /// Whoever is asked for every item of a list is asked for the items that are there.
    pub(super) fn edited_items(&self, steps_node: &Node, steps: &[Step]) {
        let mut all = Vec::new();
        collect_steps(steps, &mut all);
        let eaches = all.iter().filter_map(|step| match &step.kind {
            StepKind::Each(each) => Some((step, fields_read(&each.list))),
            _ => None,
        });
        let eaches: Vec<(&&Step, Vec<String>)> = eaches
            .map(|(step, read)| (step, read.into_iter().collect()))
            .collect();
        for step in &all {
            let StepKind::Approval(approval) = &step.kind else {
                continue;
            };
            for (field, _) in &approval.can_edit {
                let Some((each, _)) = eaches.iter().find(|(_, read)| read.contains(field)) else {
                    continue;
                };
                let (each, place) = (&each.key, find(steps_node, &step.key).unwrap_or(steps_node));
                self.desk.error(
                    "edits-items",
                    place.get("can_edit").unwrap_or(place),
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
}

/// The step of this key, wherever it stands.
fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.yaml {
        Yaml::List(items) => items.iter().find_map(|item| find(item, key)),
        Yaml::Map(entries) => {
            let named = entries.first().and_then(|(_, value)| value.text());
            if named == Some(key) {
                return Some(node);
            }
            entries.iter().find_map(|(_, value)| find(value, key))
        }
        Yaml::Scalar(_) | Yaml::Broken => None,
    }
}
