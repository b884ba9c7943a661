//! A form as JSON Schema 2020-12: its shape, for frontends and integrators. Limits of money and dates, and all that
//! is an expression, are the engine's.

use countersign_kernel::text::{Locale, Text};
use serde_json::{Map, Value as Json, json};

use crate::definition::{Field, FieldKind, Form, Required};
use crate::expr::{Expr, Value};

/// The schema of a form, with labels and hints in a language.
pub fn schema(form: &Form, locale: Locale) -> Json {
    let mut whole = object(form, locale);
    if let Some(map) = whole.as_object_mut() {
        map.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
    }
    whole
}

fn object(form: &Form, locale: Locale) -> Json {
    let sent = |field: &&Field| !matches!(field.kind, FieldKind::Computed { .. });
    let properties: Map<String, Json> = form
        .fields
        .iter()
        .map(|field| (field.name.clone(), property(field, locale)))
        .collect();
    let always = |field: &&Field| {
        matches!(field.required, Required::Yes) && field.show_when.is_none() && field.default.is_none()
    };
    let required: Vec<&str> = form
        .fields
        .iter()
        .filter(sent)
        .filter(always)
        .map(|field| field.name.as_str())
        .collect();
    let order: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false, "x-order": order})
}

/// Options that are shown all at once.
const RADIO_MAX: usize = 4;

/// What a page shows to fill it in: a hint.
fn widget(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::LongText => "textarea",
        FieldKind::Integer | FieldKind::Number | FieldKind::Percent => "number",
        FieldKind::Choice { options } if options.len() <= RADIO_MAX => "radio",
        FieldKind::Choice { .. } => "select",
        FieldKind::Choices { .. } => "checkboxes",
        FieldKind::YesNo => "switch",
        FieldKind::Person | FieldKind::People => "person-picker",
        FieldKind::Department => "department-picker",
        FieldKind::Record { .. } => "record-picker",
        FieldKind::File { .. } => "upload",
        FieldKind::List { .. } => "table",
        FieldKind::Group { .. } => "group",
        FieldKind::Computed { .. } => "output",
        FieldKind::Text => "text",
        FieldKind::Money { .. } => "money",
        FieldKind::Date => "date",
        FieldKind::DateTime => "date-time",
        FieldKind::DateRange => "date-range",
        FieldKind::Email => "email",
        FieldKind::Phone => "tel",
        FieldKind::Url => "url",
    }
}

fn property(field: &Field, locale: Locale) -> Json {
    let mut shape = kind(&field.kind, locale);
    let Some(map) = shape.as_object_mut() else {
        return shape;
    };
    let mut put = |key: &str, value: Json| {
        map.insert(key.to_owned(), value);
    };
    put(
        "title",
        json!(
            field
                .label
                .as_ref()
                .map_or(field.name.as_str(), |label| label.get(locale))
        ),
    );
    if let Some(help) = &field.help {
        put("description", json!(help.get(locale)));
    }
    if let Some(default) = &field.default {
        put("default", default.clone());
    }
    put("x-kind", json!(word(&field.kind)));
    put("x-widget", json!(widget(&field.kind)));
    if field.list {
        put("x-list", json!(true));
    }
    if let FieldKind::Record { of } = &field.kind {
        put("x-record", json!(of.word()));
    }
    if let Some(expr) = &field.show_when {
        put("x-show-when", json!(expr.source()));
    }
    if let Required::When(expr) = &field.required {
        put("x-required-when", json!(expr.source()));
    }
    let plain_number = matches!(
        field.kind,
        FieldKind::Number | FieldKind::Integer | FieldKind::Percent
    );
    let limits = &field.limits;
    let rows = [
        (&limits.min, if plain_number { "minimum" } else { "x-min" }),
        (&limits.max, if plain_number { "maximum" } else { "x-max" }),
        (&limits.min_count, "minItems"),
        (&limits.max_count, "maxItems"),
        (&limits.max_length, "maxLength"),
    ];
    for (limit, key) in rows {
        let Some(limit) = limit else { continue };
        match constant(limit) {
            // JSON Schema's own bounds are numbers; one with more digits than a number keeps is told as ours.
            Some(number) if number.is_number() || !plain_number => put(key, number),
            Some(digits) => put(&format!("x-{key}"), digits),
            None => put(&format!("x-{key}"), json!(limit.source())),
        }
    }
    shape
}

/// A limit that is a number written out.
fn constant(limit: &Expr) -> Option<Json> {
    match limit.constant()? {
        Value::Number(number) | Value::Percent(number) => Some(Value::Number(number).to_json()),
        Value::Date(date) => Some(json!(date.to_string())),
        _ => None,
    }
}

fn options_of(options: &[(String, Option<Text>)], locale: Locale) -> Json {
    let one = |(name, label): &(String, Option<Text>)| json!({"const": name, "title": label.as_ref().map_or(name.as_str(), |label| label.get(locale))});
    options.iter().map(one).collect()
}

fn kind(kind: &FieldKind, locale: Locale) -> Json {
    let number = json!({"type": ["number", "string"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"});
    let id = |prefix: &str| json!({"type": "string", "pattern": format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")});
    match kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Department => json!({"type": "string"}),
        FieldKind::Number | FieldKind::Percent => number,
        FieldKind::Integer => json!({"type": ["integer", "string"], "pattern": r"^-?[0-9]+$"}),
        FieldKind::Money { currencies } => {
            let codes: Vec<String> = currencies.iter().map(ToString::to_string).collect();
            let currency = if codes.is_empty() {
                json!({"type": "string", "pattern": "^[A-Z]{3}$"})
            } else {
                json!({"type": "string", "enum": codes})
            };
            json!({
                "type": "object",
                "properties": {"amount": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, "currency": currency},
                "required": ["amount"],
                "additionalProperties": false,
            })
        }
        FieldKind::Date => {
            json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
        }
        FieldKind::DateTime => json!({"type": "string", "format": "date-time"}),
        FieldKind::DateRange => {
            let day = json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"});
            json!({
                "type": "object",
                "properties": {"start": day, "end": day, "start_half": {"type": "boolean"}, "end_half": {"type": "boolean"}},
                "required": ["start", "end"],
                "additionalProperties": false,
            })
        }
        FieldKind::Choice { options } => json!({"type": "string", "oneOf": options_of(options, locale)}),
        FieldKind::Choices { options } => {
            json!({"type": "array", "uniqueItems": true, "items": {"type": "string", "oneOf": options_of(options, locale)}})
        }
        FieldKind::YesNo => json!({"type": "boolean"}),
        FieldKind::Person => id("user"),
        FieldKind::People => json!({"type": "array", "items": id("user")}),
        FieldKind::Record { of } => {
            let prefix = countersign_kernel::id::KINDS
                .iter()
                .find(|(_, kind)| *kind == of.word())
                .map_or(of.word(), |(prefix, _)| prefix);
            id(prefix)
        }
        FieldKind::File { accept } => {
            json!({"type": "array", "items": {"type": "string", "minLength": 1}, "x-accept": accept})
        }
        FieldKind::Email => json!({"type": "string", "format": "email"}),
        FieldKind::Phone => json!({"type": "string"}),
        FieldKind::Url => json!({"type": "string", "format": "uri"}),
        FieldKind::List { fields } => json!({"type": "array", "items": object(fields, locale)}),
        FieldKind::Group { fields } => object(fields, locale),
        FieldKind::Computed { is } => json!({"readOnly": true, "x-is": is.source()}),
    }
}

/// The word of a kind, as a file writes it.
pub(crate) fn word(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::LongText => "long_text",
        FieldKind::Number => "number",
        FieldKind::Integer => "integer",
        FieldKind::Percent => "percent",
        FieldKind::Money { .. } => "money",
        FieldKind::Date => "date",
        FieldKind::DateTime => "date_time",
        FieldKind::DateRange => "date_range",
        FieldKind::Choice { .. } => "choice",
        FieldKind::Choices { .. } => "choices",
        FieldKind::YesNo => "yes_no",
        FieldKind::Person => "person",
        FieldKind::People => "people",
        FieldKind::Department => "department",
        FieldKind::Record { .. } => "record",
        FieldKind::File { .. } => "file",
        FieldKind::Email => "email",
        FieldKind::Phone => "phone",
        FieldKind::Url => "url",
        FieldKind::List { .. } => "list",
        FieldKind::Group { .. } => "group",
        FieldKind::Computed { .. } => "computed",
    }
}
