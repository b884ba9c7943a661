//! Names: fields, people, the request, steps, events, and their parts.

mod around;

use super::{Compiler, Typed, names};
use crate::expr::node::{Node, RangePart};
use crate::expr::scope::{PERSON_PARTS, REQUEST_PARTS};
use crate::expr::syntax::{Shape, Tree};
use crate::expr::{Reference, Slot, Type};
use crate::finding::{Words, words};

impl Compiler<'_> {
    pub(super) fn name(&mut self, tree: &Tree, name: &str) -> Option<Typed> {
        if let Some(place) = self.items.iter().rposition(|(item, _)| item == name) {
            let slot = self.items.get(place).map(|(_, slot)| slot.clone())?;
            if slot.of == Type::Unread {
                return None;
            }
            return Some(Typed {
                node: Node::Item(place),
                slot,
            });
        }
        if let Some(item) = self.scope.items.iter().rfind(|item| item.name == name) {
            let reference = Reference::Item(item.each.clone(), item.name.clone());
            return self.read(reference, item.slot.clone());
        }
        if let (Some(other), "other") = (self.scope.other.clone(), name) {
            return self.other_alone(tree, &other);
        }
        if let Some(slot) = self.scope.fields.get(name).cloned() {
            return self.read(Reference::Field(name.to_owned()), slot);
        }
        let scope = self.scope;
        match name {
            "requester" if scope.requester => self.read(Reference::Requester, Slot::always(Type::Person)),
            "approver" if scope.approver => self.read(Reference::Approver, Slot::always(Type::Person)),
            "person" if scope.candidate => self.read(Reference::Candidate, Slot::always(Type::Person)),
            "new" | "old" if scope.changed.is_some() => {
                let reference = if name == "new" {
                    Reference::New
                } else {
                    Reference::Old
                };
                let slot = scope.changed.clone()?;
                self.read(reference, slot)
            }
            "today" if scope.request || scope.event.is_some() => {
                self.read(Reference::Today, Slot::always(Type::Date))
            }
            "now" if scope.request || scope.event.is_some() => {
                self.read(Reference::Now, Slot::always(Type::Instant))
            }
            "request" if scope.request => {
                self.needs_part(tree, "request", &REQUEST_PARTS.map(|(word, _)| word))
            }
            "event" if scope.event.is_some() => {
                let objects: Vec<String> = scope
                    .event
                    .iter()
                    .flat_map(|event| event.keys().cloned())
                    .collect();
                let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
                self.needs_part(tree, "event", &objects)
            }
            _ if scope.open => None,
            _ => self.unknown_name(tree, name),
        }
    }

    pub(super) fn needs_part(&mut self, tree: &Tree, name: &str, parts: &[&str]) -> Option<Typed> {
        let example = parts.first().copied().unwrap_or("id");
        let all = parts.join(", ");
        self.mismatch(
            tree,
            words!("`{name}` alone is not a value.", "`{name}` 本身不是值。"),
            Some(words!(
                "Say which part: `{name}.{example}`. There are: {all}.",
                "请指明部分：`{name}.{example}`。可用：{all}。"
            )),
        )
    }

    pub(super) fn unknown_name(&mut self, tree: &Tree, name: &str) -> Option<Typed> {
        let names = self.scope.names();
        let items: Vec<&str> = self.items.iter().map(|(item, _)| item.as_str()).collect();
        let near = self.nearest(name, names.iter().copied().chain(items));
        let options = self.scope.fields.values().filter_map(|slot| match &slot.of {
            Type::Choice(options) => Some(options),
            Type::List(of) => match of.as_ref() {
                Type::Choice(options) => Some(options),
                _ => None,
            },
            _ => None,
        });
        let is_option = options
            .flat_map(|options| options.iter())
            .any(|option| option == name);
        let elsewhere = match name {
            "approver" => Some(words!(
                "`approver` can be read in a deadline or an escalation only.",
                "`approver` 只能在期限或升级中使用。"
            )),
            "person" => Some(words!(
                "`person` can be read in `where:` and `until:` of a \"who\" only.",
                "`person` 只能在人员规则的 `where:` 和 `until:` 中使用。"
            )),
            "event" => Some(words!(
                "`event` can be read in an automation only.",
                "`event` 只能在自动化中使用。"
            )),
            "form" => Some(words!(
                "A field of the form is written by its name alone, without `form.`.",
                "表单字段只写名称，不加 `form.`。"
            )),
            "other" => Some(words!(
                "`other`, the form of an earlier request, can be read in the `where:` of a fact only.",
                "`other`（历史申请的表单）只能在事实的 `where:` 中使用。"
            )),
            "facts" => Some(words!(
                "A fact is written by its name alone, without `facts.`.",
                "事实只写名称，不加 `facts.`。"
            )),
            "original" => Some(words!(
                "`{name}` is in the guide and not in this version yet.",
                "`{name}` 已在指南中，但本版本尚未提供。"
            )),
            _ => yes_or_no(name),
        };
        let hint = if is_option {
            words!(
                "A text stands in single quotes: `'{name}'`.",
                "文本要放在单引号中：`'{name}'`。"
            )
        } else if let Some(hint) = elsewhere {
            hint
        } else if let Some(near) = near {
            words!("Did you mean `{near}`?", "是否想写 `{near}`？")
        } else {
            let all = self
                .scope
                .fields
                .keys()
                .take(12)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if all.is_empty() {
                words!(
                    "A text stands in single quotes: `'{name}'`.",
                    "文本要放在单引号中：`'{name}'`。"
                )
            } else {
                words!(
                    "The fields of the form are: {all}. A text stands in single quotes: `'{name}'`.",
                    "表单字段有：{all}。文本要放在单引号中：`'{name}'`。"
                )
            }
        };
        self.trouble(
            "unknown-name",
            tree,
            words!(
                "Nothing here is called `{name}`.",
                "这里没有名为 `{name}` 的内容。"
            ),
            Some(hint),
        );
        None
    }

    pub(super) fn read(&mut self, reference: Reference, slot: Slot) -> Option<Typed> {
        if !self.references.contains(&reference) {
            self.references.push(reference.clone());
        }
        // Nothing is said, and nothing follows: why there is no type stands where the field does.
        if slot.of == Type::Unread {
            return None;
        }
        Some(Typed {
            node: Node::Read(reference),
            slot,
        })
    }

    pub(super) fn part(&mut self, tree: &Tree, whole: &Tree, name: &str) -> Option<Typed> {
        if let (Some(["other", field]), Some(other)) = (names(tree).as_deref(), self.scope.other.clone()) {
            return self.other_part(tree, whole, field, other);
        }
        if let Some(names) = names(tree) {
            let free = |root: &str| {
                !self.items.iter().any(|(item, _)| item == root) && !self.scope.fields.contains_key(root)
            };
            match names.as_slice() {
                ["request", part] if self.scope.request && free("request") => {
                    return self.request_part(tree, part);
                }
                ["event", rest @ ..] if self.scope.event.is_some() && free("event") => {
                    return self.event_part(tree, rest);
                }
                _ => {}
            }
        }
        if let Shape::Call(function, arguments) = &whole.shape
            && function == "step"
        {
            return self.step_part(tree, whole, arguments, name);
        }
        let typed = self.compile(whole)?;
        let optional = typed.slot.optional && !self.is_known(whole);
        match typed.slot.of.clone() {
            Type::Person => self.person_part(tree, typed, optional, name),
            Type::DateRange => self.range_part(tree, typed, optional, name),
            Type::Group(parts) => {
                let Some(slot) = parts.get(name) else {
                    let known: Vec<&str> = parts.keys().map(String::as_str).collect();
                    return self.unknown_part(tree, whole, name, &known);
                };
                if slot.of == Type::Unread {
                    return None;
                }
                let slot = Slot {
                    of: slot.of.clone(),
                    optional: slot.optional || optional,
                };
                Some(Typed {
                    node: Node::Part(Box::new(typed.node), name.to_owned()),
                    slot,
                })
            }
            Type::Unknown => Some(Typed {
                node: Node::Part(Box::new(typed.node), name.to_owned()),
                slot: Slot::maybe(Type::Unknown),
            }),
            Type::List(_) => {
                let text = self.text(whole);
                self.mismatch(tree, words!("`{text}` is a list; it has no `.{name}` of its own.", "`{text}` 是列表，本身没有 `.{name}`。"),
                    Some(words!("Take it from each item: `sum({text}, item.{name})` or `any({text}, item.{name} == …)`.", "请对每一项取值：`sum({text}, item.{name})` 或 `any({text}, item.{name} == …)`。")))
            }
            Type::Record(_) => {
                let text = self.text(whole);
                self.mismatch(
                    tree,
                    words!(
                        "The fields of the record `{text}` cannot be read in this version yet.",
                        "本版本尚不能读取记录 `{text}` 的字段。"
                    ),
                    Some(words!(
                        "Ask for what you need in the form.",
                        "请在表单中直接填写所需内容。"
                    )),
                )
            }
            of => {
                let text = self.text(whole);
                let zh = of.zh();
                self.mismatch(
                    tree,
                    Words::new(
                        format!("`{text}` is {of} and has no `.{name}`."),
                        format!("`{text}` 是{zh}，没有 `.{name}`。"),
                    ),
                    Some(words!("Leave `.{name}` out.", "请去掉 `.{name}`。")),
                )
            }
        }
    }

    pub(super) fn unknown_part(
        &mut self,
        tree: &Tree,
        whole: &Tree,
        name: &str,
        known: &[&str],
    ) -> Option<Typed> {
        let text = self.text(whole);
        let all = known.join(", ");
        let hint = match self.nearest(name, known.iter().copied()) {
            Some(near) => words!("Did you mean `{text}.{near}`?", "是否想写 `{text}.{near}`？"),
            None => words!("There are: {all}.", "可用：{all}。"),
        };
        self.trouble(
            "unknown-name",
            tree,
            words!("`{text}` has no `.{name}`.", "`{text}` 没有 `.{name}`。"),
            Some(hint),
        );
        None
    }

    pub(super) fn person_part(
        &mut self,
        tree: &Tree,
        whole: Typed,
        optional: bool,
        name: &str,
    ) -> Option<Typed> {
        if name == "away" {
            self.trouble(
                "not-yet",
                tree,
                words!(
                    "`.away` is in the guide and not in this version yet.",
                    "`.away` 已在指南中，但本版本尚未提供。"
                ),
                None,
            );
            return None;
        }
        let Some((_, part)) = PERSON_PARTS.iter().find(|(word, _)| *word == name) else {
            let known = PERSON_PARTS.map(|(word, _)| word);
            let all = known.join(", ");
            let hint = match (name, self.nearest(name, known)) {
                ("role", _) => words!(
                    "A person can hold several: `requester.roles contains 'finance'`.",
                    "一个人可有多个角色：`requester.roles contains 'finance'`。"
                ),
                (_, Some(near)) => words!("Did you mean `.{near}`?", "是否想写 `.{near}`？"),
                (_, None) => words!("A person has: {all}.", "人员具有：{all}。"),
            };
            self.trouble(
                "unknown-name",
                tree,
                words!("A person has no `.{name}`.", "人员没有 `.{name}`。"),
                Some(hint),
            );
            return None;
        };
        let slot = part.slot();
        let list = matches!(slot.of, Type::List(_));
        let slot = Slot {
            optional: (slot.optional || optional) && !list,
            of: slot.of,
        };
        Some(Typed {
            node: Node::PersonPart(Box::new(whole.node), *part),
            slot,
        })
    }

    pub(super) fn range_part(
        &mut self,
        tree: &Tree,
        whole: Typed,
        optional: bool,
        name: &str,
    ) -> Option<Typed> {
        let (part, of) = match name {
            "start" => (RangePart::Start, Type::Date),
            "end" => (RangePart::End, Type::Date),
            "days" => (RangePart::Days, Type::Number),
            "working_days" => (RangePart::WorkingDays, Type::Number),
            _ => {
                let known = ["start", "end", "days", "working_days"];
                let hint = match self.nearest(name, known) {
                    Some(near) => words!("Did you mean `.{near}`?", "是否想写 `.{near}`？"),
                    None => words!(
                        "There are: start, end, days, working_days.",
                        "可用：start、end、days、working_days。"
                    ),
                };
                self.trouble(
                    "unknown-name",
                    tree,
                    words!("A range of dates has no `.{name}`.", "日期范围没有 `.{name}`。"),
                    Some(hint),
                );
                return None;
            }
        };
        Some(Typed {
            node: Node::RangePart(Box::new(whole.node), part),
            slot: Slot { of, optional },
        })
    }
}

/// Yes and no as people and other languages write them.
fn yes_or_no(name: &str) -> Option<Words> {
    let right = match name.to_lowercase().as_str() {
        "yes" | "true" | "on" => "true",
        "no" | "false" | "off" => "false",
        _ => return None,
    };
    Some(words!(
        "Yes and no are written `true` and `false`: write `{right}`.",
        "是与否写作 `true` 和 `false`：请写 `{right}`。"
    ))
}
