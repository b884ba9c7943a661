//! Where a request takes the id of a record, as the document describes it.

use serde_json::{Value, json};

use super::operation::Operation;

/// What the pattern of an id has behind the kind's prefix.
const REST: &str = "_[0-7][0-9a-hjkmnp-tv-z]{25}";

/// Operators that compare ids.
pub(super) const OPS: [&str; 4] = ["eq", "ne", "in", "nin"];

/// The prefix of the ids that a schema takes: `acct`.
pub(super) fn prefix(document: &Value, schema: &Value) -> Option<String> {
    if let Some(pattern) = schema["pattern"].as_str() {
        let (before, _) = pattern.split_once(REST)?;
        return Some(before.rsplit(['^', '(', '|']).next()?.to_owned());
    }
    if schema["items"].is_object() {
        return prefix(document, &schema["items"]);
    }
    // A condition: the id, or its operators.
    if schema["anyOf"].is_array() {
        return prefix(document, &schema["anyOf"][0]);
    }
    schema["$ref"]
        .as_str()
        .and_then(|at| prefix(document, document.pointer(at.trim_start_matches('#'))?))
}

/// What a body takes: ids by JSON pointer (a list's first row stands for all), and members that may hold anything.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) ids: Vec<(String, String)>,
    pub(super) free: Vec<String>,
}

impl Taken {
    pub(super) fn by(document: &Value, operation: &Operation) -> Self {
        let mut taken = Self::default();
        let content = operation.said.pointer("/requestBody/content");
        for (media, content) in content.and_then(Value::as_object).into_iter().flatten() {
            if media.ends_with("json") {
                taken.read(document, &content["schema"], "");
            }
        }
        taken
    }

    fn read(&mut self, document: &Value, schema: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            if let Some(found) = document.pointer(reference.trim_start_matches('#')) {
                self.read(document, found, at);
            }
            return;
        }
        if let Some(prefix) = prefix(document, schema).filter(|_| schema["pattern"].is_string()) {
            self.ids.push((at.to_owned(), prefix));
            return;
        }
        // A row's id is judged row by row, so its form is none of the schema's.
        if at.ends_with("/id") && !schema["oneOf"].is_array() {
            self.ids.push((at.to_owned(), String::new()));
            return;
        }
        let mut open = true;
        for of in ["oneOf", "anyOf", "allOf"] {
            let parts = schema[of].as_array().into_iter().flatten();
            for part in parts.filter(|part| part["type"] != "null") {
                open = false;
                self.read(document, part, at);
            }
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            open = false;
            self.read(document, member, &format!("{at}/{name}"));
        }
        if schema["items"].is_object() {
            self.read(document, &schema["items"], &format!("{at}/0"));
        }
        let is_object = match &schema["type"] {
            Value::Array(all) => all.contains(&json!("object")),
            one => one == "object" || one.is_null(),
        };
        if open && is_object && !at.is_empty() && schema["additionalProperties"] != false {
            self.free.push(at.to_owned());
        }
    }
}

/// The conditions on ids that a list takes: each field with the prefix of its ids.
pub(super) fn filters(document: &Value, operation: &Operation) -> Vec<(String, String)> {
    let in_query = operation.parameters().filter(|one| one["in"] == "query");
    in_query
        .filter_map(|one| {
            Some((
                one["name"].as_str()?.to_owned(),
                prefix(document, &one["schema"])?,
            ))
        })
        .collect()
}

/// Whether a list takes the condition with an operator too: `owner[ne]`.
pub(super) fn has_operators(operation: &Operation, field: &str) -> bool {
    let named = |one: &&Value| one["name"] == field && one["in"] == "query";
    let said = operation
        .parameters()
        .find(named)
        .and_then(|one| one["description"].as_str());
    said.is_some_and(|said| said.contains(&format!("{field}[ne]")))
}

/// The fields that `expand` puts objects in.
pub(super) fn expandable(operation: &Operation) -> Vec<String> {
    let named = |one: &&Value| one["name"] == "expand" && one["in"] == "query";
    let fields = operation.parameters().find(named);
    let fields = fields.and_then(|one| one.pointer("/schema/items/enum")?.as_array());
    let fields = fields.into_iter().flatten().filter_map(Value::as_str);
    fields.map(str::to_owned).collect()
}
