//! Values as a person writes them in a file, as JSON for a field.

use crate::definition::{FieldKind, Form};
use crate::parse::{Node, Yaml};
use countersign_kernel::money::Currency;
use countersign_kernel::number;
use rust_decimal::Decimal;
use serde_json::{Map as JsonMap, Value as Json, json};

/// A value as a person writes it in a file, as JSON for a kind of field: a bare number beside money means the
/// tenant's currency. What does not fit stays as it is written.
pub(crate) fn plain_json(node: &Node, kind: &FieldKind, currency: Currency) -> Option<Json> {
    match (&node.yaml, kind) {
        (Yaml::Broken, _) => None,
        (Yaml::List(items), FieldKind::List { fields }) => items
            .iter()
            .map(|item| fields_json(item, fields, currency))
            .collect::<Option<Vec<_>>>()
            .map(Json::Array),
        (Yaml::List(items), _) => items
            .iter()
            .map(|item| plain_json(item, item_kind(kind), currency))
            .collect::<Option<Vec<_>>>()
            .map(Json::Array),
        (Yaml::Map(_), FieldKind::Group { fields }) => fields_json(node, fields, currency),
        (Yaml::Map(entries), _) => {
            let mut map = JsonMap::new();
            for (key, value) in entries {
                map.insert(
                    key.text()?.to_owned(),
                    plain_json(value, &FieldKind::Text, currency).map(typed_loosely)?,
                );
            }
            Some(Json::Object(map))
        }
        (Yaml::Scalar(scalar), _) if scalar.is_null() => Some(Json::Null),
        (Yaml::Scalar(scalar), _) => Some(scalar_json(&scalar.text, scalar.plain, kind, currency)),
    }
}

pub(super) fn item_kind(kind: &FieldKind) -> &FieldKind {
    match kind {
        FieldKind::People => &FieldKind::Person,
        _ => &FieldKind::Text,
    }
}

pub(super) fn typed_loosely(json: Json) -> Json {
    match json.as_str() {
        Some("true") => Json::Bool(true),
        Some("false") => Json::Bool(false),
        _ => json,
    }
}

pub(crate) fn fields_json(node: &Node, form: &Form, currency: Currency) -> Option<Json> {
    let Yaml::Map(entries) = &node.yaml else {
        return plain_json(node, &FieldKind::Text, currency);
    };
    let mut map = JsonMap::new();
    for (key, value) in entries {
        let name = key.text()?;
        let kind = form.field(name).map_or(&FieldKind::Text, |field| &field.kind);
        map.insert(name.to_owned(), plain_json(value, kind, currency)?);
    }
    Some(Json::Object(map))
}

pub(super) fn scalar_json(text: &str, plain: bool, kind: &FieldKind, currency: Currency) -> Json {
    match kind {
        FieldKind::Money { .. } => {
            let (amount, code) = text.split_once(' ').unwrap_or((text, currency.code()));
            match amount.parse::<Decimal>() {
                Ok(_) => json!({"amount": amount, "currency": code}),
                Err(_) => json!(text),
            }
        }
        FieldKind::Number | FieldKind::Integer | FieldKind::Percent => {
            let digits = text.trim_end_matches('%');
            match number::kept(digits) {
                Some(number) => Json::Number(number),
                None if number::exact(digits).is_some() => json!(digits),
                None => json!(text),
            }
        }
        FieldKind::YesNo if plain => typed_loosely(json!(text)),
        FieldKind::File { .. } | FieldKind::Choices { .. } => json!([text]),
        _ => json!(text),
    }
}
