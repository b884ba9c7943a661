//! Bodies of requests in the document: what they do not name is refused, so their schemas say that there is nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

const SCHEMAS: &str = "#/components/schemas/";

/// Closes every schema that only bodies of requests lead to. What answers show too stays open, because they grow.
pub fn close_bodies(document: &mut Value) {
    let (mut asked, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for operation in members(document.get("paths")).flat_map(|item| members(Some(item))) {
        reach(document, operation.get("requestBody"), &mut asked);
        reach(document, operation.get("responses"), &mut answered);
    }
    for name in asked.difference(&answered) {
        let schemas = document.pointer_mut("/components/schemas");
        if let Some(schema) = schemas.and_then(|all| all.get_mut(name)) {
            close(schema);
        }
    }
}

fn members(of: Option<&Value>) -> impl Iterator<Item = &Value> {
    of.and_then(Value::as_object)
        .into_iter()
        .flat_map(|members| members.values())
}

/// Every schema with a name that something refers to, also by way of another.
fn reach(document: &Value, from: Option<&Value>, found: &mut BTreeSet<String>) {
    let Some(from) = from else { return };
    if let Some(name) = from
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|to| to.strip_prefix(SCHEMAS))
        && found.insert(name.to_owned())
    {
        let named = document
            .pointer("/components/schemas")
            .and_then(|all| all.get(name));
        reach(document, named, found);
    }
    for inner in members(Some(from)).chain(from.as_array().into_iter().flatten()) {
        reach(document, Some(inner), found);
    }
}

/// Closes the objects in a schema; of `allOf` each part sees the members of the others.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("properties").is_some_and(is_filled)
                && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            let inner = members.iter_mut().filter(|(name, _)| *name != "allOf");
            inner.for_each(|(_, inner)| close(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

fn is_filled(properties: &Value) -> bool {
    properties.as_object().is_some_and(|named| !named.is_empty())
}
