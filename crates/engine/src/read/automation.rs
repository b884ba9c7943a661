//! An automation document.

mod event;

use std::sync::Arc;

use super::desk::{Desk, Map};
use super::form::flat;
use super::other_workflows::{no_field, workflow_name};
use super::step::{action_name, inputs};
use crate::definition::{Automation, AutomationCase, Do, DoKind, Start, Template};
use crate::expr::{Reference, Scope, Type, Wanted, learn};
use crate::finding::words;
use crate::keys::{AUTOMATION, DO_CASE, DOES, Table};
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;
pub(super) use event::event_fields;
use event::event_types;

/// What an automation can do by the guide, and not in this version.
const NOT_YET: [&str; 3] = ["wait", "each", "set"];

pub(crate) fn automation(desk: &Desk<'_>, root: &Node, around: &Surroundings) -> Option<Automation> {
    let map = desk.map(root, &AUTOMATION)?;
    let name = map.get("automation").and_then(|node| desk.name(node));
    let title = map.get("title").map(|node| desk.words(node));
    let description = map.get("description").map(|node| desk.words(node));
    let types = map
        .get("when_event")
        .and_then(|node| event_types(desk, node, around));
    // Without its events nothing is known of what expressions read.
    let types = types?;
    let scope = Scope {
        event: Some(Arc::new(event_fields(&types, around))),
        tables: Arc::new(around.tables.signatures()),
        ..Scope::default()
    };
    let when = map
        .get("when")
        .map(|node| desk.expression(node, &scope, &Wanted::YesNo));
    let inside = Scope {
        known: when
            .as_ref()
            .and_then(Option::as_ref)
            .map(|when| when.facts(true).to_vec())
            .unwrap_or_default(),
        ..scope
    };
    let reader = Reader { desk, around };
    let does = map.get("do").and_then(|node| reader.list(node, &inside));
    let automation = Automation {
        name: name?,
        title: flat(title)?,
        description: flat(description)?,
        when_event: types.iter().map(|of| of.name.to_owned()).collect(),
        when: flat(when)?,
        does: does?,
    };
    reader.own_events(&automation, &map);
    Some(automation)
}

struct Reader<'a> {
    desk: &'a Desk<'a>,
    around: &'a Surroundings,
}

impl Reader<'_> {
    fn list(&self, node: &Node, scope: &Scope) -> Option<Vec<Do>> {
        let mut does = Vec::new();
        let mut sound = true;
        for item in self.desk.list(node)? {
            match self.one(item, scope) {
                Some(one) => does.push(one),
                None => sound = false,
            }
        }
        sound.then_some(does)
    }

    fn one(&self, node: &Node, scope: &Scope) -> Option<Do> {
        let table = self.kind(node)?;
        let map = self.desk.map(node, table)?;
        let id = map
            .get(table.keys.first()?.name)
            .and_then(|node| self.desk.name(node));
        let when = map
            .get("when")
            .map(|node| self.desk.expression(node, scope, &Wanted::YesNo));
        let mut inside = scope.clone();
        if let Some(Some(when)) = &when {
            learn(&mut inside.known, when.facts(true));
        }
        let kind = match table.name {
            "start" => self.start(&map, &inside).map(DoKind::Start),
            "action of an automation" => self.action(&map, &inside),
            _ => self.choose(&map, &inside),
        };
        Some(Do {
            id: id?,
            line: self.desk.line(node),
            when: flat(when)?,
            kind: kind?,
        })
    }

    fn kind(&self, node: &Node) -> Option<&'static Table> {
        let Yaml::Map(entries) = &node.yaml else {
            self.desk.wrong_kind(
                node,
                words!("something to do", "要做的事"),
                words!(
                    "Write like `- start: contract` or `- action: tell`.",
                    "请写如 `- start: contract` 或 `- action: tell`。"
                ),
            );
            return None;
        };
        let names: Vec<(&Node, &str)> = entries
            .iter()
            .filter_map(|(key, _)| Some((key, key.text()?)))
            .collect();
        if let Some((key, name)) = names.iter().find(|(_, name)| NOT_YET.contains(name)) {
            self.desk.not_yet(key, &format!("`{name}`"), None);
            return None;
        }
        let word = |table: &Table| table.keys.first().map_or("", |key| key.name);
        let found = names
            .iter()
            .find_map(|(_, name)| DOES.iter().find(|table| word(table) == *name));
        if found.is_none() {
            let (key, name) = names.first()?;
            let known = DOES.map(word);
            let hint = match self.desk.nearest(name, known) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!(
                    "An automation can `start` a workflow, do an `action`, or `choose`.",
                    "自动化可以 `start` 工作流、执行 `action` 或 `choose`。"
                ),
            };
            self.desk.error(
                "unknown-kind",
                key,
                words!(
                    "`{name}` is nothing that an automation does.",
                    "自动化没有 `{name}` 这种步骤。"
                ),
                hint,
            );
        }
        found.copied()
    }

    fn start(&self, map: &Map<'_>, scope: &Scope) -> Option<Start> {
        let workflow = map
            .get("start")
            .and_then(|node| workflow_name(self.desk, node, self.around, None));
        let requester = map.get("requester").and_then(|node| {
            self.desk
                .expression(node, scope, &Wanted::OneOf(&[Type::Person], "a person", "人员"))
        });
        let key = map
            .get("key")
            .map(|node| self.desk.expression(node, scope, &Wanted::Anything));
        let form = map
            .get("form")
            .and_then(|node| self.form(node, scope, workflow.as_deref(), map.key("form")));
        Some(Start {
            workflow: workflow?,
            requester: requester?,
            key: flat(key)?,
            form: form?,
        })
    }

    fn form(
        &self,
        node: &Node,
        scope: &Scope,
        workflow: Option<&str>,
        place: Option<&Node>,
    ) -> Option<Vec<(String, Template)>> {
        let known = workflow.and_then(|name| self.around.workflows.get(name));
        let mut fields = Vec::new();
        let mut sound = true;
        for (name, key, value) in self.desk.named(node)? {
            if let Some(form) = known
                && !form.fields.contains_key(name)
            {
                no_field(self.desk, key, name, workflow.unwrap_or_default(), &form.fields);
                sound = false;
                continue;
            }
            match self.desk.template(value, scope) {
                Some(template) => fields.push((name.to_owned(), template)),
                None => sound = false,
            }
        }
        if let (Some(form), Some(place), true) = (known, place, sound) {
            for wanted in form
                .required
                .iter()
                .filter(|wanted| !fields.iter().any(|(name, _)| name == *wanted))
            {
                let workflow = workflow.unwrap_or_default();
                self.desk.error(
                    "missing-key",
                    place,
                    words!(
                        "`{workflow}` needs the field `{wanted}`.",
                        "`{workflow}` 需要字段 `{wanted}`。"
                    ),
                    words!("Add `{wanted}: …`.", "请添加 `{wanted}: …`。"),
                );
                sound = false;
            }
        }
        sound.then_some(fields)
    }

    fn action(&self, map: &Map<'_>, scope: &Scope) -> Option<DoKind> {
        let name = map
            .get("do")
            .and_then(|node| action_name(self.desk, node, &self.around.actions));
        let with = inputs(
            self.desk,
            map.get("with"),
            map.key("do"),
            name.as_deref(),
            self.around,
            scope,
        );
        Some(DoKind::Action {
            action: name?,
            with: with?,
        })
    }

    fn choose(&self, map: &Map<'_>, scope: &Scope) -> Option<DoKind> {
        let mut cases = Vec::new();
        let mut sound = true;
        let mut others = scope.clone();
        for item in map.get("cases").and_then(|node| self.desk.list(node))? {
            let Some(map) = self.desk.map(item, &DO_CASE) else {
                sound = false;
                continue;
            };
            let when = map
                .get("when")
                .and_then(|node| self.desk.expression(node, &others, &Wanted::YesNo));
            let mut inside = others.clone();
            if let Some(when) = &when {
                learn(&mut inside.known, when.facts(true));
                learn(&mut others.known, when.facts(false));
            }
            let does = map.get("do").and_then(|node| self.list(node, &inside));
            match (when, does) {
                (Some(when), Some(does)) => cases.push(AutomationCase { when, does }),
                _ => sound = false,
            }
        }
        let otherwise = map.get("otherwise").and_then(|node| self.list(node, &others));
        sound.then_some(DoKind::Choose {
            cases,
            otherwise: otherwise?,
        })
    }

    /// An automation that starts a workflow at each submission, and so itself again, for ever.
    fn own_events(&self, automation: &Automation, map: &Map<'_>) {
        let wakes = automation
            .when_event
            .iter()
            .any(|name| matches!(name.as_str(), "oa.request.submitted" | "oa.task.created"));
        let reads_workflow = |expr: &crate::expr::Expr| {
            expr.references().iter().any(|reference| matches!(reference, Reference::Event(path) if path.last().is_some_and(|last| last == "workflow")))
        };
        let narrowed = automation.when.as_ref().is_some_and(reads_workflow);
        let starts = automation.does.iter().any(|one| {
            matches!(one.kind, DoKind::Start(_)) && !one.when.as_ref().is_some_and(reads_workflow)
        });
        if let (true, true, false, Some(node)) = (wakes, starts, narrowed, map.get("when_event")) {
            self.desk.error(
                "own-events",
                node,
                words!(
                    "What this automation starts would wake it again, for ever.",
                    "此自动化发起的申请会再次唤醒它，无限循环。"
                ),
                words!(
                    "Say which workflow it listens to: `when: event.request.workflow == 'expense'`.",
                    "请指明监听哪个工作流：`when: event.request.workflow == 'expense'`。"
                ),
            );
        }
    }
}
