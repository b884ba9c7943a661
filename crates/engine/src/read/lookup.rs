//! `facts:` what is looked up of earlier requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::desk::{Desk, Map};
use super::form::{ReadForm, field_name, flat};
use super::other_workflows::{no_field, workflow_name};
use super::who::{WhoPlace, person_ref};
use crate::definition::{Adds, LIVE, LOOKED_AT, Lookup, PERIODS, PersonRef, Within};
use crate::expr::{Expr, Other, Reference, Scope, Slot, Span, Type, Wanted};
use crate::finding::words;
use crate::keys::FACT;
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;

/// Facts of a workflow.
const FACTS_MAX: usize = 20;

/// What facts are, as far as it is known before the form is read: its expressions read them too.
pub(super) fn early(own: Option<&str>, facts: Option<&Node>, form: Option<&Node>) -> BTreeMap<String, Slot> {
    let Some(Yaml::Map(entries)) = facts.map(|node| &node.yaml) else {
        return BTreeMap::new();
    };
    let one = |(key, value): &(Node, Node)| {
        let of = known_type(own, value, form)?;
        Some((key.text()?.to_owned(), Slot::always(of)))
    };
    entries.iter().filter_map(one).collect()
}

fn known_type(own: Option<&str>, fact: &Node, form: Option<&Node>) -> Option<Type> {
    let text = |name: &str| fact.get(name).and_then(Node::text);
    let Some(field) = text("sum") else {
        return Some(Type::Number);
    };
    if text("of") != own {
        return Some(if text("type") == Some("number") {
            Type::Number
        } else {
            Type::Money
        });
    }
    match form?.get(field)?.get("type")?.text()? {
        "money" => Some(Type::Money),
        "number" | "integer" => Some(Type::Number),
        // Of a computed field it is known when the form is read.
        _ => None,
    }
}

/// What facts are read with.
pub(super) struct Lookups<'a> {
    pub desk: &'a Desk<'a>,
    pub around: &'a Surroundings,
    pub place: WhoPlace<'a>,
    pub form: &'a ReadForm,
    /// The workflow's own name.
    pub name: Option<&'a str>,
}

impl Lookups<'_> {
    pub(super) fn read(&self, node: &Node) -> Option<Vec<Lookup>> {
        let entries = self.desk.named(node)?;
        if entries.len() > FACTS_MAX {
            let message = words!(
                "A workflow has more than {FACTS_MAX} facts.",
                "工作流的事实超过 {FACTS_MAX} 个。"
            );
            self.desk
                .error("too-large", node, message, words!("Leave some out.", "请减少。"));
            return None;
        }
        let mut facts = Vec::new();
        let mut sound = true;
        for (name, key, value) in entries {
            let named = field_name(self.desk, key, name).is_none() & self.is_free(key, name);
            match self.fact(name, key, value) {
                Some(fact) if named => facts.push(fact),
                _ => sound = false,
            }
        }
        sound.then_some(facts)
    }

    fn is_free(&self, key: &Node, name: &str) -> bool {
        let taken = self.form.names().contains(&name);
        if taken {
            self.desk.error(
                "repeated-id",
                key,
                words!(
                    "The form has a field `{name}`, and so expressions could not tell them apart.",
                    "表单已有字段 `{name}`，表达式无法区分。"
                ),
                words!("Call the fact otherwise.", "请给事实换个名称。"),
            );
        }
        !taken
    }

    fn fact(&self, name: &str, key: &Node, node: &Node) -> Option<Lookup> {
        let map = self.desk.map(node, &FACT)?;
        let label = map.get("label").map(|node| self.desk.words(node));
        let of = map
            .get("of")
            .and_then(|node| workflow_name(self.desk, node, self.around, self.name));
        let adds = self.adds(node, &map, of.as_deref());
        let person = map.get("for").map(|node| person_ref(self.desk, node, self.place));
        let within = map.get("in").and_then(|node| self.within(node));
        let statuses = map.get("status").map(|node| {
            let words = Desk::one_or_list(node).into_iter();
            words
                .map(|one| self.desk.one_of(one, &LOOKED_AT))
                .collect::<Option<Vec<_>>>()
        });
        let filter = map.get("where").map(|node| {
            let scope = Scope {
                other: Some(self.other(of.as_deref())),
                ..self.place.scope.clone()
            };
            self.desk.expression(node, &scope, &Wanted::YesNo)
        });
        if let (Some(filter), Some(of)) = (filter.as_ref().and_then(Option::as_ref), &of) {
            self.fields_of_other(&map, filter, of);
        }
        let (adds, slot) = adds?;
        let filter = flat(filter)?;
        let mut fields: Vec<String> = match &adds {
            Adds::Sum(field) => vec![field.clone()],
            Adds::Count => Vec::new(),
        };
        fields.extend(filter.iter().flat_map(other_fields).cloned());
        fields.sort();
        fields.dedup();
        Some(Lookup {
            name: name.to_owned(),
            line: self.desk.line(key),
            label: flat(label)?,
            adds,
            of: of?,
            person: flat(person)?.unwrap_or(PersonRef::Requester),
            within: within?,
            statuses: flat(statuses)?
                .filter(|all| !all.is_empty())
                .unwrap_or_else(|| LIVE.to_vec()),
            filter,
            fields,
            slot,
        })
    }

    fn is_own(&self, of: Option<&str>) -> bool {
        of.is_some() && of == self.name
    }

    fn adds(&self, node: &Node, map: &Map<'_>, of: Option<&str>) -> Option<(Adds, Slot)> {
        match (map.get("sum"), map.get("count")) {
            (None, Some(count)) => {
                self.desk.one_of(count, &[("requests", ())])?;
                Some((Adds::Count, Slot::always(Type::Number)))
            }
            (Some(sum), None) => {
                let field = self.desk.text(sum)?;
                let slot = self.summed(sum, field, map, of?)?;
                Some((Adds::Sum(field.to_owned()), Slot::always(slot)))
            }
            (Some(_), Some(_)) => {
                let key = map.key("count").unwrap_or(node);
                self.desk.error(
                    "two-kinds",
                    key,
                    words!(
                        "A fact is a sum or a count, not both.",
                        "事实只能是求和或计数之一。"
                    ),
                    words!("Write two facts.", "请写成两个事实。"),
                );
                None
            }
            (None, None) => {
                if map.is_sound() {
                    self.desk.error(
                        "missing-key",
                        node,
                        words!(
                            "A fact says what is made of the requests: `sum` or `count`.",
                            "事实要说明如何汇总：`sum` 或 `count`。"
                        ),
                        words!(
                            "Add `sum: amount`, or `count: requests`.",
                            "请添加 `sum: amount` 或 `count: requests`。"
                        ),
                    );
                }
                None
            }
        }
    }

    /// What the sum of a field is.
    fn summed(&self, node: &Node, field: &str, map: &Map<'_>, of: &str) -> Option<Type> {
        let said = match map.get("type") {
            Some(node) => Some(
                self.desk
                    .one_of(node, &[("money", &Type::Money), ("number", &Type::Number)])?,
            ),
            None => None,
        };
        let known = if self.is_own(Some(of)) {
            if self.form.may_have(field) {
                return Some(Type::Unread);
            }
            Some(self.form.slots())
        } else {
            self.around.workflows.get(of).map(|form| form.fields.clone())
        };
        let Some(fields) = known else {
            return Some(said.cloned().unwrap_or(Type::Money));
        };
        let Some(slot) = fields.get(field) else {
            no_field(self.desk, node, field, of, &fields);
            return None;
        };
        if slot.of == Type::Unread {
            return Some(Type::Unread);
        }
        let named = said.cloned().unwrap_or(if self.is_own(Some(of)) {
            slot.of.clone()
        } else {
            Type::Money
        });
        if matches!(slot.of, Type::Money | Type::Number) && slot.of == named {
            return Some(named);
        }
        let (found, zh) = (&slot.of, slot.of.zh());
        let hint = match slot.of {
            Type::Number => words!("Add `type: number`.", "请添加 `type: number`。"),
            Type::Money => words!(
                "Write `type: money`, or leave it out.",
                "请写 `type: money` 或省略。"
            ),
            _ => words!("Amounts and numbers can be added up.", "可以求和的是金额和数字。"),
        };
        self.desk.error(
            "type-mismatch",
            node,
            words!(
                "The field `{field}` of `{of}` is {found}.",
                "`{of}` 的字段 `{field}` 是{zh}。"
            ),
            hint,
        );
        None
    }

    /// What is known of `other`: of another workflow nothing for ever, for it changes by itself.
    fn other(&self, of: Option<&str>) -> Other {
        match of {
            None => Other::Unread,
            Some(_) if self.is_own(of) && !self.form.open => Other::Known(Arc::new(self.form.slots())),
            Some(_) => Other::Unknown,
        }
    }

    /// The fields that a condition reads of another workflow, as far as that is known now.
    fn fields_of_other(&self, map: &Map<'_>, filter: &Expr, of: &str) {
        let known = self.around.workflows.get(of).filter(|_| !self.is_own(Some(of)));
        let (Some(form), Some(node)) = (known, map.get("where")) else {
            return;
        };
        for field in other_fields(filter) {
            if !form.fields.contains_key(field) {
                no_field(self.desk, node, field, of, &form.fields);
            }
        }
    }

    fn within(&self, node: &Node) -> Option<Within> {
        let text = self.desk.text(node)?;
        if let Some((_, period)) = PERIODS.iter().find(|(word, _)| *word == text) {
            return Some(*period);
        }
        match Span::parse(text) {
            Some(Span::Clock(millis)) if millis > 0 && millis <= LONGEST => {
                return Some(Within::Last(millis));
            }
            Some(Span::Clock(_)) => {
                self.desk.error(
                    "bad-duration",
                    node,
                    words!(
                        "Earlier requests are looked for over ten years at most.",
                        "历史申请最多查找十年。"
                    ),
                    words!("Write like `90 days`.", "请写如 `90 days`。"),
                );
                return None;
            }
            _ => {}
        }
        let words = PERIODS.map(|(word, _)| word);
        let hint = match self.desk.nearest(text, words) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "Write `day`, `week`, `month` or `year` for the one in which it is submitted, or so long before, like `90 days`.",
                "请写 `day`、`week`、`month` 或 `year`（提交所在的日、周、月、年），或之前的时长，如 `90 days`。"
            ),
        };
        self.desk.error(
            "bad-duration",
            node,
            words!(
                "`{text}` is no time in which requests are looked for.",
                "`{text}` 不是查找申请的时间范围。"
            ),
            hint,
        );
        None
    }
}

/// The fields of an earlier request that a condition reads.
fn other_fields(filter: &Expr) -> impl Iterator<Item = &String> {
    filter
        .references()
        .iter()
        .filter_map(|reference| match reference {
            Reference::Other(field) => Some(field),
            _ => None,
        })
}

/// Ten years.
const LONGEST: i64 = 3_653 * 86_400_000;
