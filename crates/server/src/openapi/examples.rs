//! Examples: a type's own, or one that is put together from those of its members. A test judges each by its schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas::named;
use super::shared::{component, operations};

/// References are followed so far; a type that holds itself ends there.
const DEPTH: usize = 8;

/// What texts say, by the name of the member, where the type says nothing.
const TEXTS: &[(&str, &str)] = &[
    (
        "access_token",
        "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
    ),
    ("actor", "user_01jc0000000000000000000000"),
    ("allowed", "comment"),
    ("automation", "contract-for-won-deal"),
    ("changed_fields", "amount"),
    ("code", "unknown-key"),
    ("comment", "Well done."),
    ("cost_center", "4711"),
    ("country", "DE"),
    ("currency", "EUR"),
    ("datacontenttype", "application/json"),
    ("description", "Time off, whole days or half ones."),
    ("domain", "borealis.example"),
    ("email", "ann@acme.example"),
    ("event_type", "crm.deal.won"),
    ("excerpt", "2 | titel: Leave"),
    ("field", "amount"),
    ("grade", "M2"),
    ("hint", "Did you mean `title`?"),
    ("links", "deal_01jc0000000000000000000000"),
    ("locale", "en"),
    ("lost_reason", "Too expensive."),
    ("message", "A workflow has no key `titel`."),
    ("name", "Borealis Shipping"),
    ("note", "Paid with the next salary."),
    ("number", "CON-2026-00042"),
    ("path", "/title"),
    ("phone", "+47 22 00 00 00"),
    ("possible", "comment"),
    ("proposed_by", "user_01jc0000000000000000000000"),
    ("prose", "The manager of the requester decides."),
    ("published_by", "user_01jc0000000000000000000000"),
    ("reason", "The customer signs in May."),
    ("refresh_token", "csr_3f9c0a"),
    ("request_id", "fd542581fe9765665e493b0f5441d410"),
    ("roles", "hr"),
    ("scopes", "crm:deals:read"),
    (
        "sha256",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
    ("slug", "acme"),
    ("source", "https://office.example.com"),
    ("status", "approved"),
    ("subject", "deal_01jc0000000000000000000000"),
    ("subject_name", "Borealis: 40 seats"),
    ("summary", "Contract for Borealis: 40 seats (1800.00 EUR)"),
    ("text", "Ada Adler created it"),
    ("title", "Contract"),
    ("type", "crm.deal.won"),
    ("url", "/v1/deals/deal_01jc0000000000000000000000"),
    ("user_agent", "Mozilla/5.0"),
    ("why", "Bo Berg, as manager of Ann Ames."),
    ("workflow", "contract"),
    ("zone", "Europe/Berlin"),
];

/// Members that are mostly empty, of what the other members tell.
const EMPTY: &[&str] = &[
    "cause",
    "causationid",
    "closed_at",
    "count",
    "count_capped",
    "decided_at",
    "decision",
    "deleted_at",
    "disabled_reason",
    "error",
    "findings",
    "first_bad",
    "lost_reason",
    "missing_key",
    "newer_seal",
    "next_cursor",
    "on_behalf_of",
    "retried_at",
    "settled_at",
    "settled_by",
];

/// Gives every schema that a body or an answer is made of an example.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let (mut wanted, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for (_, _, operation) in operations(document) {
        let bodies = operation.pointer("/requestBody/content").into_iter();
        let answers = operation["responses"]
            .as_object()
            .into_iter()
            .flat_map(Map::values);
        let contents = bodies.chain(answers.filter_map(|answer| answer.get("content")));
        for media in contents.filter_map(Value::as_object).flat_map(Map::values) {
            let first = media.pointer("/schema/anyOf/0").unwrap_or(&media["schema"]);
            wanted.extend(named(first).map(str::to_owned));
        }
        for media in answered(operation) {
            if let Some(name) = media.pointer("/schema/anyOf/0").and_then(named) {
                shared.insert(name.to_owned());
            }
        }
    }
    for name in &shared {
        let made = example(&schemas, &schemas[name], "", 0);
        component(document, "examples", name, json!({"value": made}));
    }
    for media in operations(document).flat_map(|(_, _, operation)| answered(operation)) {
        let first = media.pointer("/schema/anyOf/0").unwrap_or(&media["schema"]);
        if let Some(name) = named(first)
            .filter(|name| shared.contains(*name))
            .map(str::to_owned)
        {
            media["examples"][&name] = json!({"$ref": format!("#/components/examples/{name}")});
        }
    }
    for name in wanted.difference(&shared) {
        let mut made = example(&schemas, &schemas[name], "", 0);
        show_once(&mut made, &mut BTreeSet::new());
        document["components"]["schemas"][name]["examples"] = json!([made]);
    }
    listed(&mut document["components"]["schemas"]);
}

/// Of several lists of the same rows within an example, the first has one.
fn show_once(value: &mut Value, shown: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => {
            list.retain(|row| !row.is_object() || shown.insert(row.to_string()));
            for row in list {
                show_once(row, shown);
            }
        }
        Value::Object(members) => members.values_mut().for_each(|inner| show_once(inner, shown)),
        _ => {}
    }
}

/// Everything that an operation's own answers hold, by media type.
fn answered(operation: &mut Value) -> impl Iterator<Item = &mut Value> {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    let answers = responses.into_iter().flat_map(Map::values_mut);
    let contents = answers.filter_map(|answer| answer.get_mut("content")?.as_object_mut());
    contents.flat_map(Map::values_mut)
}

/// JSON Schema 2020-12 has a list of examples.
fn listed(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_schema = ["type", "oneOf", "allOf", "anyOf", "$ref", "properties"];
            let is_schema = is_schema.iter().any(|word| members.contains_key(*word));
            let own = members.get("example").filter(|_| is_schema).cloned();
            if let Some(own) = own.filter(|own| !own.is_object() || !own["type"].is_string()) {
                members.remove("example");
                members.entry("examples").or_insert_with(|| json!([own]));
            }
            let inner = members.iter_mut().filter(|(name, _)| *name != "examples");
            inner.for_each(|(_, inner)| listed(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(listed),
        _ => {}
    }
}

/// An example of a schema, which is that of a member of this name.
fn example(schemas: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let given = schema.get("example").or_else(|| schema.pointer("/examples/0"));
    let fixed = given
        .or_else(|| schema.get("const"))
        .or_else(|| schema.pointer("/enum/0"));
    if let Some(fixed) = fixed {
        return fixed.clone();
    }
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(to) = named(schema) {
        return example(schemas, &schemas[to], name, depth + 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| example(schemas, part, name, depth));
        let members = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    for word in ["oneOf", "anyOf"] {
        let parts = schema[word].as_array();
        if let Some(part) = parts.and_then(|parts| parts.iter().find(|part| part["type"] != "null")) {
            return example(schemas, part, name, depth);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").unwrap_or(&Value::Null),
        kind => kind,
    };
    match kind.as_str() {
        Some("object") => object(schemas, schema, depth),
        Some("array") => json!([example(schemas, &schema["items"], name, depth)]),
        Some("string") => text(schema, name).into(),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("boolean") => json!(["ok", "atomic"].contains(&name)),
        _ => Value::Null,
    }
}

fn object(schemas: &Value, schema: &Value, depth: usize) -> Value {
    let required = |name: &str| {
        let mut names = schema["required"].as_array().into_iter().flatten();
        names.any(|one| one == name)
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    let members = properties.filter_map(|(name, schema)| {
        if EMPTY.contains(&name.as_str()) && !required(name) {
            return allows_null(schema).then(|| (name.clone(), Value::Null));
        }
        let made = example(schemas, schema, name, depth);
        let untold = made.is_null() && !required(name);
        (!untold).then(|| (name.clone(), made))
    });
    Value::Object(members.collect())
}

fn allows_null(schema: &Value) -> bool {
    let kinds = schema["type"].as_array().into_iter().flatten();
    let parts = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| &part["type"]);
    kinds.chain(parts).any(|kind| kind == "null")
}

fn text(schema: &Value, name: &str) -> String {
    match schema["format"].as_str() {
        Some("date-time") => return "2026-03-02T09:00:00.000Z".to_owned(),
        Some("date") => return "2026-03-02".to_owned(),
        Some("uuid") => return "019cad8f-0480-7abc-8def-0123456789ab".to_owned(),
        Some("binary") => return String::new(),
        _ => {}
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let prefix = pattern
            .strip_prefix('^')
            .and_then(|rest| rest.split_once("_[0-7]"));
        return match prefix {
            Some((prefix, _)) => format!("{prefix}_01jc0000000000000000000000"),
            None if pattern.contains("A-Z") => "EUR".to_owned(),
            None => "1800.00".to_owned(),
        };
    }
    let known = TEXTS.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| name.replace('_', " "), |(_, text)| (*text).to_owned())
}
