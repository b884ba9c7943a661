//! `assign`: to whom of those found a step goes, and how many of them it then needs.

use crate::definition::{Assign, Need};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::step::Steps;

const WORDS: [(&str, Assign); 4] = [
    ("everyone", Assign::Everyone),
    ("pool", Assign::Pool),
    ("least_busy", Assign::LeastBusy),
    ("in_turn", Assign::InTurn),
];

impl Steps<'_> {
    /// `need` as it is given, else this, or one where one of them decides alone.
    pub(in crate::read::step) fn assign(&self, map: &Map<'_>, unless_given: Need) -> (Assign, Option<Need>) {
        let assign = map.get("assign").and_then(|node| self.assign_word(node));
        let assign = assign.unwrap_or(Assign::Everyone);
        let one_by_one = map.get("order").filter(|node| node.text() == Some("one_by_one"));
        if let (Some(order), true) = (one_by_one, assign.is_to_one()) {
            self.one_alone_has_no_order(order, assign);
        }
        let need = map.get("need").map(|node| (node, self.need(node)));
        match need {
            None if assign.is_to_one() => (assign, Some(Need::Any)),
            None => (assign, Some(unless_given)),
            Some((node, Some(need))) if assign.is_to_one() && need != Need::Any => {
                self.one_alone_suffices(node, assign);
                (assign, None)
            }
            Some((_, need)) => (assign, need),
        }
    }

    fn one_alone_has_no_order(&self, order: &Node, assign: Assign) {
        let message = if assign == Assign::Pool {
            words!(
                "All of a pool are asked at once: whoever claims it first has it.",
                "任务池中的人同时被询问：先认领者得。"
            )
        } else {
            words!("Only one of them is asked.", "只询问其中一人。")
        };
        let hint = words!("Leave `order` out, or `assign`.", "请去掉 `order` 或 `assign`。");
        self.desk.error("wrong-shape", order, message, hint);
    }

    fn one_alone_suffices(&self, need: &Node, assign: Assign) {
        let message = if assign == Assign::Pool {
            words!(
                "From a pool one of them claims it and decides alone, so `need` is `any`.",
                "任务池中由一人认领并单独决定，因此 `need` 为 `any`。"
            )
        } else {
            words!(
                "Only one of them is asked and decides alone, so `need` is `any`.",
                "只询问其中一人，由其单独决定，因此 `need` 为 `any`。"
            )
        };
        let hint = words!("Leave `need` out, or `assign`.", "请去掉 `need` 或 `assign`。");
        self.desk.error("need-unreachable", need, message, hint);
    }

    fn assign_word(&self, node: &Node) -> Option<Assign> {
        let order = node
            .text()
            .filter(|word| ["one_at_a_time", "one_by_one"].contains(word));
        if let Some(word) = order {
            self.desk.error(
                "unknown-word",
                node,
                words!(
                    "`assign: {word}` is said by another key: all decide, one after the other.",
                    "`assign: {word}` 由另一个键表示：所有人依次决定。"
                ),
                words!(
                    "Write `order: one_by_one` in its place.",
                    "请改写为 `order: one_by_one`。"
                ),
            );
            return None;
        }
        self.desk.one_of(node, &WORDS)
    }
}
