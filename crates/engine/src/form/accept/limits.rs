//! Least and greatest values, counts and lengths.

use super::{Look, Outer};
use crate::definition::{Field, Form};
use crate::expr::{Environment, Fault, Value, order};
use crate::finding::{Words, words};
use crate::form::accept::seen::Seen;
use chrono_tz::Tz;
use serde_json::{Map, Value as Json};
use std::cmp::Ordering;

impl Look<'_> {
    pub(super) fn limits(
        &mut self,
        form: &Form,
        field: &Field,
        value: &Value,
        content: &Map<String, Json>,
        pointer: &str,
        outer: Option<Outer<'_>>,
    ) {
        let limits = &field.limits;
        let seen = Seen {
            form,
            content,
            outer,
            base: self.environment,
        };
        let count = match value {
            Value::List(items) => Some(Value::Number(items.len().into())),
            _ => None,
        };
        let length = match value {
            Value::Text(text) => Some(Value::Number(text.chars().count().into())),
            _ => None,
        };
        let plain = Some(value.clone());
        let rules = [
            (&limits.min, &plain, Ordering::Less, "too_small"),
            (&limits.max, &plain, Ordering::Greater, "too_large"),
            (&limits.min_count, &count, Ordering::Less, "too_few"),
            (&limits.max_count, &count, Ordering::Greater, "too_many"),
            (&limits.max_length, &length, Ordering::Greater, "too_long"),
        ];
        for (limit, value, refused, code) in rules {
            let (Some(limit), Some(value)) = (limit, value) else {
                continue;
            };
            let text = match limit.eval(&seen) {
                Ok(bound) if bound.is_empty() => continue,
                Ok(bound) => match order(value, &bound, &seen) {
                    Ok(Some(found)) if found != refused => continue,
                    Ok(_) => told(code, &bound, seen.zone()),
                    Err(fault) => unclear(&fault),
                },
                // Another field that is missing or wrong is told there.
                Err(Fault::Missing(_)) => continue,
                Err(fault) => unclear(&fault),
            };
            self.fault(pointer.to_owned(), code, text);
        }
    }
}

pub(super) fn told(code: &str, bound: &Value, zone: Tz) -> Words {
    let bound = match bound {
        Value::Instant(at) => at.utc().with_timezone(&zone).date_naive().to_string(),
        other => other.to_string(),
    };
    match code {
        "too_small" => words!("At least {bound}.", "不得小于 {bound}。"),
        "too_large" => words!("At most {bound}.", "不得大于 {bound}。"),
        "too_few" => words!("At least {bound} of them.", "至少 {bound} 项。"),
        "too_many" => words!("At most {bound} of them.", "最多 {bound} 项。"),
        _ => words!("At most {bound} characters.", "最多 {bound} 个字符。"),
    }
}

pub(super) fn unclear(fault: &Fault) -> Words {
    Words::new(
        format!("Its limit cannot be told: {fault}."),
        format!("无法确定其限制：{}。", fault.zh()),
    )
}
