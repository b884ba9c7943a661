//! Counting: numbers with their units, and what can be added to what.

use super::{Compiler, Typed, constant};
use crate::expr::node::{Arithmetic, Node};
use crate::expr::syntax::Tree;
use crate::expr::{Slot, Span, Type, Value};
use crate::finding::{Words, words};
use countersign_kernel::money::Currency;

impl Compiler<'_> {
    pub(super) fn measured(
        &mut self,
        tree: &Tree,
        number: rust_decimal::Decimal,
        unit: &str,
    ) -> Option<Typed> {
        if let Ok(currency) = unit.parse::<Currency>() {
            return constant(Value::Money(number, currency), Type::Money);
        }
        if let Some(span) = Span::of(number, unit) {
            return constant(Value::Duration(span), Type::Duration);
        }
        let upper = unit.to_uppercase();
        let hint = if upper.parse::<Currency>().is_ok() {
            words!("Write `{number} {upper}`.", "请写 `{number} {upper}`。")
        } else if matches!(
            unit,
            "month" | "months" | "year" | "years" | "quarter" | "quarters"
        ) {
            words!(
                "Months and years differ in length: write days, like `90 days`.",
                "月和年长度不一：请写天数，如 `90 days`。"
            )
        } else if let Some(near) = self.nearest(unit, Span::UNITS) {
            words!("Did you mean `{number} {near}`?", "是否想写 `{number} {near}`？")
        } else {
            words!(
                "After a number stands a currency (`500 EUR`) or a length of time (`2 working days`, `4 hours`).",
                "数字后可跟货币（`500 EUR`）或时长（`2 working days`、`4 hours`）。"
            )
        };
        self.trouble(
            "unknown-unit",
            tree,
            words!(
                "`{unit}` is neither a currency nor a length of time.",
                "`{unit}` 既不是货币也不是时长。"
            ),
            Some(hint),
        );
        None
    }

    pub(super) fn negative(&mut self, tree: &Tree, inside: &Tree) -> Option<Typed> {
        let typed = self.filled(inside)?;
        match typed.slot.of {
            Type::Number | Type::Percent | Type::Money | Type::Duration => Some(Typed {
                node: Node::Negative(Box::new(typed.node)),
                slot: typed.slot,
            }),
            of => {
                let zh = of.zh();
                self.mismatch(
                    tree,
                    Words::new(
                        format!("`-` stands before a number, and this is {of}."),
                        format!("`-` 用于数字之前，而这是{zh}。"),
                    ),
                    None,
                )
            }
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        tree: &Tree,
        sign: Arithmetic,
        left: &Tree,
        right: &Tree,
    ) -> Option<Typed> {
        let (one, other) = (self.filled(left), self.filled(right));
        let (one, other) = (one?, other?);
        let of = match result(sign, &one.slot.of, &other.slot.of) {
            Some(of) => of,
            None => {
                let (a, b) = (one.slot.of.clone(), other.slot.of.clone());
                let (a_zh, b_zh) = (a.zh(), b.zh());
                let word = match sign {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                    Arithmetic::Divide => "/",
                };
                let (l, r) = (self.text(left), self.text(right));
                let hint = match (&a, &b) {
                    (Type::Date, Type::Date) => Some(words!(
                        "Write `days_between({r}, {l})`.",
                        "请写 `days_between({r}, {l})`。"
                    )),
                    (a, b) if a.is_text() || b.is_text() => Some(words!(
                        "Texts are put together inside a text: `\"{{purpose}} ({{amount}})\"`.",
                        "文本请在文本中组合：`\"{{purpose}} ({{amount}})\"`。"
                    )),
                    (Type::Date, Type::Number) => Some(words!(
                        "Say of what: `{l} {word} {r} days`.",
                        "请写单位：`{l} {word} {r} days`。"
                    )),
                    _ => None,
                };
                return self.mismatch(
                    tree,
                    Words::new(
                        format!("`{word}` cannot join {a} and {b}."),
                        format!("`{word}` 不能用于{a_zh}和{b_zh}。"),
                    ),
                    hint,
                );
            }
        };
        Some(Typed {
            node: Node::Arithmetic(sign, Box::new(one.node), Box::new(other.node)),
            slot: Slot::always(of),
        })
    }
}

/// The type of a sum, difference, product or quotient.
pub(super) fn result(sign: Arithmetic, one: &Type, other: &Type) -> Option<Type> {
    use Type::{Date, Duration, Instant, Money, Number, Percent};
    let additive = matches!(sign, Arithmetic::Add | Arithmetic::Subtract);
    match (one, other) {
        (Number, Number) => Some(Number),
        (Percent, Percent) if additive => Some(Percent),
        (Money, Money | Number) | (Number, Money) if additive => Some(Money),
        (Money, Money) if sign == Arithmetic::Divide => Some(Number),
        (Money, Number | Percent) => Some(Money),
        (Number | Percent, Money) if sign == Arithmetic::Multiply => Some(Money),
        (Number, Percent) | (Percent, Number) if !additive => Some(Number),
        (Date, Duration) if additive => Some(Date),
        (Instant, Duration) if additive => Some(Instant),
        (Instant, Instant) if sign == Arithmetic::Subtract => Some(Duration),
        (Duration, Duration) if additive => Some(Duration),
        (Duration, Number) if !additive => Some(Duration),
        (Number, Duration) if sign == Arithmetic::Multiply => Some(Duration),
        _ => None,
    }
}
