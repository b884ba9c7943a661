//! `workflow.schema.json`: what an editor needs to complete and check a file as it is typed, made from the tables
//! of keys.

use serde_json::{Map, Value as Json, json};

use crate::keys::{
    ALL, AUTOMATION, CALENDAR, Holds, LEAVE_TYPES, STEPS, Status, TABLE, Table, WHO, WORKFLOW,
};
use crate::parse::{Node, Yaml};

/// The JSON Schema 2020-12 of every document of this version.
pub fn schema() -> Json {
    let mut defs: Map<String, Json> = ALL.iter().map(|table| (id(table), object(table))).collect();
    defs.insert(
        "steps".to_owned(),
        json!({"type": "array", "items": {"anyOf": STEPS.map(reference)}}),
    );
    defs.insert(
        "words".to_owned(),
        json!({
            "description": "A text that people read: one, or one for each language.",
            "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
        }),
    );
    defs.insert("some-who".to_owned(), json!({
        "anyOf": [{"enum": ["everyone", "requester"]}, reference(&WHO), {"type": "array", "items": {"anyOf": [{"enum": ["everyone", "requester"]}, reference(&WHO)]}}],
    }));
    let documents = [&WORKFLOW, &AUTOMATION, &CALENDAR, &TABLE, &LEAVE_TYPES].map(reference);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Countersign: workflows, automations, calendars, tables, leave types",
        "anyOf": documents,
        "$defs": defs,
    })
}

/// A file as a validator of this schema sees it, by YAML 1.2's core rules; `None` if it cannot be read.
pub fn plain(text: &str) -> Option<Json> {
    let parsed = crate::parse::parse(text);
    parsed
        .root
        .filter(|_| parsed.faults.is_empty())
        .map(|root| data(&root))
}

fn data(node: &Node) -> Json {
    match &node.yaml {
        Yaml::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), data(value)))
            .collect(),
        Yaml::List(items) => items.iter().map(data).collect(),
        Yaml::Broken => Json::Null,
        Yaml::Scalar(scalar) if scalar.is_null() => Json::Null,
        Yaml::Scalar(scalar) if !scalar.plain => json!(scalar.text),
        Yaml::Scalar(scalar) => match scalar.text.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            text => text
                .parse::<serde_json::Number>()
                .map_or_else(|_| json!(text), Json::Number),
        },
    }
}

fn id(table: &Table) -> String {
    table.name.replace(' ', "-")
}

fn reference(table: &Table) -> Json {
    json!({"$ref": format!("#/$defs/{}", id(table))})
}

fn object(table: &Table) -> Json {
    let now = || {
        table
            .keys
            .iter()
            .filter(|key| !matches!(key.status, Status::NotYet("")))
    };
    let properties: Map<String, Json> = now()
        .map(|key| {
            let mut shape = match key.status {
                Status::NotYet(unused) => json!({"enum": [unused]}),
                Status::Needed | Status::May => holds(&key.holds),
            };
            if let Some(map) = shape.as_object_mut() {
                map.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), shape)
        })
        .collect();
    let required: Vec<&str> = now()
        .filter(|key| key.status == Status::Needed)
        .map(|key| key.name)
        .collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn holds(holds_: &Holds) -> Json {
    match holds_ {
        Holds::Name => json!({"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"}),
        Holds::Text => json!({"type": ["string", "number"]}),
        Holds::Words => json!({"$ref": "#/$defs/words"}),
        Holds::Expression => json!({"type": ["string", "number", "boolean"]}),
        Holds::YesNoOr => json!({"type": ["boolean", "string"]}),
        Holds::Count => json!({"type": "integer", "minimum": 0}),
        Holds::Who => json!({"$ref": "#/$defs/some-who"}),
        Holds::Duration => {
            json!({"type": "string", "examples": ["2 working days", "4 working hours", "36 hours"]})
        }
        Holds::Steps => json!({"$ref": "#/$defs/steps"}),
        Holds::Word(words) => json!({"enum": words}),
        Holds::WordOr(words, table) => json!({"anyOf": [{"enum": words}, reference(table)]}),
        Holds::List(of) => json!({"anyOf": [{"type": "array", "items": holds(of)}, holds(of)]}),
        Holds::Named(of) => json!({"type": "object", "additionalProperties": nullable(of)}),
        Holds::Table(table) => reference(table),
        Holds::Anything => json!({}),
    }
}

/// A name in `people:` may stand alone.
fn nullable(of: &Holds) -> Json {
    match of {
        Holds::Table(table) if table.name == "person" => {
            json!({"anyOf": [{"type": "null"}, reference(table)]})
        }
        other => holds(other),
    }
}
