//! `api.py`: a function for every operation, which makes the call that a client sends.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::{Writer, union};
use super::{Document, class_of, docstring, identifier, items, members, reference, text};

const HEAD: &str = r#"# Of api-spec/openapi.json; `cargo xtask clients` writes it.
"""Every operation of the API, as a call for `Client.send` and its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict

from . import models as m
from ._call import Call, ListCall, WriteCall

Scalar: TypeAlias = str | int | bool | date | datetime
"#;

/// What options say, or what a method of the client does.
const ELSEWHERE: &[&str] = &["cursor", "fields", "validate_only"];

/// The text of the module.
pub(in crate::clients) fn operations(document: &Document) -> String {
    let mut written = HEAD.to_owned() + &conditions(document);
    for (path, methods) in document.members("/paths") {
        for (method, operation) in members(methods) {
            let operation = Operation {
                document,
                path,
                method,
                operation,
            };
            written += &operation.written();
        }
    }
    written
}

/// One type for every condition: its operators are those of all.
fn conditions(document: &Document) -> String {
    let schemas = document.members("/components/schemas").iter();
    let operators: BTreeSet<&str> = schemas
        .filter(|(name, _)| name.ends_with("Condition"))
        .flat_map(|(_, schema)| members(&schema["properties"]).keys().map(String::as_str))
        .collect();
    let each: Vec<String> = operators
        .into_iter()
        .map(|operator| format!("\"{operator}\": Scalar"))
        .collect();
    format!(
        "Condition = TypedDict(\"Condition\", {{{}}}, total=False)\n\
         \"\"\"Operators of a filter: `amount={{\"gte\": \"1000\"}}`. Of `in` and `nin` the values are comma-separated.\"\"\"\n",
        each.join(", ")
    )
}

struct Operation<'a> {
    document: &'a Document,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

/// What a success holds.
#[derive(Default)]
struct Answer {
    kept: Vec<String>,
    /// What `validate_only` shows.
    validated: Vec<String>,
    /// Of a list: its rows.
    row: Option<String>,
}

/// What an operation is called with.
#[derive(Default)]
struct Parameters<'a> {
    /// Of the path.
    places: Vec<&'a str>,
    /// Arguments by name, those first that must be there.
    named: Vec<(bool, String)>,
    /// The members of the query.
    query: Vec<String>,
}

impl<'a> Operation<'a> {
    /// Nothing for files and streams, which have methods of the client.
    fn written(&self) -> String {
        let (Some(answer), Some((body, media))) = (self.answer(), self.body()) else {
            return String::new();
        };
        let parameters = self.parameters();
        let kind = self.kind(&answer);
        let mut values = self.values(&answer, &kind, &parameters);
        values.extend(media);
        let of = |name: &&str| format!("{}: str", identifier(name));
        let mut arguments: Vec<String> = parameters.places.iter().map(of).collect();
        arguments.extend(body.argument);
        if !parameters.named.is_empty() {
            arguments.push("*".to_owned());
            arguments.extend(parameters.named.into_iter().map(|(_, argument)| argument));
        }
        let (id, summary) = (
            text(self.operation, "operationId"),
            text(self.operation, "summary"),
        );
        let words = format!(
            "{}. {}",
            summary.trim_end_matches('.'),
            text(self.operation, "description")
        );
        let called = kind.split('[').next().unwrap_or_default();
        format!(
            "\n\n{}\n{}{}\n",
            wrapped(&format!("def {id}("), &arguments, &format!(") -> {kind}:"), ""),
            docstring(&words, "    "),
            wrapped(&format!("return {called}("), &values, ")", "    ")
        )
    }

    fn parameters(&self) -> Parameters<'a> {
        let mut found = Parameters::default();
        for parameter in items(&self.operation["parameters"]) {
            let parameter = self.document.resolved(parameter);
            let name = text(parameter, "name");
            match text(parameter, "in") {
                "path" => found.places.push(name),
                "query" if !ELSEWHERE.contains(&name) => {
                    let needed = parameter["required"] == Value::Bool(true);
                    let mut argument = identifier(name);
                    if found.places.contains(&name) {
                        argument.push('_');
                    }
                    found.query.push(format!("\"{name}\": {argument}"));
                    let argument = parameter_of(&argument, self.schema(parameter), needed);
                    found.named.push((needed, argument));
                }
                _ => {}
            }
        }
        found.named.sort_by_key(|(needed, _)| !needed);
        found
    }

    /// A parameter's schema; what a filter takes may be said elsewhere.
    fn schema(&self, parameter: &'a Value) -> &'a Value {
        let schema = &parameter["schema"];
        let elsewhere = reference(schema).is_some_and(|name| name.ends_with("Filter"));
        if elsewhere {
            self.document.resolved(schema)
        } else {
            schema
        }
    }

    /// What the call is made of.
    fn values(&self, answer: &Answer, kind: &str, parameters: &Parameters<'_>) -> Vec<String> {
        let mut values = vec![
            format!("\"{}\"", self.method.to_uppercase()),
            format!("\"{}\"", self.path),
            format!("answer={}", union(answer.kept.clone())),
        ];
        if kind.starts_with("Write") {
            values.push(format!("validated={}", union(answer.validated_or_kept())));
        }
        if !parameters.places.is_empty() {
            let of = |name: &&str| format!("\"{name}\": {}", identifier(name));
            let each: Vec<String> = parameters.places.iter().map(of).collect();
            values.push(format!("path_values={{{}}}", each.join(", ")));
        }
        if !parameters.query.is_empty() {
            let query = wrapped("query={", &parameters.query, "}", "        ");
            values.push(query.trim_start().to_owned());
        }
        values
    }

    fn kind(&self, answer: &Answer) -> String {
        let kept = union(answer.kept.clone());
        match &answer.row {
            Some(row) => format!("ListCall[{kept}, {row}]"),
            None if self.rehearsable() => {
                format!("WriteCall[{kept}, {}]", union(answer.validated_or_kept()))
            }
            None => format!("Call[{kept}]"),
        }
    }

    fn rehearsable(&self) -> bool {
        let mut parameters = items(&self.operation["parameters"]).iter();
        parameters.any(|one| text(self.document.resolved(one), "name") == "validate_only")
    }

    /// Nothing for bytes and streams.
    fn answer(&self) -> Option<Answer> {
        let mut answer = Answer::default();
        for (status, response) in members(&self.operation["responses"]) {
            if !status.starts_with('2') {
                continue;
            }
            let content = members(&self.document.resolved(response)["content"]);
            let Some((media, of)) = content.iter().next() else {
                answer.kept.push("None".to_owned());
                continue;
            };
            match media.as_str() {
                "*/*" | "text/event-stream" => return None,
                "application/json" => self.add(&mut answer, &of["schema"]),
                _ => answer.kept.push("str".to_owned()),
            }
        }
        Some(answer)
    }

    fn add(&self, answer: &mut Answer, schema: &Value) {
        for one in alternatives(schema) {
            let of = Writer::new("m.").type_of(one, "");
            let validated = reference(one).is_some_and(|name| name.contains("/Validated_"));
            if validated {
                answer.validated.push(of);
                continue;
            }
            answer.kept.push(of);
            let properties = &self.document.resolved(one)["properties"];
            if properties["has_more"].is_object() {
                let row = properties.pointer("/data/items");
                answer.row = row.map(|row| Writer::new("m.").type_of(row, ""));
            }
        }
    }

    /// The body's argument and how it is handed on; nothing for uploads.
    fn body(&self) -> Option<(Body, Option<String>)> {
        let body = self.document.resolved(&self.operation["requestBody"]);
        let needed = body["required"] == Value::Bool(true);
        let Some((media, of)) = members(&body["content"]).iter().next() else {
            return Some((Body::default(), None));
        };
        match (media.as_str(), reference(&of["schema"])) {
            ("multipart/form-data", _) => None,
            ("application/yaml", _) => {
                let argument = Some("text: str".to_owned());
                Some((Body { argument }, Some("body=text".to_owned())))
            }
            (_, Some(name)) if name.ends_with("/Nothing") => {
                Some((Body::default(), Some("body={}".to_owned())))
            }
            (_, name) => {
                let class = name
                    .map(|name| format!("m.{} | ", class_of(name)))
                    .unwrap_or_default();
                let absent = if needed { "" } else { " = {}" };
                let argument = Some(format!("body: {class}Mapping[str, Any]{absent}"));
                Some((Body { argument }, Some("body=body".to_owned())))
            }
        }
    }
}

/// An argument for a parameter of the query.
fn parameter_of(identifier: &str, schema: &Value, needed: bool) -> String {
    // A value, or a condition on it.
    let filtered = schema["anyOf"].is_array();
    let of = alternatives(schema).first().unwrap_or(schema);
    let of = match &of["items"] {
        Value::Null => Writer::new("m.").type_of(of, ""),
        of => format!("Sequence[{}]", Writer::new("m.").type_of(of, "")),
    };
    let condition = if filtered { " | Condition" } else { "" };
    if needed {
        format!("{identifier}: {of}{condition}")
    } else {
        format!("{identifier}: {of}{condition} | None = None")
    }
}

/// What a value may be: one of several, or what it is.
fn alternatives(schema: &Value) -> &[Value] {
    let several = [&schema["oneOf"], &schema["anyOf"]];
    let several = several.into_iter().find(|several| several.is_array());
    several.map_or(std::slice::from_ref(schema), items)
}

/// On one line, or on one for each item.
fn wrapped(open: &str, each: &[String], close: &str, indent: &str) -> String {
    const LINE_MAX: usize = 116;
    let line = format!("{indent}{open}{}{close}", each.join(", "));
    if line.len() <= LINE_MAX {
        return line;
    }
    let each: Vec<String> = each.iter().map(|one| format!("{indent}    {one},\n")).collect();
    format!("{indent}{open}\n{}{indent}{close}", each.concat())
}

#[derive(Default)]
struct Body {
    argument: Option<String>,
}

impl Answer {
    fn validated_or_kept(&self) -> Vec<String> {
        if self.validated.is_empty() {
            self.kept.clone()
        } else {
            self.validated.clone()
        }
    }
}
