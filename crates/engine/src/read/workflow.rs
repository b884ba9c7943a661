//! A workflow, whole.

mod number;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use countersign_kernel::text::nearest;

use super::desk::{Desk, Map, kebab};
use super::form::{ReadForm, flat, form};
use super::leave::asks_for_leave;
use super::lookup::{self, Lookups};
use super::step::{Steps, unknown_step};
use super::story::Stories;
use super::who::{WhoPlace, who};
use crate::definition::{Check, CheckVerdict, Lookup, People, Step, Who, WhoKind, WhoPart, Workflow};
use crate::expr::{Scope, Wanted};
use crate::finding::words;
use crate::keys::{CHECK, DEFAULTS, STEPS, WORKFLOW};
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;

pub(crate) fn workflow(desk: &Desk<'_>, root: &Node, around: &Surroundings) -> Option<Workflow> {
    let map = desk.map(root, &WORKFLOW)?;
    let own = map
        .get("people")
        .map(|node| crate::people::read(desk, node, around.currency));
    let own = flat(own);
    let people = own.as_ref().and_then(Option::as_ref).unwrap_or(&around.people);
    let directory = around.organisation(own.as_ref().and_then(Option::as_ref));

    let name = map.get("workflow").and_then(|node| desk.name(node));
    let title = map.get("title").and_then(|node| desk.words(node));
    let description = map.get("description").map(|node| desk.words(node));

    let early = lookup::early(name.as_deref(), map.get("facts"), map.get("form"));
    let base = Scope {
        requester: true,
        request: true,
        fields: Arc::new(early),
        tables: Arc::new(around.tables.signatures()),
        ..Scope::default()
    };
    // Where the form, or a field, could not be read, what reads it is not judged: it would only follow.
    let read = map
        .get("form")
        .map_or_else(ReadForm::missing, |node| form(desk, node, &base, around.currency));
    let scope = Scope {
        fields: Arc::new(read.slots()),
        open: read.open,
        ..base
    };

    let facts = map.get("facts").map(|node| {
        let place = WhoPlace {
            directory,
            people,
            scope: &scope,
            earlier: &[],
            approver: false,
        };
        let lookups = Lookups {
            desk,
            around,
            place,
            form: &read,
            name: name.as_deref(),
        };
        lookups.read(node)
    });
    let facts = flat(facts);
    let known = facts.as_ref().and_then(Option::as_deref).unwrap_or_default();
    let scope = with_facts(scope, known, facts.is_none());
    let parts = Parts {
        desk,
        map: &map,
        around,
        people,
        directory,
        scope: &scope,
    };
    let owners = map.get("owners").and_then(|node| parts.who(node));
    let submitters = map.get("submitters").map(|node| parts.who(node));
    let visible_to = map.get("visible_to").map(|node| parts.who(node));
    let summary = map.get("summary").map(|node| desk.localized(node, &scope));
    let number = parts.numbering(name.as_deref());
    let checks = parts.checks();
    let leave = map
        .get("leave")
        .map(|node| asks_for_leave(desk, node, &scope, &read));
    let (approvals, lost) = parts.step_ids();
    let steps = parts.steps(&read, &approvals);
    let withdraw_until = parts.until("withdraw_until", &approvals, lost);
    let recall_until = parts.until("recall_until", &approvals, lost);
    let (steps, open) = match steps {
        Some(steps) => (steps, lost),
        None => (Vec::new(), true),
    };
    let nodes = crate::analysis::Nodes {
        form: map.get("form"),
        steps: map.get("steps"),
        summary: map.get("summary"),
    };
    crate::analysis::analyse(
        desk,
        nodes,
        &read.form,
        &steps,
        checks.as_deref().unwrap_or_default(),
    );
    let tests = map.get("tests").map_or(Some(Vec::new()), |node| {
        Stories {
            desk,
            around,
            people,
            form: &read,
            facts: facts.as_ref().map(|facts| facts.as_deref().unwrap_or_default()),
            steps: &steps,
            open,
            crowd: own.is_none(),
        }
        .read(node)
    });
    Some(Workflow {
        name: name?,
        title: title?,
        description: flat(description)?,
        owners: owners?,
        submitters: flat(submitters)?.unwrap_or_else(everyone),
        visible_to: flat(visible_to)?,
        summary: flat(summary)?,
        number: number?,
        form: read.form,
        facts: facts.clone()?.unwrap_or_default(),
        checks: checks?,
        leave: flat(leave)?,
        withdraw_until: flat(withdraw_until)?,
        recall_until: flat(recall_until)?,
        steps,
        people: own.clone()?,
        tests: tests?,
    })
}

/// Facts are read like fields; where they could not be read, a name that nothing else has may be one.
fn with_facts(scope: Scope, facts: &[Lookup], lost: bool) -> Scope {
    let mut fields = Arc::unwrap_or_clone(scope.fields);
    fields.extend(facts.iter().map(|fact| (fact.name.clone(), fact.slot.clone())));
    Scope {
        fields: Arc::new(fields),
        open: scope.open || lost,
        ..scope
    }
}

fn everyone() -> Who {
    Who {
        parts: vec![WhoPart {
            line: 0,
            kind: WhoKind::Everyone,
            filter: None,
        }],
    }
}

struct Parts<'a> {
    desk: &'a Desk<'a>,
    map: &'a Map<'a>,
    around: &'a Surroundings,
    people: &'a People,
    directory: &'a countersign_kernel::directory::Directory,
    scope: &'a Scope,
}

impl Parts<'_> {
    fn who(&self, node: &Node) -> Option<Who> {
        let place = WhoPlace {
            directory: self.directory,
            people: self.people,
            scope: self.scope,
            earlier: &[],
            approver: false,
        };
        who(self.desk, node, place)
    }

    fn checks(&self) -> Option<Vec<Check>> {
        let Some(node) = self.map.get("checks") else {
            return Some(Vec::new());
        };
        let mut checks = Vec::new();
        for item in self.desk.list(node)? {
            checks.extend(self.check(item));
        }
        Some(checks)
    }

    fn check(&self, node: &Node) -> Option<Check> {
        let map = self.desk.map(node, &CHECK)?;
        let when = map
            .get("when")
            .and_then(|node| self.desk.expression(node, self.scope, &Wanted::YesNo));
        let scope = Scope {
            known: when
                .as_ref()
                .map(|when| when.facts(true).to_vec())
                .unwrap_or_default(),
            ..self.scope.clone()
        };
        let verdict = match (map.get("refuse"), map.get("warn")) {
            (Some(node), None) => self.desk.localized(node, &scope).map(CheckVerdict::Refuse),
            (None, Some(node)) => self.desk.localized(node, &scope).map(CheckVerdict::Warn),
            (Some(_), Some(_)) => {
                if let Some(key) = map.key("warn") {
                    self.desk.error(
                        "two-kinds",
                        key,
                        words!(
                            "A check refuses or warns, not both.",
                            "检查只能拒绝或警告，不能两者兼有。"
                        ),
                        words!("Write two checks.", "请写成两条检查。"),
                    );
                }
                None
            }
            (None, None) => {
                if map.is_sound() {
                    self.desk.error(
                        "missing-key",
                        node,
                        words!(
                            "A check says what happens: `refuse` or `warn`.",
                            "检查要说明结果：`refuse` 或 `warn`。"
                        ),
                        words!(
                            "Add `refuse: The date is in the future.`",
                            "请添加 `refuse: 日期在将来。`"
                        ),
                    );
                }
                None
            }
        };
        Some(Check {
            line: self.desk.line(node),
            when: when?,
            verdict: verdict?,
        })
    }

    fn steps(&self, form: &ReadForm, approvals: &[String]) -> Option<Vec<Step>> {
        let node = self.map.get("steps")?;
        if matches!(&node.yaml, Yaml::List(items) if items.is_empty()) {
            self.desk.error(
                "wrong-shape",
                node,
                words!(
                    "A workflow without steps approves whatever is sent.",
                    "没有步骤的工作流会批准一切。"
                ),
                words!(
                    "Write at least one step. A workflow that approves by rule says `- end: approved`.",
                    "请至少写一个步骤。按规则批准的工作流写 `- end: approved`。"
                ),
            );
            return None;
        }
        let steps = Steps {
            desk: self.desk,
            around: self.around,
            people: self.people,
            directory: self.directory,
            scope: self.scope.clone(),
            form,
            defaults: self
                .map
                .get("defaults")
                .and_then(|node| self.desk.map(node, &DEFAULTS)),
            ids: RefCell::new(Vec::new()),
            earlier: RefCell::new(Vec::new()),
            eaches: RefCell::default(),
            waits: RefCell::default(),
            inside: RefCell::default(),
            forms: RefCell::default(),
            variables: RefCell::default(),
            approvals: approvals.to_vec(),
            ends: RefCell::default(),
            count: Cell::default(),
        };
        steps.read(node)
    }

    /// The ids of all approvals, and whether the id of a step may be missing among them.
    fn step_ids(&self) -> (Vec<String>, bool) {
        let mut found = Vec::new();
        let Some(node) = self.map.get("steps") else {
            return (found, true);
        };
        let mut lost = self.desk.is_lossy(node);
        approval_ids(node, &mut found, &mut lost);
        (found, lost)
    }

    #[expect(
        clippy::option_option,
        reason = "outer: there is none; inner: it was found wrong"
    )]
    fn until(&self, key: &str, approvals: &[String], lost: bool) -> Option<Option<String>> {
        let node = self.map.get(key)?;
        let Some(text) = self.desk.text(node) else {
            return Some(None);
        };
        if approvals.iter().any(|step| step == text) {
            return Some(Some(text.to_owned()));
        }
        if !lost {
            unknown_step(self.desk, node, text, approvals, false);
        }
        Some(None)
    }
}

/// The ids of all approvals below a node, in the order of the file.
fn approval_ids(node: &Node, found: &mut Vec<String>, lost: &mut bool) {
    match &node.yaml {
        Yaml::List(items) => items.iter().for_each(|item| approval_ids(item, found, lost)),
        Yaml::Map(entries) => {
            for (place, (key, value)) in entries.iter().enumerate() {
                match (key.text(), value.text()) {
                    (Some("approval" | "task"), Some(id)) => {
                        // Under another id it may be what others mean.
                        *lost |= found.iter().any(|other| other == id) || kebab(id) != id;
                        found.push(id.to_owned());
                    }
                    (Some("approval" | "task"), None) => *lost = true,
                    // A step whose kind is misspelt: its name is known all the same.
                    (Some(_), Some(id)) if place == 0 && !is_step(entries) && looks_like_step(entries) => {
                        found.push(id.to_owned());
                    }
                    _ => approval_ids(value, found, lost),
                }
            }
        }
        Yaml::Scalar(_) => {}
        Yaml::Broken => *lost = true,
    }
}

fn is_step(entries: &[(Node, Node)]) -> bool {
    let named = |(key, _): &(Node, Node)| STEPS.iter().any(|table| key.text() == Some(table.name));
    entries.iter().any(named)
}

fn looks_like_step(entries: &[(Node, Node)]) -> bool {
    let first = entries
        .first()
        .and_then(|(key, _)| key.text())
        .unwrap_or_default();
    let about = |(key, _): &(Node, Node)| matches!(key.text(), Some("by" | "cases" | "branches" | "do"));
    nearest(first, STEPS.map(|table| table.name)).is_some() || entries.iter().any(about)
}
