//! Functions at work.

use super::Run;
use crate::expr::node::{Arithmetic, Over, Plain};
use crate::expr::{DateRange, Fault, Value};
use chrono::Datelike;
use countersign_kernel::time::Date;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Ordering;

impl Run<'_> {
    pub(super) fn call(&self, function: Plain, values: &[Value]) -> Result<Value, Fault> {
        let date = |place: usize| match values.get(place) {
            Some(Value::Date(date)) => Ok(*date),
            _ => Err(Fault::Missing("a date".to_owned())),
        };
        Ok(match function {
            Plain::Max => self.extreme(values, Ordering::Greater)?,
            Plain::Min => self.extreme(values, Ordering::Less)?,
            Plain::Round => round(values),
            Plain::Year => Value::Number(date(0)?.year().into()),
            Plain::Month => Value::Number(date(0)?.month().into()),
            Plain::DaysBetween => Value::Number((date(1)? - date(0)?).num_days().into()),
            Plain::WorkingDaysBetween => Value::Number(self.working_days_between(date(0)?, date(1)?)?),
        })
    }

    pub(super) fn working_days_between(&self, from: Date, to: Date) -> Result<Decimal, Fault> {
        if from == to {
            return Ok(Decimal::ZERO);
        }
        let (first, end, sign) = if from < to {
            (from, to, Decimal::ONE)
        } else {
            (to, from, -Decimal::ONE)
        };
        let last = end.pred_opt().ok_or(Fault::Overflow)?;
        Ok(self.count_days(DateRange::whole(first, last))? * sign)
    }

    pub(super) fn extreme(&self, values: &[Value], wanted: Ordering) -> Result<Value, Fault> {
        let mut best = Value::Empty;
        for value in values.iter().filter(|value| !value.is_empty()) {
            if best == Value::Empty || self.order(value, &best)? == Some(wanted) {
                best = value.clone();
            }
        }
        Ok(best)
    }

    /// A function over pairs of an item and what the body made of it.
    pub(super) fn over(&self, over: Over, pairs: Vec<(Value, Value)>) -> Result<Value, Fault> {
        let yes = |pair: &(Value, Value)| pair.1 == Value::YesNo(true);
        Ok(match over {
            Over::Any => Value::YesNo(pairs.iter().any(yes)),
            Over::All => Value::YesNo(pairs.iter().all(yes)),
            Over::Count => Value::Number(pairs.iter().filter(|pair| yes(pair)).count().into()),
            Over::Filter => Value::List(pairs.into_iter().filter(yes).map(|(item, _)| item).collect()),
            Over::Map => Value::List(pairs.into_iter().map(|(_, value)| value).collect()),
            Over::Max | Over::Min => {
                let values: Vec<Value> = pairs.into_iter().map(|(_, value)| value).collect();
                self.extreme(
                    &values,
                    if over == Over::Max {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    },
                )?
            }
            Over::Sum { money } => {
                let zero = if money {
                    Value::Money(Decimal::ZERO, self.environment.currency())
                } else {
                    Value::Number(Decimal::ZERO)
                };
                let mut total: Option<Value> = None;
                for (_, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
                    total = Some(match total {
                        Some(total) => self.arithmetic(Arithmetic::Add, total, value)?,
                        None => value,
                    });
                }
                total.unwrap_or(zero)
            }
        })
    }
}

/// The nearest number of so many decimal places; a half goes away from zero. All that is rounded is rounded here.
pub(crate) fn rounded(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

pub(super) fn round(values: &[Value]) -> Value {
    let places = match values.get(1) {
        Some(Value::Number(places)) => places.to_u32().unwrap_or(0),
        _ => 0,
    };
    match values.first() {
        Some(Value::Number(number)) => Value::Number(rounded(*number, places)),
        Some(Value::Percent(number)) => Value::Percent(rounded(*number, places)),
        Some(Value::Money(amount, currency)) => Value::Money(rounded(*amount, places), *currency),
        _ => Value::Empty,
    }
}
