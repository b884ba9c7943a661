//! How Python writes the type of a schema.

use serde_json::Value;

use super::{class_of, items, literal, members, reference, text};

/// An object that stands inside of another and needs a class of its own.
pub(super) struct Inner {
    pub(super) class: String,
    pub(super) schema: Value,
}

/// Writes types; gathers the objects that have no name yet, to be named after where they stand.
pub(super) struct Writer {
    /// Before the names of classes of another module: `m.`
    pub(super) prefix: &'static str,
    pub(super) inner: Vec<Inner>,
}

impl Writer {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            inner: Vec::new(),
        }
    }

    /// The type; `place` names the class of an object without a name.
    pub(super) fn type_of(&mut self, schema: &Value, place: &str) -> String {
        if let Some(name) = reference(schema) {
            return format!("{}{}", self.prefix, class_of(name));
        }
        let choices = [&schema["oneOf"], &schema["anyOf"]];
        if let Some(choices) = choices.into_iter().find(|choices| choices.is_array()) {
            let types = items(choices).iter().map(|one| self.type_of(one, place));
            return union(types.collect());
        }
        if let Some(value) = schema.get("const") {
            return format!("Literal[{}]", literal(value));
        }
        match &schema["type"] {
            Value::Array(several) => union(
                several
                    .iter()
                    .map(|one| self.simple(one.as_str().unwrap_or_default(), schema, place))
                    .collect(),
            ),
            one => self.simple(one.as_str().unwrap_or_default(), schema, place),
        }
    }

    fn simple(&mut self, kind: &str, schema: &Value, place: &str) -> String {
        match kind {
            "null" => "None".to_owned(),
            "string" => self.string(schema),
            "integer" => "int".to_owned(),
            "number" => "float".to_owned(),
            "boolean" => "bool".to_owned(),
            "array" => format!("list[{}]", self.type_of(&schema["items"], place)),
            "object" => self.object(schema, place),
            _ => "Any".to_owned(),
        }
    }

    fn string(&self, schema: &Value) -> String {
        let words: Vec<String> = items(&schema["enum"])
            .iter()
            .filter(|word| !word.is_null())
            .map(literal)
            .collect();
        match text(schema, "format") {
            _ if !words.is_empty() && self.prefix.is_empty() => {
                format!("Annotated[Literal[{}], OrNewer]", words.join(", "))
            }
            _ if !words.is_empty() => format!("Literal[{}]", words.join(", ")),
            "date-time" => "datetime".to_owned(),
            "date" => "date".to_owned(),
            _ => "str".to_owned(),
        }
    }

    fn object(&mut self, schema: &Value, place: &str) -> String {
        if !members(&schema["properties"]).is_empty() {
            self.inner.push(Inner {
                class: place.to_owned(),
                schema: schema.clone(),
            });
            return place.to_owned();
        }
        match &schema["additionalProperties"] {
            Value::Object(of) if !of.is_empty() => {
                format!(
                    "dict[str, {}]",
                    self.type_of(&schema["additionalProperties"], place)
                )
            }
            _ => "dict[str, Any]".to_owned(),
        }
    }
}

/// One of several types, each once and `None` last.
pub(super) fn union(types: Vec<String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for one in types {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once.sort_by_key(|one| one == "None");
    once.join(" | ")
}
