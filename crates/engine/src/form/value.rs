//! From JSON, as forms are kept, to values, as expressions read them.

use std::collections::BTreeMap;

use countersign_kernel::money::Currency;
use countersign_kernel::number;
use countersign_kernel::time::{Date, Instant};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::definition::{Field, FieldKind, Form};
use crate::expr::{DateRange, Type, UNLIMITED, Value};

/// The value of a form's field in its kept content; empty where there is none.
pub fn content_value(form: &Form, name: &str, content: &Map<String, Json>, currency: Currency) -> Value {
    match (form.field(name), content.get(name)) {
        (Some(field), Some(json)) => field_value(&field.kind, json, currency),
        (
            Some(Field {
                kind:
                    FieldKind::List { .. }
                    | FieldKind::Choices { .. }
                    | FieldKind::People
                    | FieldKind::File { .. },
                ..
            }),
            None,
        ) => Value::List(Vec::new()),
        _ => Value::Empty,
    }
}

/// A value of a kind of field; empty where the JSON is no such value.
pub fn field_value(kind: &FieldKind, json: &Json, currency: Currency) -> Value {
    match kind {
        FieldKind::Number | FieldKind::Integer => decimal(json).map_or(Value::Empty, Value::Number),
        FieldKind::Percent => decimal(json).map_or(Value::Empty, Value::Percent),
        FieldKind::Money { .. } => money(json, currency),
        FieldKind::Date => date(json).map_or(Value::Empty, Value::Date),
        FieldKind::DateTime => json
            .as_str()
            .and_then(|text| text.parse::<Instant>().ok())
            .map_or(Value::Empty, Value::Instant),
        FieldKind::DateRange => range(json).map_or(Value::Empty, Value::DateRange),
        FieldKind::YesNo => json.as_bool().map_or(Value::Empty, Value::YesNo),
        FieldKind::Person => person(json),
        FieldKind::People => items(json, person),
        FieldKind::Choices { .. } | FieldKind::File { .. } => items(json, text),
        FieldKind::List { fields } => items(json, |item| group(fields, item, currency)),
        FieldKind::Group { fields } => group(fields, json, currency),
        FieldKind::Computed { is } => typed_value(&is.slot().of, json, currency),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Choice { .. }
        | FieldKind::Department
        | FieldKind::Record { .. }
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url => text(json),
    }
}

/// A value of a type; empty where the JSON is no such value.
pub(crate) fn typed_value(of: &Type, json: &Json, currency: Currency) -> Value {
    if json == UNLIMITED && matches!(of, Type::Number | Type::Percent | Type::Money) {
        return Value::Unlimited;
    }
    match of {
        Type::Number => decimal(json).map_or(Value::Empty, Value::Number),
        Type::Percent => decimal(json).map_or(Value::Empty, Value::Percent),
        Type::Money => money(json, currency),
        Type::Date => date(json).map_or(Value::Empty, Value::Date),
        Type::Instant => json
            .as_str()
            .and_then(|text| text.parse().ok())
            .map_or(Value::Empty, Value::Instant),
        Type::YesNo => json.as_bool().map_or(Value::Empty, Value::YesNo),
        Type::Person => person(json),
        Type::List(of) => items(json, |item| typed_value(of, item, currency)),
        Type::Group(parts) => {
            let parts = parts.iter().map(|(name, slot)| {
                let part = json.get(name);
                let value = part.map_or(Value::Empty, |part| typed_value(&slot.of, part, currency));
                (name.clone(), value)
            });
            Value::Group(parts.collect())
        }
        _ => text(json),
    }
}

pub(super) fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) => number::of_json(number),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn money(json: &Json, currency: Currency) -> Value {
    let amount = json
        .get("amount")
        .and_then(Json::as_str)
        .and_then(|text| text.parse::<Decimal>().ok());
    let named = json
        .get("currency")
        .and_then(Json::as_str)
        .and_then(|code| code.parse().ok());
    amount.map_or(Value::Empty, |amount| {
        Value::Money(amount, named.unwrap_or(currency))
    })
}

pub(super) fn date(json: &Json) -> Option<Date> {
    json.as_str()
        .filter(|text| text.len() == 10)
        .and_then(|text| text.parse().ok())
}

pub(super) fn range(json: &Json) -> Option<DateRange> {
    let half = |key: &str| json.get(key).and_then(Json::as_bool).unwrap_or(false);
    Some(DateRange {
        start: date(json.get("start")?)?,
        end: date(json.get("end")?)?,
        start_half: half("start_half"),
        end_half: half("end_half"),
    })
}

fn person(json: &Json) -> Value {
    json.as_str()
        .and_then(|text| text.parse().ok())
        .map_or(Value::Empty, Value::Person)
}

fn text(json: &Json) -> Value {
    json.as_str()
        .map_or(Value::Empty, |text| Value::Text(text.to_owned()))
}

fn items(json: &Json, one: impl Fn(&Json) -> Value) -> Value {
    Value::List(
        json.as_array()
            .map(|items| items.iter().map(one).collect())
            .unwrap_or_default(),
    )
}

fn group(fields: &Form, json: &Json, currency: Currency) -> Value {
    let Some(content) = json.as_object() else {
        return Value::Empty;
    };
    let parts: BTreeMap<String, Value> = fields
        .fields
        .iter()
        .map(|field| {
            (
                field.name.clone(),
                content_value(fields, &field.name, content, currency),
            )
        })
        .collect();
    Value::Group(parts)
}
