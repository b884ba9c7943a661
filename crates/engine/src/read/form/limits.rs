//! What bounds a field: whether it is required, its limits, its default.

use super::{Reader, flat};
use crate::definition::{FieldKind, Limits, Required};
use crate::expr::{Expr, Scope, Type, Wanted};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::form::plain::plain_json;
use chrono::NaiveDate;
use serde_json::Value as Json;

impl Reader<'_> {
    pub(super) fn required(&self, map: &Map<'_>, scope: &Scope) -> Option<Required> {
        let Some(node) = map.get("required") else {
            return Some(Required::No);
        };
        match node.text() {
            Some("true") => Some(Required::Yes),
            Some("false") => Some(Required::No),
            Some("yes" | "no" | "on" | "off" | "True" | "False" | "TRUE" | "FALSE") => {
                self.desk.yes_no(node);
                None
            }
            _ => self
                .desk
                .expression(node, scope, &Wanted::YesNo)
                .map(Required::When),
        }
    }

    pub(super) fn limits(&self, map: &Map<'_>, kind: Option<&FieldKind>, scope: &Scope) -> Option<Limits> {
        let number = Wanted::OneOf(&[Type::Number], "a number", "数字");
        let value = match kind {
            Some(FieldKind::Money { .. }) => Wanted::OneOf(&[Type::Money, Type::Number], "an amount", "金额"),
            Some(FieldKind::Percent) => {
                Wanted::OneOf(&[Type::Percent, Type::Number], "a percentage", "百分比")
            }
            Some(FieldKind::Date | FieldKind::DateTime) => {
                Wanted::OneOf(&[Type::Date, Type::Instant], "a date", "日期")
            }
            None => Wanted::Anything,
            Some(_) => number.clone(),
        };
        // A date written out would be read as a subtraction.
        let dated = matches!(kind, None | Some(FieldKind::Date | FieldKind::DateTime));
        let read = |key: &str, wanted: &Wanted| {
            map.get(key).map(|node| {
                if dated {
                    self.date_limit(node, scope, wanted)
                } else {
                    self.desk.expression(node, scope, wanted)
                }
            })
        };
        let (min, max) = (read("min", &value), read("max", &value));
        let (min_count, max_count, max_length) = (
            read("min_count", &number),
            read("max_count", &number),
            read("max_length", &number),
        );
        let limits = Limits {
            min: flat(min)?,
            max: flat(max)?,
            min_count: flat(min_count)?,
            max_count: flat(max_count)?,
            max_length: flat(max_length)?,
        };
        let constant = |expr: &Option<Expr>| {
            expr.as_ref()
                .and_then(Expr::constant)
                .and_then(|value| match value {
                    crate::expr::Value::Number(number)
                    | crate::expr::Value::Percent(number)
                    | crate::expr::Value::Money(number, _) => Some(number),
                    _ => None,
                })
        };
        for (low, high, key) in [
            (&limits.min, &limits.max, "max"),
            (&limits.min_count, &limits.max_count, "max_count"),
        ] {
            if let (Some(low), Some(high), Some(node)) = (constant(low), constant(high), map.get(key))
                && low > high
            {
                self.desk.error(
                    "empty-limits",
                    node,
                    words!(
                        "The greatest value ({high}) is less than the least ({low}).",
                        "最大值（{high}）小于最小值（{low}）。"
                    ),
                    words!("Turn them round.", "请对调。"),
                );
            }
        }
        Some(limits)
    }

    /// A date written out is a date, not a subtraction.
    pub(super) fn date_limit(&self, node: &Node, scope: &Scope, wanted: &Wanted) -> Option<Expr> {
        match node.text().map(|text| (text, text.parse::<NaiveDate>())) {
            Some((text, Ok(_))) if text.len() == 10 => {
                Expr::compile(&format!("'{text}'"), scope, wanted).ok()
            }
            _ => self.desk.expression(node, scope, wanted),
        }
    }

    pub(super) fn default(&self, node: &Node, kind: &FieldKind) -> Option<Json> {
        let json = plain_json(node, kind, self.currency);
        let sound = json
            .as_ref()
            .is_some_and(|json| crate::form::fits(kind, json, self.currency));
        if !sound && !node.is_broken() {
            self.desk.error(
                "wrong-default",
                node,
                words!("This is no value that the field can hold.", "字段不能保存此值。"),
                None,
            );
            return None;
        }
        json
    }
}
