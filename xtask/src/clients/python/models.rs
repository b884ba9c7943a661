//! `models.py`: a class for every object, an alias for everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::schema::{Inner, Writer};
use super::{Document, class_of, docstring, identifier, items, members, reference, text};

const HEAD: &str = r#"# Of api-spec/openapi.json; `cargo xtask clients` writes it.
"""What the API takes and answers, one class for each schema of its document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from ._model import Input, Model, OrNewer

"#;

/// The text of the module.
pub(in crate::clients) fn models(document: &Document) -> String {
    let mut made = Models {
        document,
        written: BTreeSet::new(),
        text: HEAD.to_owned(),
    };
    let schemas = document.members("/components/schemas");
    // Conditions stand in queries alone, where one type holds them all.
    let in_queries = |name: &str| name.ends_with("Condition") || name.ends_with("Filter");
    let named = || schemas.iter().filter(|(name, _)| !in_queries(name));
    for (name, schema) in named().filter(|(_, schema)| !is_object(schema)) {
        let of = Writer::new("").type_of(schema, &class_of(name));
        let _ = writeln!(made.text, "{}: TypeAlias = {of}", class_of(name));
        made.text += &docstring(text(schema, "description"), "");
    }
    for (name, schema) in named().filter(|(_, schema)| is_object(schema)) {
        made.class(&class_of(name), schema, None);
    }
    made.text + &event_types(document)
}

fn is_object(schema: &Value) -> bool {
    schema.get("allOf").is_some() || text(schema, "type") == "object"
}

struct Models<'a> {
    document: &'a Document,
    written: BTreeSet<String>,
    text: String,
}

/// The members of an object and those which must be there, with what it inherits.
#[derive(Default)]
struct Shape<'a> {
    properties: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
}

impl<'a> Models<'a> {
    fn schema(&self, class: &str) -> Option<&'a Value> {
        let schemas = self.document.members("/components/schemas");
        let found = schemas.iter().find(|(name, _)| class_of(name) == class);
        found.map(|(_, schema)| schema)
    }

    fn shape(&self, schema: &'a Value) -> Shape<'a> {
        let mut shape = Shape::default();
        for part in items(&schema["allOf"])
            .iter()
            .map(|part| self.document.resolved(part))
        {
            let inherited = self.shape(part);
            shape.properties.extend(inherited.properties);
            shape.required.extend(inherited.required);
        }
        let own = members(&schema["properties"]).iter();
        shape.properties.extend(own.map(|(name, of)| (name.as_str(), of)));
        shape
            .required
            .extend(items(&schema["required"]).iter().filter_map(Value::as_str));
        shape
    }

    /// A class, after that which it inherits from and before those that stand in it.
    fn class(&mut self, class: &str, schema: &Value, base: Option<&str>) {
        if !self.written.insert(class.to_owned()) {
            return;
        }
        let parts = items(&schema["allOf"]);
        let named = parts.iter().find_map(reference).map(class_of);
        let base = base.map(str::to_owned).or(named);
        let inherited = base.as_deref().and_then(|base| self.schema(base));
        if let (Some(base), Some(schema)) = (&base, inherited) {
            self.class(base, schema, None);
        }
        let inherited = inherited.map(|schema| self.shape(schema)).unwrap_or_default();
        let closed = schema["additionalProperties"] == Value::Bool(false);
        let root = if closed { "Input" } else { "Model" };
        let mut inner = Vec::new();
        let mut body = docstring(text(schema, "description"), "    ");
        for own in parts
            .iter()
            .filter(|part| reference(part).is_none())
            .chain([schema])
        {
            body += &fields(class, own, &inherited, &mut inner);
        }
        if body.is_empty() {
            body += "    pass\n";
        }
        let _ = write!(
            self.text,
            "\n\nclass {class}({}):\n{body}",
            base.as_deref().unwrap_or(root)
        );
        for Inner { class: inner, schema } in inner {
            let narrowed = inherited
                .properties
                .iter()
                .find(|(name, _)| inner == format!("{class}{}", class_of(name)));
            // What narrows an inherited member inherits from that member's class.
            let extended = narrowed.and_then(|(_, of)| reference(of)).map(class_of);
            self.class(&inner, &schema, extended.as_deref());
        }
    }
}

/// The members of a class; what stands in them without a name goes into `inner`.
fn fields(class: &str, schema: &Value, inherited: &Shape<'_>, inner: &mut Vec<Inner>) -> String {
    let mut written = String::new();
    let required: Vec<&str> = items(&schema["required"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let properties: &Map<String, Value> = members(&schema["properties"]);
    for (name, of) in properties {
        let mut writer = Writer::new("");
        let kind = writer.type_of(of, &format!("{class}{}", class_of(name)));
        inner.append(&mut writer.inner);
        let needed = required.contains(&name.as_str()) || inherited.required.contains(name.as_str());
        let kind = if needed || kind == "Any" || kind.ends_with("None") {
            kind
        } else {
            format!("{kind} | None")
        };
        let field = identifier(name);
        let default = match (needed, field == *name) {
            (true, true) => String::new(),
            (true, false) => format!(" = Field(alias=\"{name}\")"),
            (false, true) => " = None".to_owned(),
            (false, false) => format!(" = Field(default=None, alias=\"{name}\")"),
        };
        let _ = writeln!(written, "    {field}: {kind}{default}");
        written += &docstring(text(of, "description"), "    ");
    }
    written
}

/// Which class holds an event of which type.
fn event_types(document: &Document) -> String {
    let mut written = "\n\nEVENTS: dict[str, type[Event]] = {\n".to_owned();
    for (name, webhook) in document.members("/webhooks") {
        let body = webhook
            .pointer("/post/requestBody")
            .map(|body| document.resolved(body));
        let schema = body.and_then(|body| body.pointer("/content/application~1json/schema"));
        let class = schema.and_then(reference);
        let _ = writeln!(written, "    \"{name}\": {},", class_of(class.unwrap_or("Event")));
    }
    written
        + "}\n\"\"\"The class of an event of each type; a type that is newer than this file is an Event.\"\"\"\n"
}
