//! What stands around a form: the request, its steps, an event.

use std::sync::Arc;

use crate::expr::compile::{Compiler, Typed};
use crate::expr::scope::{ITEMS_PARTS, REQUEST_PARTS, STEP_PARTS, WAIT_PARTS};
use crate::expr::syntax::{Shape, Tree};
use crate::expr::{Other, Reference, Slot, StepPart, Type};
use crate::finding::{Words, words};

impl Compiler<'_> {
    pub(crate) fn request_part(&mut self, tree: &Tree, name: &str) -> Option<Typed> {
        match REQUEST_PARTS.iter().find(|(word, _)| *word == name) {
            Some((_, part)) => self.read(Reference::Request(*part), part.slot()),
            None => {
                let hint = if self.scope.fields.contains_key(name) {
                    words!(
                        "A field of the form is written without `request.`: `{name}`.",
                        "表单字段不加 `request.`：`{name}`。"
                    )
                } else {
                    let all = REQUEST_PARTS.map(|(word, _)| word).join(", ");
                    words!("There are: {all}.", "可用：{all}。")
                };
                self.trouble(
                    "unknown-name",
                    tree,
                    words!("`request` has no `.{name}`.", "`request` 没有 `.{name}`。"),
                    Some(hint),
                );
                None
            }
        }
    }

    /// `other` without a part is told.
    pub(crate) fn other_alone(&mut self, tree: &Tree, other: &Other) -> Option<Typed> {
        match other {
            Other::Known(fields) => {
                let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                self.needs_part(tree, "other", &known)
            }
            Other::Unknown => self.needs_part(tree, "other", &[]),
            Other::Unread => None,
        }
    }

    /// A field of an earlier request.
    pub(crate) fn other_part(
        &mut self,
        tree: &Tree,
        whole: &Tree,
        name: &str,
        other: Other,
    ) -> Option<Typed> {
        let slot = match other {
            Other::Unread => return None,
            Other::Unknown => Slot::maybe(Type::Unknown),
            Other::Known(fields) => match fields.get(name) {
                Some(slot) => slot.clone(),
                None => {
                    let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                    return self.unknown_part(tree, whole, name, &known);
                }
            },
        };
        self.read(Reference::Other(name.to_owned()), slot)
    }

    pub(crate) fn event_part(&mut self, tree: &Tree, names: &[&str]) -> Option<Typed> {
        let event = self.scope.event.clone()?;
        let objects: Vec<&str> = event.keys().map(String::as_str).collect();
        let text = self.text(tree);
        let (object, rest) = names.split_first()?;
        let Some(fields) = event.get(*object) else {
            let all = objects.join(", ");
            let hint = match self.nearest(object, objects.iter().copied()) {
                Some(near) => words!("Did you mean `event.{near}`?", "是否想写 `event.{near}`？"),
                None if all.is_empty() => words!("The event carries nothing.", "该事件不含任何内容。"),
                None => words!("The event carries: {all}.", "该事件包含：{all}。"),
            };
            self.trouble(
                "unknown-name",
                tree,
                words!("The event has no `{object}`.", "该事件没有 `{object}`。"),
                Some(hint),
            );
            return None;
        };
        let known: Vec<&str> = fields.keys().map(String::as_str).collect();
        let Some((field, deeper)) = rest.split_first() else {
            return self.needs_part(tree, &text, &known);
        };
        let Some(slot) = fields.get(*field) else {
            let all = known.join(", ");
            let hint = match self.nearest(field, known.iter().copied()) {
                Some(near) => words!(
                    "Did you mean `event.{object}.{near}`?",
                    "是否想写 `event.{object}.{near}`？"
                ),
                None => words!("There are: {all}.", "可用：{all}。"),
            };
            self.trouble(
                "unknown-name",
                tree,
                words!(
                    "`event.{object}` has no `.{field}`.",
                    "`event.{object}` 没有 `.{field}`。"
                ),
                Some(hint),
            );
            return None;
        };
        let slot = self.deeper(tree, slot.clone(), deeper)?;
        let reference = Reference::Event(names.iter().map(|name| (*name).to_owned()).collect());
        self.read(reference, slot)
    }

    pub(crate) fn deeper(&mut self, tree: &Tree, slot: Slot, rest: &[&str]) -> Option<Slot> {
        let Some((name, rest)) = rest.split_first() else {
            return Some(slot);
        };
        match &slot.of {
            Type::Group(parts) => match parts.get(*name) {
                Some(part) => self.deeper(
                    tree,
                    Slot {
                        of: part.of.clone(),
                        optional: part.optional || slot.optional,
                    },
                    rest,
                ),
                None => {
                    let known: Vec<&str> = parts.keys().map(String::as_str).collect();
                    let hint = self
                        .nearest(name, known.iter().copied())
                        .map(|near| words!("Did you mean `{near}`?", "是否想写 `{near}`？"));
                    self.trouble(
                        "unknown-name",
                        tree,
                        words!(
                            "No form that is known here has a field `{name}`.",
                            "已知的表单中没有字段 `{name}`。"
                        ),
                        hint,
                    );
                    None
                }
            },
            Type::Unknown => Some(Slot::maybe(Type::Unknown)),
            of => {
                let zh = of.zh();
                self.trouble(
                    "unknown-name",
                    tree,
                    Words::new(
                        format!("There is no `.{name}` in {of}."),
                        format!("{zh}中没有 `.{name}`。"),
                    ),
                    None,
                );
                None
            }
        }
    }

    pub(crate) fn step_part(
        &mut self,
        tree: &Tree,
        call: &Tree,
        arguments: &[Tree],
        name: &str,
    ) -> Option<Typed> {
        let id = self.step_id(call, arguments)?;
        if let Some(of) = self.scope.eaches.get(&id).cloned() {
            return self.items_part(tree, call, id, of, name);
        }
        if let Some(names) = self.scope.waits.get(&id).cloned() {
            return self.wait_part(tree, call, id, names, name);
        }
        match STEP_PARTS.iter().find(|(word, _)| *word == name) {
            Some((_, part)) => self.read(Reference::Step(id, *part), part.slot()),
            None if name == "form" => self.step_form(tree, id),
            None => self.unknown_part(tree, call, name, &STEP_PARTS.map(|(word, _)| word)),
        }
    }

    /// Which of its ends a wait came to.
    fn wait_part(
        &mut self,
        tree: &Tree,
        call: &Tree,
        id: String,
        names: Vec<String>,
        name: &str,
    ) -> Option<Typed> {
        if !WAIT_PARTS.contains(&name) {
            return self.unknown_part(tree, call, name, &WAIT_PARTS);
        }
        let slot = Slot::maybe(Type::Choice(Arc::from(names)));
        self.read(Reference::Step(id, StepPart::Came), slot)
    }

    /// The items of an `each` that were approved or rejected.
    fn items_part(&mut self, tree: &Tree, call: &Tree, id: String, of: Type, name: &str) -> Option<Typed> {
        match ITEMS_PARTS.iter().find(|(word, _)| *word == name) {
            Some((_, part)) => self.read(Reference::ItemsOf(id, *part), Slot::always(Type::list(of))),
            None => self.unknown_part(tree, call, name, &ITEMS_PARTS.map(|(word, _)| word)),
        }
    }

    /// What was filled in at a step: empty until its work is done.
    fn step_form(&mut self, tree: &Tree, id: String) -> Option<Typed> {
        let Some(fields) = self.scope.step_forms.get(&id).filter(|fields| !fields.is_empty()) else {
            self.trouble(
                "unknown-name",
                tree,
                words!("The step `{id}` has no form.", "步骤 `{id}` 没有表单。"),
                Some(words!(
                    "A `task` can have one: `form: {{passed: {{type: yes_no, required: true}}}}`.",
                    "`task` 可以有：`form: {{passed: {{type: yes_no, required: true}}}}`。"
                )),
            );
            return None;
        };
        let parts = fields.iter().map(|(name, slot)| {
            let slot = Slot {
                optional: true,
                of: slot.of.clone(),
            };
            (name.clone(), slot)
        });
        let slot = Slot::maybe(Type::Group(Arc::new(parts.collect())));
        self.read(Reference::StepForm(id), slot)
    }

    /// A step inside an `each` that is over cannot be read, and that is told.
    fn inside_each(&mut self, call: &Tree, id: &str) -> bool {
        let Some(each) = self.scope.inside.get(id).cloned() else {
            return false;
        };
        self.trouble(
            "inside-each",
            call,
            words!(
                "`{id}` is done once for every item of `{each}`, and so is read inside it alone.",
                "`{id}` 对 `{each}` 的每一项各执行一次，因此只能在其内部读取。"
            ),
            Some(words!(
                "After it, read the items: `count(step('{each}').approved)`, `step('{each}').rejected`.",
                "在其之后请读取各项：`count(step('{each}').approved)`、`step('{each}').rejected`。"
            )),
        );
        true
    }

    /// Whether something else can be read of a step than what people decided there.
    fn is_whole(&self, id: &str) -> bool {
        self.scope.eaches.contains_key(id) || self.scope.waits.contains_key(id)
    }

    pub(crate) fn step_id(&mut self, call: &Tree, arguments: &[Tree]) -> Option<String> {
        let Some(steps) = self.scope.steps.clone() else {
            self.trouble(
                "unknown-name",
                call,
                words!(
                    "No step can be read here: none has begun.",
                    "这里不能读取步骤：尚无步骤开始。"
                ),
                None,
            );
            return None;
        };
        let id = match arguments {
            [
                Tree {
                    shape: Shape::Text(id),
                    ..
                },
            ] => id.clone(),
            _ => {
                self.trouble(
                    "type-mismatch",
                    call,
                    words!("`step` takes the id of one step.", "`step` 需要一个步骤的名称。"),
                    Some(words!(
                        "Write `step('manager').decision`.",
                        "请写 `step('manager').decision`。"
                    )),
                );
                return None;
            }
        };
        if steps.contains(&id) || self.is_whole(&id) {
            return Some(id);
        }
        if self.inside_each(call, &id) {
            return None;
        }
        let hint = match self.nearest(&id, steps.iter().map(String::as_str)) {
            Some(near) => words!("Did you mean `step('{near}')`?", "是否想写 `step('{near}')`？"),
            None if steps.is_empty() => {
                words!("No step here is decided by people.", "这里没有由人决定的步骤。")
            }
            None => {
                let all = steps.join(", ");
                words!(
                    "The steps that people decide are: {all}.",
                    "由人决定的步骤有：{all}。"
                )
            }
        };
        self.trouble(
            "unknown-step",
            call,
            words!("There is no step `{id}`.", "没有步骤 `{id}`。"),
            Some(hint),
        );
        None
    }
}
