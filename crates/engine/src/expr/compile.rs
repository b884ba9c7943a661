//! From a tree as written to one that runs: names, types, emptiness.

mod compare;
mod counting;
mod facts;
mod names;
mod table;

use super::node::{Arithmetic, Comparison, Node};
use super::scope::{EVERY_PATH, Scope};
use super::syntax::{Binary, Shape, Tree};
use super::{Reference, Slot, Trouble, Type, Value};
use crate::finding::{Words, words};
use countersign_kernel::text::nearest;
pub(super) use facts::facts;
use facts::{names, path};

/// So many troubles of an expression are told with the word that was probably meant.
const GUESSES: usize = 5;

/// A part of an expression with its type.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub node: Node,
    pub slot: Slot,
}

/// Compiles one expression; collects every trouble that does not follow from another.
pub(super) struct Compiler<'a> {
    pub scope: &'a Scope,
    pub letters: Vec<char>,
    pub troubles: Vec<Trouble>,
    pub known: Vec<String>,
    /// Items of the lists that are walked over, outermost first.
    pub items: Vec<(String, Slot)>,
    pub references: Vec<Reference>,
}

impl Compiler<'_> {
    pub(super) fn text(&self, tree: &Tree) -> String {
        self.letters
            .get(tree.from..tree.to)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    /// The known word that was probably meant; looked for while few troubles are found.
    pub(super) fn nearest<'w>(
        &self,
        written: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) -> Option<&'w str> {
        (self.troubles.len() < GUESSES)
            .then(|| nearest(written, known))
            .flatten()
    }

    pub(super) fn trouble(&mut self, code: &'static str, tree: &Tree, message: Words, hint: Option<Words>) {
        self.troubles.push(Trouble {
            code,
            from: tree.from,
            to: tree.to,
            message,
            hint: hint.map(Box::new),
        });
    }

    fn mismatch(&mut self, tree: &Tree, message: Words, hint: Option<Words>) -> Option<Typed> {
        self.trouble("type-mismatch", tree, message, hint);
        None
    }

    pub(super) fn compile(&mut self, tree: &Tree) -> Option<Typed> {
        match &tree.shape {
            Shape::Number(number) => constant(Value::Number(*number), Type::Number),
            Shape::Percent(number) => constant(Value::Percent(*number), Type::Percent),
            Shape::Measured(number, unit) => self.measured(tree, *number, unit),
            Shape::Text(text) => constant(Value::Text(text.clone()), Type::Text),
            Shape::YesNo(yes) => constant(Value::YesNo(*yes), Type::YesNo),
            Shape::Empty => Some(Typed {
                node: Node::Value(Value::Empty),
                slot: Slot::maybe(Type::Empty),
            }),
            Shape::Name(name) => self.name(tree, name),
            Shape::Part(whole, name) => self.part(tree, whole, name),
            Shape::Call(name, arguments) => self.call(tree, name, arguments),
            Shape::List(items) => self.list(tree, items),
            Shape::Not(inside) => {
                let inside = self.condition(inside)?;
                yes_no(Node::Not(Box::new(inside.node)))
            }
            Shape::Negative(inside) => self.negative(tree, inside),
            Shape::Binary(operation, left, right) => self.binary(tree, *operation, left, right),
            Shape::Between(value, low, high) => self.between(tree, value, low, high),
            Shape::IsEmpty(inside, positive) => {
                let inside = self.compile(inside)?;
                yes_no(Node::IsEmpty(Box::new(inside.node), *positive))
            }
            Shape::If(condition, yes, no) => self.choice(tree, condition, yes, no),
        }
    }

    /// A part that must say yes or no.
    pub(super) fn condition(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.compile(tree)?;
        let text = self.text(tree);
        match typed.slot.of {
            Type::YesNo if !typed.slot.optional || self.is_known(tree) => Some(typed),
            Type::YesNo => {
                self.trouble(
                    "may-be-empty",
                    tree,
                    words!("`{text}` may be empty here.", "`{text}` 在这里可能为空。"),
                    Some(words!(
                        "Write `{text} == true`, or make the field required.",
                        "请写 `{text} == true`，或将字段设为必填。"
                    )),
                );
                None
            }
            Type::Unknown => Some(typed),
            of => {
                let hint = match of {
                    Type::Text | Type::Choice(_) => words!(
                        "Compare it: `{text} == 'something'`.",
                        "请比较：`{text} == '某值'`。"
                    ),
                    Type::List(_) => words!(
                        "Ask `{text} is not empty`, or `count({text}) > 0`.",
                        "请写 `{text} is not empty` 或 `count({text}) > 0`。"
                    ),
                    _ => words!(
                        "Compare it with something, like `{text} > 0`, or ask `{text} is not empty`.",
                        "请与某值比较，如 `{text} > 0`，或写 `{text} is not empty`。"
                    ),
                };
                let zh = of.zh();
                self.mismatch(
                    tree,
                    Words::new(
                        format!("A condition is wanted here, and `{text}` is {of}."),
                        format!("这里需要条件，而 `{text}` 是{zh}。"),
                    ),
                    Some(hint),
                )
            }
        }
    }

    /// A part that must be there.
    pub(super) fn filled(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.compile(tree)?;
        self.must_be_filled(tree, typed)
    }

    /// A part that is there and of one of these types.
    pub(super) fn one_of(&mut self, tree: &Tree, types: &[Type], en: &str, zh: &str) -> Option<Typed> {
        let typed = self.filled(tree)?;
        self.of_these(tree, typed, types, en, zh)
    }

    /// A part of one of these types, which may be missing.
    pub(super) fn of_these(
        &mut self,
        tree: &Tree,
        typed: Typed,
        types: &[Type],
        en: &str,
        zh: &str,
    ) -> Option<Typed> {
        if types.contains(&typed.slot.of) || typed.slot.of == Type::Unknown {
            return Some(typed);
        }
        if let (Shape::Text(text), true) = (&tree.shape, types.contains(&Type::Date))
            && let Ok(date) = text.parse()
        {
            return constant(Value::Date(date), Type::Date);
        }
        let (text, of, of_zh) = (self.text(tree), typed.slot.of.to_string(), typed.slot.of.zh());
        self.mismatch(
            tree,
            Words::new(
                format!("{} is wanted here, and `{text}` is {of}.", capital(en)),
                format!("这里需要{zh}，而 `{text}` 是{of_zh}。"),
            ),
            None,
        )
    }

    fn must_be_filled(&mut self, tree: &Tree, mut typed: Typed) -> Option<Typed> {
        if typed.slot.optional && !self.is_known(tree) {
            let text = self.text(tree);
            // Only a field can be made required.
            let hint = match tree.shape {
                Shape::Name(_) => words!(
                    "Make it required, or say `{text} is not empty and …` before it.",
                    "请设为必填，或在前面写 `{text} is not empty and …`。"
                ),
                _ => words!(
                    "Say `{text} is not empty and …` before it, or what counts instead: `if {text} is empty then … else {text}`.",
                    "请在前面写 `{text} is not empty and …`，或说明以何代替：`if {text} is empty then … else {text}`。"
                ),
            };
            self.trouble(
                "may-be-empty",
                tree,
                words!("`{text}` may be empty here.", "`{text}` 在这里可能为空。"),
                Some(hint),
            );
            return None;
        }
        typed.slot.optional = false;
        Some(typed)
    }

    fn is_known(&self, tree: &Tree) -> bool {
        path(tree).is_some_and(|path| {
            let known = |known: &String| *known == path || known == EVERY_PATH;
            self.known.iter().chain(&self.scope.known).any(known)
        })
    }

    fn list(&mut self, tree: &Tree, items: &[Tree]) -> Option<Typed> {
        let mut nodes = Vec::new();
        let mut of: Option<Type> = None;
        let mut sound = true;
        for item in items {
            let Some(typed) = self.compile(item) else {
                sound = false;
                continue;
            };
            let fits = of
                .as_ref()
                .is_none_or(|of| *of == typed.slot.of || (of.is_text() && typed.slot.of.is_text()));
            if !fits {
                let (first, this) = (of.clone().unwrap_or(Type::Empty), &typed.slot.of);
                let (first_zh, this_zh) = (first.zh(), this.zh());
                self.mismatch(
                    item,
                    Words::new(
                        format!("The items of a list are of one kind: the first is {first}, this is {this}."),
                        format!("列表各项类型须一致：第一项是{first_zh}，此项是{this_zh}。"),
                    ),
                    None,
                );
                sound = false;
            }
            of = of.or(Some(typed.slot.of.clone()));
            nodes.push(typed.node);
        }
        if nodes.is_empty() && sound {
            self.trouble(
                "type-mismatch",
                tree,
                words!("This list has no items.", "该列表没有内容。"),
                None,
            );
            return None;
        }
        let of = if nodes.len() > 1 && of.as_ref().is_some_and(Type::is_text) {
            Type::Text
        } else {
            of?
        };
        sound.then_some(Typed {
            node: Node::List(nodes),
            slot: Slot::always(Type::list(of)),
        })
    }

    fn choice(&mut self, tree: &Tree, condition: &Tree, yes: &Tree, no: &Tree) -> Option<Typed> {
        let test = self.condition(condition);
        let yes = self.under(condition, true, |compiler| compiler.known(yes));
        let no = self.under(condition, false, |compiler| compiler.known(no));
        let (test, yes, no) = (test?, yes?, no?);
        let of = match (&yes.slot.of, &no.slot.of) {
            (one, other) if one == other => one.clone(),
            (Type::Empty, of) | (of, Type::Empty) => of.clone(),
            (Type::Money, Type::Number) | (Type::Number, Type::Money) => Type::Money,
            (one, other) if one.is_text() && other.is_text() => Type::Text,
            (one, other) => {
                let (one_zh, other_zh) = (one.zh(), other.zh());
                let message = Words::new(
                    format!("`then` gives {one} and `else` gives {other}: both must be of one kind."),
                    format!("`then` 给出{one_zh}，`else` 给出{other_zh}：两者类型须一致。"),
                );
                return self.mismatch(tree, message, None);
            }
        };
        let slot = Slot {
            of,
            optional: yes.slot.optional || no.slot.optional,
        };
        Some(Typed {
            node: Node::If(Box::new(test.node), Box::new(yes.node), Box::new(no.node)),
            slot,
        })
    }

    /// What is known to be filled in here is not empty outside either.
    fn known(&mut self, tree: &Tree) -> Option<Typed> {
        let mut typed = self.compile(tree)?;
        typed.slot.optional &= !self.is_known(tree);
        Some(typed)
    }

    /// Compiles where a condition is known to hold, or not to.
    pub(super) fn under<T>(
        &mut self,
        condition: &Tree,
        holds: bool,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.known.len();
        facts(condition, holds, &mut self.known);
        let result = inside(self);
        self.known.truncate(before);
        result
    }

    fn binary(&mut self, tree: &Tree, operation: Binary, left: &Tree, right: &Tree) -> Option<Typed> {
        match operation {
            Binary::And | Binary::Or => {
                let one = self.condition(left);
                let other = self.under(left, operation == Binary::And, |compiler| {
                    compiler.condition(right)
                });
                let (one, other) = (Box::new(one?.node), Box::new(other?.node));
                yes_no(if operation == Binary::And {
                    Node::And(one, other)
                } else {
                    Node::Or(one, other)
                })
            }
            Binary::Equal => self.compare(tree, Comparison::Equal, left, right),
            Binary::NotEqual => self.compare(tree, Comparison::NotEqual, left, right),
            Binary::Less => self.compare(tree, Comparison::Less, left, right),
            Binary::LessOrEqual => self.compare(tree, Comparison::LessOrEqual, left, right),
            Binary::Greater => self.compare(tree, Comparison::Greater, left, right),
            Binary::GreaterOrEqual => self.compare(tree, Comparison::GreaterOrEqual, left, right),
            Binary::In => self.within(tree, right, left, true),
            Binary::Contains => self.within(tree, left, right, false),
            Binary::StartsWith => self.starts_with(left, right),
            Binary::Matches => self.matches(left, right),
            Binary::Add => self.arithmetic(tree, Arithmetic::Add, left, right),
            Binary::Subtract => self.arithmetic(tree, Arithmetic::Subtract, left, right),
            Binary::Multiply => self.arithmetic(tree, Arithmetic::Multiply, left, right),
            Binary::Divide => self.arithmetic(tree, Arithmetic::Divide, left, right),
        }
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every arm of the compiler gives an option"
)]
pub(super) fn constant(value: Value, of: Type) -> Option<Typed> {
    Some(Typed {
        node: Node::Value(value),
        slot: Slot::always(of),
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every arm of the compiler gives an option"
)]
pub(super) fn yes_no(node: Node) -> Option<Typed> {
    Some(Typed {
        node,
        slot: Slot::always(Type::YesNo),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
