//! Workflow files that dice make.

use std::fmt::Write as _;

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::{Surroundings, check};

use crate::stories::ACTIONS;

/// Choices, one after another; no more left is always the first.
pub(super) struct Dice<'a> {
    pub(super) bytes: std::slice::Iter<'a, u8>,
}

impl Dice<'_> {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % sides
    }

    pub(super) fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.roll(all.len())]
    }
}

/// A workflow file made by dice.
struct Writer<'a, 'b> {
    dice: &'a mut Dice<'b>,
    text: String,
    count: usize,
}

impl Writer<'_, '_> {
    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.text, "{}{text}", "  ".repeat(depth)).unwrap();
    }

    fn steps(&mut self, depth: usize, level: usize) {
        for _ in 0..=self.dice.roll(3) {
            match self.dice.roll(if level < 2 { 14 } else { 7 }) {
                0..=3 => self.approval(depth),
                4 => self.action(depth),
                5 => self.task(depth),
                6 => self.wait(depth),
                7 => self.choose(depth, level),
                8 => self.repeat(depth, level),
                9 | 10 => self.each(depth, level),
                11 => self.stage(depth, level),
                _ => self.parallel(depth, level),
            }
        }
    }

    fn key(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}", self.count)
    }

    fn wait(&mut self, depth: usize) {
        let key = self.key("wait");
        self.line(depth, &format!("- wait: {key}"));
        let until = self.dice.pick(&[
            "after: 2 days",
            "after: 1 working day",
            "until: today + 1 day",
            "until: request.submitted_at",
        ]);
        self.line(depth + 1, until);
        if self.dice.roll(3) == 1 {
            self.line(depth + 1, "when: amount > 50");
        }
    }

    fn stage(&mut self, depth: usize, level: usize) {
        let key = self.key("stage");
        self.line(depth, &format!("- stage: {key}"));
        let stop = self
            .dice
            .pick(&["", "amount < 60", "request.round > 1", "100 / amount > 3"]);
        if !stop.is_empty() {
            self.line(depth + 1, &format!("stop_when: {stop}"));
        }
        self.line(depth + 1, "steps:");
        self.steps(depth + 2, level + 1);
    }

    fn repeat(&mut self, depth: usize, level: usize) {
        let key = self.key("repeat");
        self.line(depth, &format!("- repeat: {key}"));
        self.line(depth + 1, "while: request.round < 3 and amount > 50");
        self.line(depth + 1, "at_most: 2");
        self.line(depth + 1, "steps:");
        self.steps(depth + 2, level + 1);
    }

    fn each(&mut self, depth: usize, level: usize) {
        let key = self.key("each");
        let list = self
            .dice
            .pick(&["lines", "lines", "filter(lines, one.size > 3)", "people"]);
        self.line(depth, &format!("- each: {key}"));
        self.line(depth + 1, &format!("in: {list}"));
        self.line(depth + 1, &format!("as: item_{}", self.count));
        if list == "lines" && self.dice.roll(2) == 1 {
            self.line(depth + 1, &format!("group_by: item_{}.area", self.count));
        }
        let need = self
            .dice
            .pick(&["all", "any", "majority", "1", "each_decides", "each_decides"]);
        let rest = self.dice.pick(&["cancel", "keep"]);
        self.line(depth + 1, &format!("need: {need}"));
        self.line(depth + 1, &format!("rest: {rest}"));
        self.line(depth + 1, "steps:");
        if list == "people" {
            let (approval, item) = (self.key("approval"), self.count - 1);
            self.line(depth + 2, &format!("- approval: {approval}"));
            self.line(depth + 3, &format!("by: {{person: item_{item}}}"));
            self.line(depth + 3, "if_nobody: {ask: {role: board}}");
        }
        self.steps(depth + 2, level + 1);
    }

    fn task(&mut self, depth: usize) {
        let key = self.key("task");
        self.line(depth, &format!("- task: {key}"));
        let by = self
            .dice
            .pick(&["requester", "{role: finance}", "{user: bo@example.com}"]);
        self.line(depth + 1, &format!("by: {by}"));
        for (key, all) in [
            ("form", &["", "{ready: {type: yes_no}}"][..]),
            ("when", &["", "amount > 50"]),
            ("assign", &["", "pool", "least_busy", "in_turn"]),
            ("if_nobody", &["", "skip"]),
            ("remind", &["", "{every: 1 working day, at_most: 2}"]),
        ] {
            let value = self.dice.pick(all);
            if !value.is_empty() {
                self.line(depth + 1, &format!("{key}: {value}"));
            }
        }
    }

    fn approval(&mut self, depth: usize) {
        let key = self.key("approval");
        self.line(depth, &format!("- approval: {key}"));
        let by = self.dice.pick(&[
            "{manager_of: requester}",
            "{role: board}",
            "{role: finance}",
            "[{role: finance}, {user: bo@example.com}]",
            "{head_of: Sales}",
            "{managers_of: requester, up_to: 3}",
            "{role: board, where: person.grade == 'senior'}",
            "{group: empty}",
        ]);
        self.line(depth + 1, &format!("by: {by}"));
        let is_to_one = by.contains("role") && self.dice.roll(5) == 1;
        if is_to_one {
            let assign = self.dice.pick(&["pool", "least_busy", "in_turn"]);
            self.line(depth + 1, &format!("assign: {assign}"));
        } else if by.contains("board}") {
            let need = self.dice.pick(&["all", "any", "majority", "2", "2/3", "50%"]);
            self.line(depth + 1, &format!("need: {need}"));
            let reject = self.dice.pick(&["one", "majority", "none_left"]);
            self.line(depth + 1, &format!("reject: {reject}"));
        }
        for (key, all) in [
            ("order", &["", "", if is_to_one { "" } else { "one_by_one" }][..]),
            ("rest", &["", "", "keep"]),
            ("when", &["", "", "amount > 50", "100 / amount > 1"]),
            ("if_nobody", &["", "skip", "{ask: {role: board}}"]),
            ("if_requester", &["", "skip", "hold"]),
            ("on_reject", &["", "", "{return_to: requester, at_most: 2}"]),
            ("comment", &["optional"]),
            ("can_edit", &["", "{amount: new <= old}"]),
            ("if_same_approver", &["", "skip", "skip_if_last"]),
            ("veto", &["", "{role: board}"]),
            ("weights", &["", "[{who: {role: board}, votes: 2}]"]),
            (
                "allow",
                &[
                    "",
                    "",
                    "[]",
                    "[return]",
                    "[add_approver, remove_approver]",
                    "[transfer, add_approver, remove_approver]",
                ],
            ),
            ("remind", &["", "{every: 1 working day, at_most: 2}"]),
        ] {
            let value = self.dice.pick(all);
            if !value.is_empty() {
                self.line(depth + 1, &format!("{key}: {value}"));
            }
        }
        if self.dice.roll(2) == 1 {
            let late = self.dice.pick(&[
                "notify",
                "{escalate_to: {manager_of: approver}}",
                "{transfer_to: {role: board}}",
                "approve",
                "reject",
            ]);
            self.line(depth + 1, "deadline: 1 working day");
            self.line(depth + 1, &format!("if_late: {late}"));
        }
    }

    fn action(&mut self, depth: usize) {
        let key = self.key("action");
        self.line(depth, &format!("- action: {key}"));
        self.line(depth + 1, "do: notices.send");
        self.line(depth + 1, "with: {to: \"{requester}\", text: Hello}");
    }

    fn choose(&mut self, depth: usize, level: usize) {
        let key = self.key("choose");
        let when = self
            .dice
            .pick(&["amount > 20", "amount * 2 > 100", "100 / amount > 3"]);
        self.line(depth, &format!("- choose: {key}"));
        let take = self.dice.pick(&["first", "first", "all"]);
        self.line(depth + 1, &format!("take: {take}"));
        self.line(depth + 1, "cases:");
        self.line(depth + 2, &format!("- when: {when}"));
        self.line(depth + 3, "steps:");
        self.steps(depth + 4, level + 1);
        if self.dice.roll(2) == 0 {
            self.line(depth + 1, "otherwise: []");
        } else {
            self.line(depth + 1, "otherwise:");
            self.steps(depth + 2, level + 1);
        }
    }

    fn parallel(&mut self, depth: usize, level: usize) {
        let key = self.key("parallel");
        self.line(depth, &format!("- parallel: {key}"));
        let need = self.dice.pick(&["all", "any", "majority", "1"]);
        let rest = self.dice.pick(&["cancel", "keep"]);
        self.line(depth + 1, &format!("need: {need}"));
        self.line(depth + 1, &format!("rest: {rest}"));
        self.line(depth + 1, "branches:");
        for branch in 0..2 + self.dice.roll(2) {
            self.line(depth + 2, &format!("branch-{branch}:"));
            self.steps(depth + 3, level + 1);
        }
    }
}

const HEAD: &str = "workflow: random
title: Random
owners: {role: owner}
people:
  ann: {manager: bo, department: Sales}
  bo: {manager: cleo, department: Sales, head_of: [Sales], roles: [board]}
  cleo: {roles: [board], grade: senior}
  dan: {manager: eve, roles: [finance, owner]}
  eve: {manager: cleo, roles: [finance, board], grade: senior}
  fay: {roles: [owner], groups: [others]}
  gus: {groups: [empty], roles: [hr, board]}
form:
  amount: {type: number, required: true}
  people: {type: people}
  lines:
    type: list
    fields:
      area: {type: text}
      size: {type: number, required: true}
steps:
";

fn around() -> Surroundings {
    Surroundings {
        actions: ACTIONS.to_vec(),
        ..Surroundings::default()
    }
}

/// The workflow, unless the checker finds something wrong with what the dice made.
pub(super) fn workflow(dice: &mut Dice<'_>) -> Option<Workflow> {
    let mut writer = Writer {
        dice,
        text: HEAD.to_owned(),
        count: 0,
    };
    writer.steps(1, 0);
    match check(&writer.text, &around()).document {
        Some(Document::Workflow(workflow)) => Some(*workflow),
        _ => None,
    }
}
