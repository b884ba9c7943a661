//! `assign`: to whom of those found a step goes, and how many of them it then needs.

use crate::definition::{Assign, Need};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::step::Steps;

/// The guide has these, and this version does not.
const NOT_YET: [&str; 2] = ["least_busy", "in_turn"];

impl Steps<'_> {
    /// `need` as it is given, else this, or one where they claim it from a pool.
    pub(in crate::read::step) fn assign(&self, map: &Map<'_>, unless_given: Need) -> (Assign, Option<Need>) {
        let assign = map.get("assign").and_then(|node| self.assign_word(node));
        let assign = assign.unwrap_or(Assign::Everyone);
        let is_pool = assign == Assign::Pool;
        if let (Some(order), true) = (
            map.get("order").filter(|node| node.text() == Some("one_by_one")),
            is_pool,
        ) {
            self.desk.error(
                "wrong-shape",
                order,
                words!(
                    "All of a pool are asked at once: whoever claims it first has it.",
                    "任务池中的人同时被询问：先认领者得。"
                ),
                words!("Leave `order` out, or `assign`.", "请去掉 `order` 或 `assign`。"),
            );
        }
        let need = map.get("need").map(|node| (node, self.need(node)));
        match need {
            None if is_pool => (assign, Some(Need::Any)),
            None => (assign, Some(unless_given)),
            Some((node, Some(need))) if is_pool && need != Need::Any => {
                self.desk.error(
                    "need-unreachable",
                    node,
                    words!(
                        "From a pool one of them claims it and decides alone, so `need` is `any`.",
                        "任务池中由一人认领并单独决定，因此 `need` 为 `any`。"
                    ),
                    words!("Leave `need` out, or `assign`.", "请去掉 `need` 或 `assign`。"),
                );
                (assign, None)
            }
            Some((_, need)) => (assign, need),
        }
    }

    fn assign_word(&self, node: &Node) -> Option<Assign> {
        if let Some(word) = node.text().filter(|word| NOT_YET.contains(word)) {
            self.desk.not_yet(node, &format!("`assign: {word}`"), None);
            return None;
        }
        let words = [("everyone", Assign::Everyone), ("pool", Assign::Pool)];
        self.desk.one_of(node, &words)
    }
}
