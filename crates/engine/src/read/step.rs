//! `steps:`: kinds, keys, defaults.

mod action;
mod approval;
mod blocks;
mod each;
mod lateness;
mod returning;
mod set;
mod unknown;
mod unread;
mod wait;
mod work;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::desk::{Desk, Map};
use super::form::ReadForm;
use super::who::{WhoPlace, who};
use crate::definition::{People, Rest, Step, StepKind, Who};
use crate::expr::{Expr, Item, Reference, Scope, Slot, Type, Wanted, learn};
use crate::finding::words;
use crate::keys::{STEPS, STEPS_NOT_YET, Table};
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;
pub(super) use action::{action_name, inputs};
use returning::reachable;
pub(super) use unknown::unknown_step;

/// A key of a step that is told already, and whether it names the step.
type Odd<'n> = Option<(&'n Node, bool)>;

/// What reading steps needs around it.
pub(crate) struct Steps<'a> {
    pub desk: &'a Desk<'a>,
    pub around: &'a Surroundings,
    pub people: &'a People,
    pub directory: &'a countersign_kernel::directory::Directory,
    /// Fields and words that every step sees.
    pub scope: Scope,
    pub form: &'a ReadForm,
    /// What an approval says that does not say it itself.
    pub defaults: Option<Map<'a>>,
    /// Every id of the file, in its order, with its line.
    pub ids: RefCell<Vec<(String, usize)>>,
    /// Approvals so far, in the order of the file.
    pub earlier: RefCell<Vec<String>>,
    /// What the items are of each `each` so far.
    pub eaches: RefCell<BTreeMap<String, Type>>,
    /// What can come of each wait with several ends so far.
    pub waits: RefCell<BTreeMap<String, Vec<String>>>,
    /// Steps inside an `each` that is over, and that `each`.
    pub inside: RefCell<BTreeMap<String, String>>,
    /// What is filled in at steps so far.
    pub forms: RefCell<BTreeMap<String, BTreeMap<String, Slot>>>,
    /// Names that `set` steps gave values so far.
    pub variables: RefCell<BTreeMap<String, Slot>>,
    /// Every approval of the file.
    pub approvals: Vec<String>,
    pub ends: RefCell<Vec<String>>,
    /// Steps met so far, in whatever list.
    pub count: Cell<usize>,
}

/// Steps of a workflow.
const STEPS_MAX: usize = 1_000;

/// Where a list of steps stands.
#[derive(Clone, Default)]
struct Where {
    /// Ids that a return may lead to from here.
    back: Vec<String>,
    /// Inside `parallel`: nothing may end the request as approved.
    parallel: bool,
    /// Paths filled in here, because a condition around says so.
    known: Vec<String>,
    /// The items of each `each` around.
    items: Vec<Item>,
    depth: usize,
}

impl Steps<'_> {
    pub(crate) fn read(&self, node: &Node) -> Option<Vec<Step>> {
        self.list(node, &Where::default())
    }

    fn list(&self, node: &Node, place: &Where) -> Option<Vec<Step>> {
        if node.is_null() {
            self.desk.error(
                "wrong-shape",
                node,
                words!("A list of steps is missing here.", "这里缺少步骤列表。"),
                words!(
                    "Write the steps below it, or `[]` for none.",
                    "请在下面写出步骤，或写 `[]` 表示没有。"
                ),
            );
            return None;
        }
        let items = self.desk.list(node)?;
        self.must_fit(node, items.len())?;
        let mut place = Where {
            depth: place.depth + 1,
            ..place.clone()
        };
        let mut steps = Vec::new();
        let known = self.variables.borrow().clone();
        for item in items {
            let step = self.step(item, &place).unwrap_or_else(|| self.unread(item));
            place.back.extend(reachable(&step));
            steps.push(step);
        }
        if place.depth > 1 {
            self.leave_list(&known);
        }
        Some(steps)
    }

    /// Each step is compared with those before it, so there are not too many: told once.
    fn must_fit(&self, node: &Node, more: usize) -> Option<()> {
        let before = self.count.get();
        self.count.set(before.saturating_add(more));
        if self.count.get() <= STEPS_MAX {
            return Some(());
        }
        if before <= STEPS_MAX {
            let message = words!(
                "The workflow has more than {STEPS_MAX} steps.",
                "工作流超过 {STEPS_MAX} 个步骤。"
            );
            self.desk
                .error("too-large", node, message, words!("Split it.", "请拆分。"));
        }
        None
    }

    fn step(&self, node: &Node, place: &Where) -> Option<Step> {
        let (table, odd) = self.kind(node)?;
        let map = self.desk.map_as(node, table, odd)?;
        let named = map.get(table.name).and_then(Node::text).unwrap_or_default();
        let key = self.key(node, &map, table);
        let title = map.get("title").map(|node| self.desk.words(node));
        let scope = self.scope_at(place);
        let when = map.get("when").map(|node| self.condition(node, &scope));
        let mut inside = place.clone();
        if let Some(Some(when)) = &when {
            learn(&mut inside.known, when.facts(true));
        }
        let kind = match table.name {
            "approval" => {
                let id = (!named.is_empty()).then_some(named);
                let late = map.key("if_late");
                let map = match &self.defaults {
                    Some(defaults) => map.or(defaults),
                    None => map,
                };
                self.late_without_deadline(late, &map);
                StepKind::Approval(Box::new(self.approval(&map, &inside, id)))
            }
            "task" => {
                self.late_without_deadline(map.key("if_late"), &map);
                let id = (!named.is_empty()).then_some(named);
                StepKind::Approval(Box::new(self.task(&map, &inside, id)))
            }
            "choose" => StepKind::Choose(self.choose(node, &map, &inside)?),
            "parallel" => StepKind::Parallel(self.parallel(node, &map, &inside)),
            "repeat" => StepKind::Repeat(self.repeat(node, &map, &inside)),
            "each" => StepKind::Each(self.each(node, &map, &inside, named)),
            "stage" => StepKind::Stage(self.stage(node, &map, &inside)),
            "wait" => StepKind::Wait(self.wait(node, &map, &inside)),
            "cc" => {
                let to = map.get("to").and_then(|node| self.who(node, &inside, false));
                StepKind::Cc(to.unwrap_or(Who { parts: Vec::new() }))
            }
            "set" => StepKind::Set(self.set(&map, &inside)),
            "action" => StepKind::Action(self.action(&map, &inside)),
            _ => StepKind::End(self.end(&map, &inside)),
        };
        let key = key.unwrap_or_else(|| named.to_owned());
        self.can_be_read(&key, &kind);
        Some(Step {
            key,
            line: self.desk.line(node),
            title: title.flatten(),
            when: when.flatten(),
            kind,
        })
    }

    /// What later steps can read of it.
    fn can_be_read(&self, key: &str, kind: &StepKind) {
        match kind {
            StepKind::Approval(approval) => {
                self.earlier.borrow_mut().push(key.to_owned());
                if let Some(form) = approval.work().filter(|form| !form.fields.is_empty()) {
                    let slots = crate::form::slots(form);
                    self.forms.borrow_mut().insert(key.to_owned(), slots);
                }
            }
            StepKind::Wait(wait) if !wait.names().is_empty() => {
                self.waits.borrow_mut().insert(key.to_owned(), wait.names());
            }
            _ => {}
        }
    }

    fn scope_at(&self, place: &Where) -> Scope {
        Scope {
            steps: Some(Arc::new(self.earlier.borrow().clone())),
            step_forms: Arc::new(self.forms.borrow().clone()),
            known: place.known.clone(),
            items: place.items.clone(),
            eaches: Arc::new(self.eaches.borrow().clone()),
            waits: Arc::new(self.waits.borrow().clone()),
            inside: Arc::new(self.inside.borrow().clone()),
            fields: self.fields(),
            ..self.scope.clone()
        }
    }

    /// The one key of a step that names its kind; and a key that is told, and whether it names the step.
    fn kind<'n>(&self, node: &'n Node) -> Option<(&'static Table, Odd<'n>)> {
        let Yaml::Map(entries) = &node.yaml else {
            self.desk.wrong_kind(
                node,
                words!("a step", "步骤"),
                words!(
                    "Write like `- approval: manager` and below it its keys.",
                    "请写如 `- approval: manager`，其下写它的键。"
                ),
            );
            return None;
        };
        let names: Vec<(&Node, &str)> = entries
            .iter()
            .filter_map(|(key, _)| Some((key, key.text()?)))
            .collect();
        if let Some((key, name)) = names.iter().find(|(_, name)| STEPS_NOT_YET.contains(name)) {
            self.desk.not_yet(key, &format!("`{name}`"), None);
            return None;
        }
        let kinds: Vec<(&Node, &'static Table)> = names
            .iter()
            .filter_map(|(key, name)| Some((*key, *STEPS.iter().find(|table| table.name == *name)?)))
            .collect();
        match kinds.as_slice() {
            [(_, table)] => Some((table, None)),
            [(_, first), (key, other), ..] => {
                let (one, other) = (first.name, other.name);
                self.desk.error(
                    "two-kinds",
                    key,
                    words!(
                        "A step is of one kind, and this one is `{one}` and `{other}`.",
                        "一个步骤只有一种类型，而这里既是 `{one}` 又是 `{other}`。"
                    ),
                    words!(
                        "Begin a step of its own: `- {other}: …`.",
                        "请另起一个步骤：`- {other}: …`。"
                    ),
                );
                Some((first, Some((key, false))))
            }
            [] => {
                let (key, name) = names.first()?;
                let known = STEPS.map(|table| table.name);
                let all = known.join(", ");
                let hint = match (*name, self.desk.nearest(name, known)) {
                    ("next" | "goto", _) => words!(
                        "There are no jumps. Going back is `on_reject: {{return_to: …}}`; waiting for several is `parallel` with `need`.",
                        "没有跳转。退回用 `on_reject: {{return_to: …}}`；等待多方用 `parallel` 配 `need`。"
                    ),
                    ("if" | "switch" | "case", _) => words!(
                        "Write `- choose: NAME` with `cases`.",
                        "请写 `- choose: 名称` 和 `cases`。"
                    ),
                    ("approve" | "approver" | "step", _) => words!(
                        "Write `- approval: NAME` with `by`.",
                        "请写 `- approval: 名称` 和 `by`。"
                    ),
                    (_, Some(near)) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                    (_, None) => words!("A step begins with one of: {all}.", "步骤以其中之一开头：{all}。"),
                };
                let code = if matches!(*name, "next" | "goto") {
                    "no-jumps"
                } else {
                    "unknown-kind"
                };
                self.desk.error(
                    code,
                    key,
                    words!("`{name}` is no kind of step.", "`{name}` 不是步骤类型。"),
                    hint,
                );
                let has = |wanted: &str| names.iter().any(|(_, name)| *name == wanted);
                let table = |name: &str| STEPS.iter().copied().find(|table| table.name == name);
                let meant = if code == "no-jumps" {
                    None
                } else if has("by") {
                    table("approval")
                } else if has("cases") {
                    table("choose")
                } else if has("branches") {
                    table("parallel")
                } else {
                    self.desk.nearest(name, known).and_then(table)
                };
                meant.map(|table| (table, Some((*key, true))))
            }
        }
    }

    fn key(&self, node: &Node, map: &Map<'_>, table: &Table) -> Option<String> {
        let value = map.get(table.name)?;
        if table.name == "end" {
            let word = value.text().unwrap_or("end");
            let mut ends = self.ends.borrow_mut();
            let count = ends.iter().filter(|other| *other == word).count() + 1;
            ends.push(word.to_owned());
            return Some(if count == 1 {
                format!("end-{word}")
            } else {
                format!("end-{word}-{count}")
            });
        }
        let name = self.desk.name(value)?;
        let first = self
            .ids
            .borrow()
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, line)| *line);
        if name == "requester" || name.starts_with("end-") || name == "everyone" {
            self.desk.error(
                "reserved-name",
                value,
                words!("A step cannot be called `{name}`.", "步骤不能命名为 `{name}`。"),
                words!("Call it otherwise.", "请换个名称。"),
            );
            return None;
        }
        if let Some(line) = first {
            self.desk.error("repeated-id", value, words!("There is a step `{name}` already, on line {line}: ids are unique in a file.", "步骤 `{name}` 已在第 {line} 行：文件中名称须唯一。"), words!("Call this one otherwise, like `{name}-2`. A step that several ways lead to stands after the block.", "请换个名称，如 `{name}-2`。多路汇合的步骤放在该块之后。"));
            return None;
        }
        self.ids.borrow_mut().push((name.clone(), self.desk.line(node)));
        Some(name)
    }

    /// A condition that decides what happens; `today` in it is worth a warning.
    fn condition(&self, node: &Node, scope: &Scope) -> Option<Expr> {
        let expr = self.desk.expression(node, scope, &Wanted::YesNo)?;
        if expr
            .references()
            .iter()
            .any(|reference| matches!(reference, Reference::Today | Reference::Now))
        {
            self.desk.warn("today-decides", node, words!("The day on which the step is reached decides here, so the same request may go either way.", "此处由到达步骤的日期决定，同一申请可能走向不同。"), words!("For a limit counted from the claim, use `request.submitted_at`.", "若从提交起算，请用 `request.submitted_at`。"));
        }
        Some(expr)
    }

    fn who_place<'a>(&'a self, scope: &'a Scope, earlier: &'a [String], approver: bool) -> WhoPlace<'a> {
        WhoPlace {
            directory: self.directory,
            people: self.people,
            scope,
            earlier,
            approver,
        }
    }

    fn who(&self, node: &Node, place: &Where, approver: bool) -> Option<Who> {
        let mut scope = self.scope_at(place);
        scope.approver = approver;
        let earlier = self.earlier.borrow().clone();
        who(self.desk, node, self.who_place(&scope, &earlier, approver))
    }

    fn rest(&self, map: &Map<'_>) -> Option<Rest> {
        map.get("rest").map_or(Some(Rest::Cancel), |node| {
            self.desk
                .one_of(node, &[("cancel", Rest::Cancel), ("keep", Rest::Keep)])
        })
    }
}
