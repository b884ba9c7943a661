//! Arithmetic with lengths of time.

use super::arithmetic::apply;
use super::functions::rounded;
use crate::expr::Fault;
use crate::expr::node::Arithmetic;
use crate::expr::value::Span;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;

pub(super) fn signed(sign: Arithmetic, span: Span) -> Result<Span, Fault> {
    if sign != Arithmetic::Subtract {
        return Ok(span);
    }
    Ok(match span {
        Span::Clock(millis) => Span::Clock(millis.checked_neg().ok_or(Fault::Overflow)?),
        Span::WorkingDays(days) => Span::WorkingDays(-days),
        Span::WorkingMinutes(minutes) => Span::WorkingMinutes(minutes.checked_neg().ok_or(Fault::Overflow)?),
    })
}

pub(super) fn span_order(one: Span, other: Span) -> Option<Ordering> {
    match (one, other) {
        (Span::Clock(a), Span::Clock(b)) | (Span::WorkingMinutes(a), Span::WorkingMinutes(b)) => {
            Some(a.cmp(&b))
        }
        (Span::WorkingDays(a), Span::WorkingDays(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

pub(super) fn add_spans(one: Span, other: Span) -> Result<Span, Fault> {
    match (one, other) {
        (Span::Clock(a), Span::Clock(b)) => a.checked_add(b).map(Span::Clock),
        (Span::WorkingMinutes(a), Span::WorkingMinutes(b)) => a.checked_add(b).map(Span::WorkingMinutes),
        (Span::WorkingDays(a), Span::WorkingDays(b)) => a.checked_add(b).map(Span::WorkingDays),
        _ => None,
    }
    .ok_or(Fault::Overflow)
}

pub(super) fn scale_span(sign: Arithmetic, span: Span, by: Decimal) -> Result<Span, Fault> {
    let whole = |count: i64| -> Result<i64, Fault> {
        rounded(apply(sign, count.into(), by)?, 0)
            .to_i64()
            .ok_or(Fault::Overflow)
    };
    Ok(match span {
        Span::Clock(millis) => Span::Clock(whole(millis)?),
        Span::WorkingMinutes(minutes) => Span::WorkingMinutes(whole(minutes)?),
        Span::WorkingDays(days) => Span::WorkingDays(apply(sign, days, by)?),
    })
}
