//! `set`: names, and what they are from there on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Steps, Where};
use crate::expr::{Expr, Slot, Type, Wanted};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::form::field_name;

/// What a name can be given.
const PLAIN: [Type; 9] = [
    Type::YesNo,
    Type::Number,
    Type::Percent,
    Type::Money,
    Type::Text,
    Type::Date,
    Type::Instant,
    Type::Person,
    Type::Unread,
];

impl Steps<'_> {
    pub(super) fn set(&self, map: &Map<'_>, place: &Where) -> Vec<(String, Expr)> {
        let entries = map.get("fields").and_then(|node| self.desk.named(node));
        let scope = self.scope_at(place);
        let mut fields = Vec::new();
        for (name, key, value) in entries.unwrap_or_default() {
            let Some(expr) = self.desk.expression(value, &scope, &Wanted::Anything) else {
                continue;
            };
            let fits = field_name(self.desk, key, name).is_none() & self.is_no_field(key, name);
            if fits
                & self.is_once(key, name, place)
                & self.is_plain(value, &expr)
                & self.is_as_before(key, name, &expr)
            {
                fields.push((name.to_owned(), expr));
            }
        }
        let skipped = map.get("when").is_some();
        let mut known = self.variables.borrow_mut();
        for (name, expr) in &fields {
            let slot = Slot {
                of: widened(&expr.slot().of),
                optional: expr.slot().optional || skipped,
            };
            let before = known.get(name).is_some_and(|slot| !slot.optional);
            if !(before && skipped) {
                known.insert(name.clone(), slot);
            }
        }
        fields
    }

    /// Fields of the form, facts, and what was set so far.
    pub(super) fn fields(&self) -> Arc<BTreeMap<String, Slot>> {
        let variables = self.variables.borrow();
        if variables.is_empty() {
            return Arc::clone(&self.scope.fields);
        }
        let mut fields = (*self.scope.fields).clone();
        fields.extend(variables.iter().map(|(name, slot)| (name.clone(), slot.clone())));
        Arc::new(fields)
    }

    /// What was set in a case, a branch or a repetition may not have been set, behind it.
    pub(super) fn leave_list(&self, before: &BTreeMap<String, Slot>) {
        let mut known = self.variables.borrow_mut();
        let new = known.iter_mut().filter(|(name, _)| !before.contains_key(*name));
        new.for_each(|(_, slot)| slot.optional = !matches!(slot.of, Type::List(_)));
    }

    fn is_no_field(&self, key: &Node, name: &str) -> bool {
        let taken = self.scope.fields.contains_key(name);
        if taken {
            self.desk.error(
                "repeated-id",
                key,
                words!(
                    "`{name}` is a field of the form, or a fact: what the requester sent is not written over.",
                    "`{name}` 是表单字段或事实：申请人提交的内容不能被覆盖。"
                ),
                words!("Take another name.", "请换个名称。"),
            );
        }
        !taken
    }

    fn is_once(&self, key: &Node, name: &str, place: &Where) -> bool {
        let once = place.items.is_empty();
        if !once {
            self.desk.error(
                "inside-each",
                key,
                words!(
                    "Inside `each` the items would write over each other's `{name}`.",
                    "在 `each` 内，各项会互相覆盖 `{name}`。"
                ),
                words!(
                    "Set it before or after the `each`, of its list: `sum(lines, line.amount)`.",
                    "请在 `each` 之前或之后，用其列表设定：`sum(lines, line.amount)`。"
                ),
            );
        }
        once
    }

    fn is_plain(&self, node: &Node, expr: &Expr) -> bool {
        let of = &expr.slot().of;
        let inner = match of {
            Type::List(of) => of.as_ref(),
            other => other,
        };
        let plain = PLAIN.contains(inner) || inner.is_text();
        if !plain {
            let zh = of.zh();
            self.desk.error(
                "type-mismatch",
                node,
                words!(
                    "This is {of}, and a name is given one plain value, or a list of them.",
                    "这是{zh}，而只能设定单个值或值的列表。"
                ),
                words!(
                    "Take a part of it, like `.start` or `.amount`.",
                    "请取其一部分，如 `.start` 或 `.amount`。"
                ),
            );
        }
        plain
    }

    /// A name that is set again keeps its type: whoever reads it does not know which came last.
    fn is_as_before(&self, key: &Node, name: &str, expr: &Expr) -> bool {
        let now = widened(&expr.slot().of);
        let known = self.variables.borrow();
        let Some(before) = known.get(name).map(|slot| &slot.of) else {
            return true;
        };
        let same = *before == now || *before == Type::Unread || now == Type::Unread;
        if !same {
            let (zh, now_zh) = (before.zh(), now.zh());
            self.desk.error(
                "type-mismatch",
                key,
                words!(
                    "`{name}` is {before} above, and {now} here.",
                    "`{name}` 在上文是{zh}，在此是{now_zh}。"
                ),
                words!("Take another name.", "请换个名称。"),
            );
        }
        same
    }
}

/// What may come of it later: of a choice any text, for another may be set there.
fn widened(of: &Type) -> Type {
    match of {
        Type::Choice(_) => Type::Text,
        Type::List(of) => Type::list(widened(of)),
        other => other.clone(),
    }
}
