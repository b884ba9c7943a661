//! Conditions that are ranges of one value: `amount < 500`, `amount >= 100 and amount < 500`.

mod cover;

use std::cmp::Ordering;
use std::collections::HashSet;

use rust_decimal::Decimal;

use super::node::{Comparison, Node};
use super::{Expr, Reference, Value};
pub(crate) use cover::Cover;

/// Numbers from a bound to a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    /// The bound, and whether it belongs to the range.
    low: Option<(Decimal, bool)>,
    high: Option<(Decimal, bool)>,
}

impl Range {
    pub(crate) fn everything() -> Self {
        Self {
            low: None,
            high: None,
        }
    }

    /// The one value between ranges that none of them holds, if exactly one value is missing at a border.
    pub(crate) fn point_gap(ranges: &[Self]) -> Option<Decimal> {
        let begin_after: HashSet<Decimal> = ranges
            .iter()
            .filter_map(|range| range.low)
            .filter_map(|(low, inside)| (!inside).then_some(low))
            .collect();
        let cover = Cover::of(ranges);
        ranges
            .iter()
            .filter_map(|range| range.high)
            .find(|(high, inside)| !inside && begin_after.contains(high) && !cover.holds(*high))
            .map(|(high, _)| high.normalize())
    }

    fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, above)), Some((high, below))) => low > high || (low == high && !(above && below)),
            _ => false,
        }
    }

    fn holds(&self, value: Decimal) -> bool {
        let above = self
            .low
            .is_none_or(|(low, inside)| value > low || (inside && value == low));
        let below = self
            .high
            .is_none_or(|(high, inside)| value < high || (inside && value == high));
        above && below
    }

    fn both(self, other: Self) -> Self {
        let low = match (self.low, other.low) {
            (Some(one), Some(other)) => Some(if starts_before(one, other) == Ordering::Less {
                other
            } else {
                one
            }),
            (one, other) => one.or(other),
        };
        let high = match (self.high, other.high) {
            (Some(one), Some(other)) => Some(if ends_before(one, other) == Ordering::Less {
                one
            } else {
                other
            }),
            (one, other) => one.or(other),
        };
        Self { low, high }
    }
}

fn starts_before(one: (Decimal, bool), other: (Decimal, bool)) -> Ordering {
    one.0.cmp(&other.0).then(other.1.cmp(&one.1))
}

fn ends_before(one: (Decimal, bool), other: (Decimal, bool)) -> Ordering {
    one.0.cmp(&other.0).then(one.1.cmp(&other.1))
}

/// The value that a condition is about and the range in which it holds, if it is as simple as that.
pub(crate) fn range(expr: &Expr) -> Option<(Reference, Range)> {
    of(&expr.node)
}

fn of(node: &Node) -> Option<(Reference, Range)> {
    match node {
        Node::And(one, other) => {
            let ((one, first), (other, second)) = (of(one)?, of(other)?);
            (one == other).then(|| (one, first.both(second)))
        }
        Node::Compare(comparison, one, other) => match (one.as_ref(), other.as_ref()) {
            (Node::Read(reference), Node::Value(value)) => {
                Some((reference.clone(), bound(*comparison, number(value)?)?))
            }
            (Node::Value(value), Node::Read(reference)) => {
                Some((reference.clone(), bound(turned(*comparison), number(value)?)?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) | Value::Percent(number) | Value::Money(number, _) => Some(*number),
        _ => None,
    }
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

fn bound(comparison: Comparison, value: Decimal) -> Option<Range> {
    let everything = Range::everything();
    Some(match comparison {
        Comparison::Less => Range {
            high: Some((value, false)),
            ..everything
        },
        Comparison::LessOrEqual => Range {
            high: Some((value, true)),
            ..everything
        },
        Comparison::Greater => Range {
            low: Some((value, false)),
            ..everything
        },
        Comparison::GreaterOrEqual => Range {
            low: Some((value, true)),
            ..everything
        },
        Comparison::Equal => Range {
            low: Some((value, true)),
            high: Some((value, true)),
        },
        Comparison::NotEqual => return None,
    })
}
