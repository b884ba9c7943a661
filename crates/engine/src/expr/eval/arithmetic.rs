//! Counting with values.

use super::Run;
use super::spans::{add_spans, scale_span, signed};
use crate::expr::node::Arithmetic;
use crate::expr::value::{DateRange, Span};
use crate::expr::{Fault, Value};
use chrono::TimeDelta;
use countersign_kernel::money::Currency;
use countersign_kernel::number;
use countersign_kernel::time::Date;
use rust_decimal::Decimal;

impl Run<'_> {
    pub(super) fn arithmetic(&self, sign: Arithmetic, one: Value, other: Value) -> Result<Value, Fault> {
        let tenant = self.environment.currency();
        Ok(match (counted(one), counted(other)) {
            (Value::Number(a), Value::Number(b)) => Value::Number(apply(sign, a, b)?),
            (Value::Percent(a), Value::Percent(b)) => Value::Percent(apply(sign, a, b)?),
            (Value::Number(a), Value::Percent(b)) => Value::Number(apply(sign, a, b / Decimal::ONE_HUNDRED)?),
            (Value::Percent(a), Value::Number(b)) => Value::Number(apply(sign, a / Decimal::ONE_HUNDRED, b)?),
            (Value::Money(a, one), Value::Money(b, other)) => {
                same_currency(one, other)?;
                let result = apply(sign, a, b)?;
                if sign == Arithmetic::Divide {
                    Value::Number(result)
                } else {
                    Value::Money(result, one)
                }
            }
            (Value::Money(a, currency), Value::Number(b)) => {
                additive(sign, currency, tenant)?;
                Value::Money(apply(sign, a, b)?, currency)
            }
            (Value::Number(a), Value::Money(b, currency)) => {
                additive(sign, currency, tenant)?;
                Value::Money(apply(sign, a, b)?, currency)
            }
            (Value::Money(a, currency), Value::Percent(b)) => {
                Value::Money(apply(sign, a, b / Decimal::ONE_HUNDRED)?, currency)
            }
            (Value::Percent(a), Value::Money(b, currency)) => {
                Value::Money(apply(sign, a / Decimal::ONE_HUNDRED, b)?, currency)
            }
            (Value::Date(date), Value::Duration(span)) => Value::Date(self.shift_date(sign, date, span)?),
            (Value::Instant(at), Value::Duration(span)) => {
                Value::Instant(self.environment.later(at, signed(sign, span)?)?)
            }
            (Value::Instant(a), Value::Instant(b)) => Value::Duration(Span::Clock(a.millis() - b.millis())),
            (Value::Duration(a), Value::Duration(b)) => Value::Duration(add_spans(a, signed(sign, b)?)?),
            (Value::Duration(a), Value::Number(b)) => Value::Duration(scale_span(sign, a, b)?),
            (Value::Number(a), Value::Duration(b)) => Value::Duration(scale_span(sign, b, a)?),
            _ => return Err(Fault::Missing("a field that is counted with".to_owned())),
        })
    }

    fn shift_date(&self, sign: Arithmetic, date: Date, span: Span) -> Result<Date, Fault> {
        let span = signed(sign, span)?;
        match span {
            Span::Clock(millis) => date
                .checked_add_signed(TimeDelta::days(millis.div_euclid(86_400_000)))
                .ok_or(Fault::Overflow),
            Span::WorkingDays(days) => self.shift_working(date, days),
            Span::WorkingMinutes(_) => Err(Fault::Overflow),
        }
    }

    /// The date so many working days on: each step goes to the next day that counts.
    fn shift_working(&self, date: Date, days: Decimal) -> Result<Date, Fault> {
        let step = TimeDelta::days(if days.is_sign_negative() { -1 } else { 1 });
        let (mut at, mut left) = (date, days.abs());
        for _ in 0..4_000 {
            if left <= Decimal::ZERO {
                return Ok(at);
            }
            at = at.checked_add_signed(step).ok_or(Fault::Overflow)?;
            left -= self.count_days(DateRange::whole(at, at))?;
        }
        Err(Fault::NoCalendar)
    }
}

/// A number that came as a text of its digits, as long ones do in what has no type.
fn counted(value: Value) -> Value {
    match &value {
        Value::Text(text) => number::exact(text).map_or(value, Value::Number),
        _ => value,
    }
}

pub(super) fn negative(value: Value) -> Result<Value, Fault> {
    Ok(match value {
        Value::Number(number) => Value::Number(-number),
        Value::Percent(number) => Value::Percent(-number),
        Value::Money(amount, currency) => Value::Money(-amount, currency),
        Value::Duration(span) => Value::Duration(signed(Arithmetic::Subtract, span)?),
        _ => return Err(Fault::Missing("a number".to_owned())),
    })
}

pub(super) fn apply(sign: Arithmetic, one: Decimal, other: Decimal) -> Result<Decimal, Fault> {
    if sign == Arithmetic::Divide && other.is_zero() {
        return Err(Fault::DivisionByZero);
    }
    match sign {
        Arithmetic::Add => one.checked_add(other),
        Arithmetic::Subtract => one.checked_sub(other),
        Arithmetic::Multiply => one.checked_mul(other),
        Arithmetic::Divide => one.checked_div(other),
    }
    .ok_or(Fault::Overflow)
}

pub(super) fn same_currency(one: Currency, other: Currency) -> Result<(), Fault> {
    if one == other {
        Ok(())
    } else {
        Err(Fault::OtherCurrency(one, other))
    }
}

/// A bare number added to money means the tenant's currency; one that multiplies means none.
fn additive(sign: Arithmetic, currency: Currency, tenant: Currency) -> Result<(), Fault> {
    match sign {
        Arithmetic::Add | Arithmetic::Subtract => same_currency(currency, tenant),
        Arithmetic::Multiply | Arithmetic::Divide => Ok(()),
    }
}
