//! The client for Python: pydantic models of every schema, and a function for every operation.

use std::sync::LazyLock;

use serde_json::{Map, Value};

mod models;
mod operations;
mod schema;

pub(super) const MODELS: &str = "clients/python/src/countersign/models.py";
pub(super) const OPERATIONS: &str = "clients/python/src/countersign/api.py";

pub(super) use models::models;
pub(super) use operations::operations;

/// The API's document, with what is referred to.
pub(super) struct Document(Value);

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

impl Document {
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        Ok(Self(serde_json::from_str(text)?))
    }

    /// The members of an object of the document; none where there is none.
    fn members(&self, pointer: &str) -> &Map<String, Value> {
        members(self.0.pointer(pointer).unwrap_or(&Value::Null))
    }

    /// What a `$ref` stands for, else the value itself.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let found = reference(value).and_then(|at| self.0.pointer(at.trim_start_matches('#')));
        found.unwrap_or(value)
    }
}

fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or(&NOTHING)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn reference(value: &Value) -> Option<&str> {
    value["$ref"].as_str()
}

/// The class of a schema: `Page_DealView` is `PageDealView`, `deal_event` is `DealEvent`.
fn class_of(name: &str) -> String {
    let parts = name
        .rsplit('/')
        .next()
        .unwrap_or(name)
        .split(|letter: char| !letter.is_alphanumeric());
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    parts.filter(|part| !part.is_empty()).map(capital).collect()
}

/// A name that Python and pydantic leave free.
fn identifier(name: &str) -> String {
    const TAKEN: &[&str] = &[
        "and", "as", "class", "copy", "def", "except", "from", "global", "if", "import", "in", "is", "json",
        "not", "or", "pass", "return", "schema", "with",
    ];
    let plain = name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    if TAKEN.contains(&name) { plain + "_" } else { plain }
}

/// A docstring on one line, indented.
fn docstring(words: &str, indent: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return String::new();
    }
    let words = words.replace('\\', "\\\\");
    let words = words
        .strip_suffix('"')
        .map_or(words.clone(), |start| format!("{start}\\\""));
    format!("{indent}\"\"\"{words}\"\"\"\n")
}

/// As Python writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}
