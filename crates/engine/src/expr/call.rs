//! Functions: what they take and give.

use super::compile::{Compiler, Typed};
use super::function::FUNCTIONS;
use super::node::{Node, Over, Plain};
use super::roots::roots;
use super::syntax::{Shape, Tree};
use super::{Slot, Type};
use crate::finding::{Words, words};

impl Compiler<'_> {
    pub(super) fn call(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Option<Typed> {
        match (name, arguments) {
            ("sum", [list]) => self.over_plain(tree, name, list),
            ("sum" | "any" | "all" | "map" | "filter", [list, body]) => self.over(tree, name, list, body),
            ("count", [list]) => {
                let (typed, _) = self.list_argument(list, "count")?;
                number(Node::Over(
                    Over::Count,
                    Box::new(typed.node),
                    Box::new(Node::Value(super::Value::YesNo(true))),
                ))
            }
            ("count", [list, body]) => self.over(tree, name, list, body),
            ("max" | "min", [list]) => self.over_plain(tree, name, list),
            ("max" | "min", [list, body]) if self.is_list(list) => self.over(tree, name, list, body),
            ("max" | "min", [_, _, ..]) => self.extreme(tree, name, arguments),
            ("round", [value]) => self.round(value, None),
            ("round", [value, places]) => self.round(value, Some(places)),
            ("year", [date]) => self.date_part(Plain::Year, date),
            ("month", [date]) => self.date_part(Plain::Month, date),
            ("days_between", [from, to]) => self.between_dates(Plain::DaysBetween, from, to),
            ("working_days_between", [from, to]) => self.between_dates(Plain::WorkingDaysBetween, from, to),
            ("table", [name, given @ ..]) => self.table(tree, name, given),
            _ => self.unknown_call(tree, name),
        }
    }

    fn unknown_call(&mut self, tree: &Tree, name: &str) -> Option<Typed> {
        if let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) {
            let form = function.form;
            self.trouble(
                "wrong-arguments",
                tree,
                words!("`{name}` is called otherwise.", "`{name}` 的用法不对。"),
                Some(words!("Write {form}.", "请写 {form}。")),
            );
            return None;
        }
        if name == "balance_of" {
            self.trouble(
                "not-yet",
                tree,
                words!(
                    "`{name}(…)` is in the guide and not in this version yet.",
                    "`{name}(…)` 已在指南中，但本版本尚未提供。"
                ),
                None,
            );
            return None;
        }
        if name == "step" {
            self.trouble(
                "type-mismatch",
                tree,
                words!("A step alone is not a value.", "步骤本身不是值。"),
                Some(words!(
                    "Say which part: `step('manager').decision`.",
                    "请指明部分：`step('manager').decision`。"
                )),
            );
            return None;
        }
        let names = FUNCTIONS.map(|function| function.name);
        let all = names.join(", ");
        let hint = match (name, self.nearest(name, names)) {
            ("len" | "length" | "size", _) => words!("Write `count(…)`.", "请写 `count(…)`。"),
            ("today" | "now", _) => words!("Write `{name}` without brackets.", "`{name}` 不加括号。"),
            ("in" | "not" | "and" | "or", _) => {
                words!("`{name}` stands without brackets.", "`{name}` 不加括号。")
            }
            (_, Some(near)) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            (_, None) => words!("The functions are: {all}.", "可用函数：{all}。"),
        };
        self.trouble(
            "unknown-function",
            tree,
            words!("There is no function `{name}`.", "没有函数 `{name}`。"),
            Some(hint),
        );
        None
    }

    fn is_list(&mut self, tree: &Tree) -> bool {
        let before = (self.troubles.len(), self.references.len());
        let typed = self.compile(tree);
        let unread = typed.is_none() && self.troubles.len() == before.0;
        self.troubles.truncate(before.0);
        self.references.truncate(before.1);
        unread
            || matches!(
                typed,
                Some(Typed {
                    slot: Slot {
                        of: Type::List(_),
                        ..
                    },
                    ..
                })
            )
    }

    fn list_argument(&mut self, tree: &Tree, function: &str) -> Option<(Typed, Type)> {
        let typed = self.compile(tree)?;
        match typed.slot.of.clone() {
            Type::List(of) => Some((typed, *of)),
            of => {
                let (text, zh) = (self.text(tree), of.zh());
                let message = Words::new(
                    format!("`{function}` goes over a list, and `{text}` is {of}."),
                    format!("`{function}` 用于列表，而 `{text}` 是{zh}。"),
                );
                self.trouble("type-mismatch", tree, message, None);
                None
            }
        }
    }

    /// `sum(list)`, `max(list)`: the items are the values.
    fn over_plain(&mut self, tree: &Tree, name: &str, list: &Tree) -> Option<Typed> {
        let (typed, of) = self.list_argument(list, name)?;
        if of == Type::Unread {
            return None;
        }
        self.items.push(("item".to_owned(), Slot::always(of.clone())));
        let body = Node::Item(self.items.len() - 1);
        self.items.pop();
        self.finish(tree, name, typed.node, body, &of, list)
    }

    fn over(&mut self, tree: &Tree, name: &str, list: &Tree, body: &Tree) -> Option<Typed> {
        let (typed, of) = self.list_argument(list, name)?;
        let item = self.item_name(list, body);
        self.items.push((item, Slot::always(of.clone())));
        let inside = if matches!(name, "any" | "all" | "filter" | "count") {
            self.condition(body)
        } else if name == "map" {
            self.compile(body)
        } else {
            self.filled(body)
        };
        self.items.pop();
        let inside = inside?;
        let node = |over: Over, list: Node, body: Node| Node::Over(over, Box::new(list), Box::new(body));
        match name {
            "any" => super::compile::yes_no(node(Over::Any, typed.node, inside.node)),
            "all" => super::compile::yes_no(node(Over::All, typed.node, inside.node)),
            "count" => number(node(Over::Count, typed.node, inside.node)),
            "filter" => Some(Typed {
                node: node(Over::Filter, typed.node, inside.node),
                slot: Slot::always(Type::list(of)),
            }),
            "map" => Some(Typed {
                node: node(Over::Map, typed.node, inside.node),
                slot: Slot::always(Type::list(inside.slot.of)),
            }),
            _ => self.finish(tree, name, typed.node, inside.node, &inside.slot.of, body),
        }
    }

    fn finish(
        &mut self,
        tree: &Tree,
        name: &str,
        list: Node,
        body: Node,
        of: &Type,
        place: &Tree,
    ) -> Option<Typed> {
        let fits = match name {
            "sum" => matches!(of, Type::Number | Type::Money | Type::Percent),
            _ => matches!(
                of,
                Type::Number | Type::Money | Type::Percent | Type::Date | Type::Instant
            ),
        };
        if !fits {
            let zh = of.zh();
            let message = Words::new(
                format!("`{name}` takes numbers, and this is {of}."),
                format!("`{name}` 用于数字，而这是{zh}。"),
            );
            let fields = matches!(of, Type::Group(_));
            let text = self.text(place);
            let hint = fields.then(|| {
                words!(
                    "Say which field of an item: `{name}({text}, item.amount)`.",
                    "请指明各项的字段：`{name}({text}, item.amount)`。"
                )
            });
            self.trouble("type-mismatch", tree, message, hint);
            return None;
        }
        let (over, optional) = match name {
            "sum" => (
                Over::Sum {
                    money: *of == Type::Money,
                },
                false,
            ),
            "max" => (Over::Max, true),
            _ => (Over::Min, true),
        };
        Some(Typed {
            node: Node::Over(over, Box::new(list), Box::new(body)),
            slot: Slot {
                of: of.clone(),
                optional,
            },
        })
    }

    /// The name that stands for an item: a name in the body that means nothing else, `line` for `lines`, or `item`.
    fn item_name(&self, list: &Tree, body: &Tree) -> String {
        let known = self.scope.names();
        let mut unknown = Vec::new();
        roots(body, &mut unknown);
        unknown.retain(|name| {
            !known.contains(&name.as_str()) && !self.items.iter().any(|(item, _)| item == name)
        });
        let list = self.text(list);
        let singular = list.strip_suffix('s').unwrap_or(&list).to_owned();
        if unknown.contains(&singular) {
            return singular;
        }
        if unknown.iter().any(|name| name == "item") {
            return "item".to_owned();
        }
        unknown.into_iter().next().unwrap_or(singular)
    }

    fn extreme(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = arguments.iter().map(|argument| self.filled(argument)).collect();
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        let money = typed.iter().any(|typed| typed.slot.of == Type::Money);
        let of = if money {
            Type::Money
        } else {
            typed.first()?.slot.of.clone()
        };
        let ordered = matches!(
            of,
            Type::Number | Type::Money | Type::Percent | Type::Date | Type::Instant
        );
        let same = typed
            .iter()
            .all(|typed| typed.slot.of == of || (money && typed.slot.of == Type::Number));
        if !ordered || !same {
            self.trouble(
                "type-mismatch",
                tree,
                words!(
                    "`{name}` takes numbers, money or dates, all of one kind.",
                    "`{name}` 用于同类的数字、金额或日期。"
                ),
                None,
            );
            return None;
        }
        let function = if name == "max" { Plain::Max } else { Plain::Min };
        Some(Typed {
            node: Node::Call(function, typed.into_iter().map(|typed| typed.node).collect()),
            slot: Slot::always(of),
        })
    }

    fn round(&mut self, value: &Tree, places: Option<&Tree>) -> Option<Typed> {
        let typed = self.filled(value)?;
        let mut nodes = vec![typed.node];
        if let Some(places) = places {
            match &places.shape {
                Shape::Number(number) if number.fract().is_zero() && *number <= 12.into() => {
                    nodes.push(Node::Value(super::Value::Number(*number)));
                }
                _ => {
                    self.trouble(
                        "wrong-arguments",
                        places,
                        words!(
                            "The places of `round` are a whole number from 0 to 12.",
                            "`round` 的小数位数是 0 到 12 的整数。"
                        ),
                        None,
                    );
                    return None;
                }
            }
        }
        if !matches!(typed.slot.of, Type::Number | Type::Money | Type::Percent) {
            let (of, zh) = (typed.slot.of.to_string(), typed.slot.of.zh());
            self.trouble(
                "type-mismatch",
                value,
                Words::new(
                    format!("`round` takes a number, and this is {of}."),
                    format!("`round` 用于数字，而这是{zh}。"),
                ),
                None,
            );
            return None;
        }
        Some(Typed {
            node: Node::Call(Plain::Round, nodes),
            slot: typed.slot,
        })
    }

    fn date(&mut self, tree: &Tree) -> Option<Node> {
        if let Shape::Text(text) = &tree.shape
            && let Ok(date) = text.parse()
        {
            return Some(Node::Value(super::Value::Date(date)));
        }
        let typed = self.filled(tree)?;
        match typed.slot.of {
            Type::Date => Some(typed.node),
            Type::Instant => Some(Node::CivilDate(Box::new(typed.node))),
            of => {
                let (text, zh) = (self.text(tree), of.zh());
                let hint = (of == Type::DateRange).then(|| {
                    words!(
                        "Take a part: `{text}.start` or `{text}.end`.",
                        "请取部分：`{text}.start` 或 `{text}.end`。"
                    )
                });
                self.trouble(
                    "type-mismatch",
                    tree,
                    Words::new(
                        format!("A date is wanted, and `{text}` is {of}."),
                        format!("这里需要日期，而 `{text}` 是{zh}。"),
                    ),
                    hint,
                );
                None
            }
        }
    }

    fn date_part(&mut self, function: Plain, date: &Tree) -> Option<Typed> {
        let node = self.date(date)?;
        number(Node::Call(function, vec![node]))
    }

    fn between_dates(&mut self, function: Plain, from: &Tree, to: &Tree) -> Option<Typed> {
        let (from, to) = (self.date(from), self.date(to));
        number(Node::Call(function, vec![from?, to?]))
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every arm of the compiler gives an option"
)]
fn number(node: Node) -> Option<Typed> {
    Some(Typed {
        node,
        slot: Slot::always(Type::Number),
    })
}
