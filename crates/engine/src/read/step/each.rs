//! `each`: the list, what its items are called and grouped by, and their steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Steps, Where};
use crate::definition::{Each, EachNeed, Need, Rest};
use crate::expr::{Expr, Item, Reference, Scope, Slot, Type, Wanted};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::form::is_reserved;

/// `each` inside `each`.
const NESTED_MAX: usize = 2;

impl Steps<'_> {
    pub(super) fn each(&self, around: &Node, map: &Map<'_>, place: &Where, id: &str) -> Each {
        let scope = self.scope_at(place);
        let list = map.get("in").and_then(|node| self.items(node, &scope));
        let of = list.as_ref().map_or(Type::Unread, |(_, of)| of.clone());
        let name = map.get("as").and_then(|node| self.item_name(node, &scope));
        let name = name.unwrap_or_default();
        let item = |of: Type| Item {
            each: id.to_owned(),
            name: name.clone(),
            slot: Slot::always(of),
        };
        let grouped = map.get("group_by").map(|node| {
            let scope = Scope {
                items: scope.items.iter().cloned().chain([item(of.clone())]).collect(),
                ..scope.clone()
            };
            self.group_by(node, &scope)
        });
        let of = match &grouped {
            Some(Some(by)) => group(by.slot().clone(), of),
            Some(None) => Type::Unread,
            None => of,
        };
        self.nested(around, place);
        let before = self.earlier.borrow().len();
        let waits = self.waits.borrow().clone();
        let steps = self.steps_of(
            around,
            map.get("steps"),
            &Where {
                parallel: true,
                items: place.items.iter().cloned().chain([item(of.clone())]).collect(),
                ..place.clone()
            },
        );
        self.leave(id, before, waits, of);
        let each = Each {
            list: list.map_or_else(|| Expr::unread(""), |(list, _)| list),
            name,
            group_by: grouped.flatten(),
            steps,
            need: map
                .get("need")
                .and_then(|node| self.each_need(node))
                .unwrap_or(EachNeed::Of(Need::All)),
            rest: self.rest(map).unwrap_or(Rest::Cancel),
        };
        if let Some(node) = map.get("in") {
            self.may_be_empty(node, &each);
        }
        each
    }

    fn nested(&self, around: &Node, place: &Where) {
        if place.items.len() >= NESTED_MAX {
            self.desk.error(
                "wrong-shape",
                around,
                words!(
                    "`each` stands inside `each` at most {NESTED_MAX} deep.",
                    "`each` 最多嵌套 {NESTED_MAX} 层。"
                ),
                None,
            );
        }
    }

    /// The list, and what its items are.
    fn items(&self, node: &Node, scope: &Scope) -> Option<(Expr, Type)> {
        let expr = self.desk.expression(node, scope, &Wanted::Anything)?;
        let of = match &expr.slot().of {
            Type::List(of) => of.as_ref().clone(),
            Type::Unread => Type::Unread,
            other => {
                let (source, zh) = (expr.source(), other.zh());
                self.desk.error(
                    "type-mismatch",
                    node,
                    words!(
                        "`{source}` is {other}, and `each` goes through a list.",
                        "`{source}` 是{zh}，而 `each` 需要列表。"
                    ),
                    words!(
                        "Write a field of type `list`, `people` or `choices`, or `filter(lines, …)`.",
                        "请写 `list`、`people` 或 `choices` 类型的字段，或 `filter(lines, …)`。"
                    ),
                );
                return None;
            }
        };
        let moves = |reference: &&Reference| matches!(reference, Reference::Today | Reference::Now);
        if let Some(moving) = expr.references().iter().find(moves) {
            self.desk.error(
                "type-mismatch",
                node,
                words!(
                    "`{moving}` passes while the items are decided, and the list would change.",
                    "处理各项期间 `{moving}` 会变化，列表也会随之改变。"
                ),
                words!("Write `request.submitted_at`.", "请写 `request.submitted_at`。"),
            );
        }
        Some((expr, of))
    }

    fn item_name(&self, node: &Node, scope: &Scope) -> Option<String> {
        let name = self.desk.text(node)?;
        let letter = |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || letter == '_';
        let first = name.chars().next().is_some_and(char::is_alphabetic);
        if !first || !name.chars().all(letter) || name.len() > 64 {
            self.desk.error(
                "bad-name",
                node,
                words!("`{name}` is no name for an item: small letters, digits and `_`, beginning with a letter.", "`{name}` 不是有效名称：小写字母、数字和 `_`，以字母开头。"),
                words!("Write `as: line`.", "请写 `as: line`。"),
            );
            return None;
        }
        let around = scope.items.iter().any(|item| item.name == name);
        if is_reserved(name) || scope.fields.contains_key(name) || around {
            self.desk.error(
                "reserved-name",
                node,
                words!(
                    "`{name}` means something else here already.",
                    "`{name}` 在这里已另有含义。"
                ),
                words!(
                    "Call the item otherwise, like `{name}_item`.",
                    "请换个名称，如 `{name}_item`。"
                ),
            );
            return None;
        }
        Some(name.to_owned())
    }

    fn group_by(&self, node: &Node, scope: &Scope) -> Option<Expr> {
        let expr = self.desk.expression(node, scope, &Wanted::Anything)?;
        match &expr.slot().of {
            Type::List(_) | Type::Group(_) => {
                let source = expr.source();
                self.desk.error(
                    "type-mismatch",
                    node,
                    words!(
                        "Items cannot be grouped by `{source}`, which is itself several values.",
                        "不能按 `{source}` 分组：它本身包含多个值。"
                    ),
                    words!(
                        "Write one part of the item, like `line.cost_center`.",
                        "请写一项中的一个部分，如 `line.cost_center`。"
                    ),
                );
                None
            }
            _ => Some(expr),
        }
    }

    fn each_need(&self, node: &Node) -> Option<EachNeed> {
        if node.text() == Some("each_decides") {
            return Some(EachNeed::EachDecides);
        }
        self.need(node).map(EachNeed::Of)
    }

    /// What was read inside is read there alone; its items can be read from here on.
    fn leave(&self, id: &str, before: usize, waits: BTreeMap<String, Vec<String>>, of: Type) {
        let mut inside = self.earlier.borrow_mut().split_off(before);
        let all = self.waits.replace(waits);
        inside.extend(
            all.into_keys()
                .filter(|wait| !self.waits.borrow().contains_key(wait)),
        );
        let named = inside.into_iter().map(|step| (step, id.to_owned()));
        self.inside.borrow_mut().extend(named);
        self.eaches.borrow_mut().insert(id.to_owned(), of);
    }

    /// A list with nothing in it is gone over in silence.
    fn may_be_empty(&self, node: &Node, each: &Each) {
        if each.list.is_unread() || each.is_never_empty(&self.form.form) {
            return;
        }
        let source = each.list.source();
        self.desk.warn(
            "each-of-nothing",
            node,
            words!("`{source}` may be empty, and then nobody is asked here.", "`{source}` 可能为空，此时不会询问任何人。"),
            words!("Make the field `required: true`, which wants one line at least, or ask somebody else where it is empty.", "请将字段设为 `required: true`（至少一行），或在为空时询问其他人。"),
        );
    }
}

/// Items that have something in common.
fn group(key: Slot, item: Type) -> Type {
    Type::Group(Arc::new(BTreeMap::from([
        ("key".to_owned(), key),
        ("items".to_owned(), Slot::always(Type::list(item))),
    ])))
}
