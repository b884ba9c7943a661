//! `deadline`, `remind` and `if_late`.

use super::{Steps, Where};
use crate::definition::{Deadline, Late, LateAct, Remind};
use crate::expr::{Span, Type, Wanted};
use crate::finding::words;
use crate::keys::{LATE, LATE_ITEM, REMIND};
use crate::parse::{Node, Yaml};
use crate::read::desk::Map;

/// Reminders at most, unless the file says how many.
const REMINDERS: u32 = 3;

impl Steps<'_> {
    pub(super) fn deadline(&self, node: &Node, place: &Where) -> Option<Deadline> {
        let text = self.desk.text(node)?;
        let literal = text.chars().next().is_some_and(|first| first.is_ascii_digit());
        if literal {
            let span = self.desk.span(node)?;
            self.calendar_for(node, span);
            return Some(Deadline::After(span));
        }
        let mut scope = self.scope_at(place);
        scope.approver = true;
        let wanted = Wanted::OneOf(
            &[Type::Instant, Type::Date, Type::Duration],
            "an instant, a date or a length of time",
            "时刻、日期或时长",
        );
        self.desk.expression(node, &scope, &wanted).map(Deadline::At)
    }

    pub(super) fn calendar_for(&self, node: &Node, span: Span) {
        if span.needs_calendar() && self.around.calendars.is_empty() {
            self.desk.warn(
                "no-calendar",
                node,
                words!(
                    "There is no calendar that says which days are worked.",
                    "没有说明工作日的日历。"
                ),
                words!(
                    "Publish one: `calendar: default`.",
                    "请发布一个：`calendar: default`。"
                ),
            );
        }
    }

    pub(super) fn late_without_deadline(&self, late: Option<&Node>, map: &Map<'_>) {
        if let (Some(key), None) = (late, map.get("deadline")) {
            self.desk.error(
                "missing-key",
                key,
                words!(
                    "`if_late` without a `deadline` never happens.",
                    "没有 `deadline` 时，`if_late` 永不发生。"
                ),
                words!(
                    "Add `deadline: 2 working days`.",
                    "请添加 `deadline: 2 working days`。"
                ),
            );
        }
    }

    pub(super) fn remind(&self, node: &Node, map: &Map<'_>) -> Option<Remind> {
        let own = self.desk.map(node, &REMIND)?;
        let span = |key: &str| {
            let node = own.get(key)?;
            let span = self.desk.span(node)?;
            self.calendar_for(node, span);
            if span.is_nothing() {
                self.desk.error(
                    "wrong-shape",
                    node,
                    words!("A reminder needs a length of time.", "提醒需要一个时长。"),
                    words!("Write like `1 working day`.", "请写如 `1 working day`。"),
                );
                return None;
            }
            Some(span)
        };
        let (every, before) = (span("every"), span("before"));
        let at_most = own
            .get("at_most")
            .map_or(Some(REMINDERS), |node| self.desk.count(node, 1));
        if let (Some(key), None) = (own.key("before"), map.get("deadline")) {
            self.desk.error(
                "missing-key",
                key,
                words!(
                    "A reminder `before` a deadline needs a `deadline`.",
                    "`before` 提醒需要 `deadline`。"
                ),
                words!(
                    "Add `deadline: 2 working days`, or write `remind: {{every: 1 working day}}`.",
                    "请添加 `deadline: 2 working days`，或写 `remind: {{every: 1 working day}}`。"
                ),
            );
        }
        if own.is_sound() && own.get("every").is_none() && own.get("before").is_none() {
            self.desk.error(
                "missing-key",
                node,
                words!("This does not say when to remind.", "这里没有说明何时提醒。"),
                words!(
                    "Write `{{every: 1 working day, at_most: 3}}`, or `{{before: 4 working hours}}`.",
                    "请写 `{{every: 1 working day, at_most: 3}}`，或 `{{before: 4 working hours}}`。"
                ),
            );
        }
        let every = every.zip(at_most);
        (every.is_some() || before.is_some()).then_some(Remind { every, before })
    }

    pub(super) fn if_late(&self, node: &Node, place: &Where) -> Option<Vec<Late>> {
        let Yaml::List(items) = &node.yaml else {
            return self
                .late_act(node, place)
                .map(|then| vec![Late { after: None, then }]);
        };
        let mut lines: Vec<Late> = Vec::new();
        let mut sound = true;
        for item in items {
            let Some(map) = self.desk.map(item, &LATE_ITEM) else {
                sound = false;
                continue;
            };
            let after = map.get("after").map(|node| {
                let span = self.desk.span(node)?;
                self.calendar_for(node, span);
                Some(span)
            });
            let then = map.get("then").and_then(|node| self.late_act(node, place));
            match (after.flatten(), then) {
                (Some(after), Some(then)) => lines.push(Late {
                    after: Some(after),
                    then,
                }),
                _ => sound = false,
            }
        }
        sound.then_some(lines)
    }

    pub(super) fn late_act(&self, node: &Node, place: &Where) -> Option<LateAct> {
        if node.text().is_some() {
            return self.late_word(node);
        }
        let map = self.desk.map(node, &LATE)?;
        match (map.get("escalate_to"), map.get("transfer_to")) {
            (Some(node), None) => self.who(node, place, true).map(LateAct::EscalateTo),
            (None, Some(node)) => self.who(node, place, true).map(LateAct::TransferTo),
            (None, None) if !map.is_sound() => None,
            _ => {
                self.desk.error(
                    "two-kinds",
                    node,
                    words!(
                        "Say one thing that happens: `escalate_to` or `transfer_to`.",
                        "请只写一种：`escalate_to` 或 `transfer_to`。"
                    ),
                    None,
                );
                None
            }
        }
    }

    pub(super) fn late_word(&self, node: &Node) -> Option<LateAct> {
        let text = self.desk.text(node)?;
        match text {
            "notify" => Some(LateAct::Notify),
            "approve" => {
                self.desk.warn(
                    "silence-approves",
                    node,
                    words!(
                        "Here silence approves: once it is late, nobody has decided and it passes.",
                        "这里逾期即视为批准：无人决定也会通过。"
                    ),
                    words!(
                        "Safer is `reject`, or `{{escalate_to: {{manager_of: approver}}}}`.",
                        "更稳妥的是 `reject`，或 `{{escalate_to: {{manager_of: approver}}}}`。"
                    ),
                );
                Some(LateAct::Approve)
            }
            "reject" => Some(LateAct::Reject),
            "escalate" | "escalate_to" => {
                self.desk.error(
                    "unknown-word",
                    node,
                    words!("`{text}` does not say to whom.", "`{text}` 没有说明升级给谁。"),
                    words!(
                        "Write `{{escalate_to: {{manager_of: approver}}}}`.",
                        "请写 `{{escalate_to: {{manager_of: approver}}}}`。"
                    ),
                );
                None
            }
            _ => {
                self.desk.unknown_word(
                    node,
                    text,
                    &["notify", "approve", "reject", "escalate_to", "transfer_to"],
                );
                None
            }
        }
    }
}
