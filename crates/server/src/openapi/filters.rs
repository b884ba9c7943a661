//! The filters of lists: what fields of one type are asked by stands once in `components.schemas`.

use serde_json::{Map, Value, json};

use super::schemas::reference;
use super::shared::operations;

/// Puts references in the places of copies: `TextFilter` is a text, or a `TextCondition` with its operators.
pub(super) fn share(document: &mut Value) {
    let mut named = Map::new();
    for (_, _, operation) in operations(document) {
        let own = operation.get_mut("parameters").and_then(Value::as_array_mut);
        let filters = own
            .into_iter()
            .flatten()
            .filter(|one| one["style"] == "deepObject");
        filters
            .filter_map(|one| one.get_mut("schema"))
            .for_each(|filter| name(filter, &mut named));
    }
    keep(document, named);
}

/// What was named stands in the document; what it has already, stays.
pub(crate) fn keep(document: &mut Value, named: Map<String, Value>) {
    let schemas = document.pointer_mut("/components/schemas");
    if let Some(schemas) = schemas.and_then(Value::as_object_mut) {
        for (name, schema) in named {
            schemas.entry(name).or_insert(schema);
        }
    }
}

/// Puts references in the places of what a filter has alike with others of its kind, and these into `named`.
pub(crate) fn name(filter: &mut Value, named: &mut Map<String, Value>) {
    let Some([value, operators]) = filter["anyOf"].as_array_mut().map(Vec::as_mut_slice) else {
        return;
    };
    let kind = kind_of(value, operators);
    // Words and ids stay at their field, which says which they are.
    let operand = match kind {
        WORD => Some(json!({"type": "string"})),
        ID => Some(json!({"type": "string", "pattern": ANY_ID})),
        _ => None,
    };
    for plain in ["eq", "ne"] {
        if let (Some(own), Some(operand)) = (operators["properties"].get_mut(plain), &operand) {
            own.clone_from(operand);
        }
    }
    let condition = format!("{kind}Condition");
    operators["description"] = OPERATORS.into();
    let operators = std::mem::replace(operators, reference(&condition));
    named.insert(condition, operators);
    if operand.is_none() {
        let whole = format!("{kind}Filter");
        let filter = std::mem::replace(filter, reference(&whole));
        named.insert(whole, filter);
    }
}

const OPERATORS: &str = "Operators stand in brackets behind the field's name: `amount[gte]=1000`. A field that is repeated means or.";
const WORD: &str = "Word";
const ID: &str = "Id";

const ANY_ID: &str = "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$";

/// Fields of one kind have the same operators: `Instant`, `Text`.
fn kind_of(value: &Value, operators: &Value) -> &'static str {
    if value.get("enum").is_some() {
        return WORD;
    }
    let format = value["format"].as_str();
    match (value["type"].as_str(), format, value["pattern"].as_str()) {
        (Some("integer"), ..) => "Integer",
        (Some("number"), ..) => "Number",
        (Some("boolean"), ..) => "Boolean",
        (_, Some("date-time"), _) => "Instant",
        (_, Some("date"), _) => "Date",
        (_, _, Some(pattern)) if pattern.contains("me|") => "Person",
        (_, _, Some(_)) => ID,
        _ if operators["properties"].get("lt").is_some() => "Amount",
        _ => "Text",
    }
}
