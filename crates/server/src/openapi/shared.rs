//! What several operations say alike stands in `components` and is referred to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::schemas::named;

/// Every operation: its path, its method, and itself.
pub(super) fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let methods = item.as_object_mut().into_iter().flatten();
        methods.map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Puts something into a part of `components`.
pub(super) fn component(document: &mut Value, part: &str, name: &str, value: Value) {
    document["components"][part][name] = value;
}

/// What has been seen so far: how often, and under which names it may stand in `components`.
type Uses = BTreeMap<String, (Value, Vec<String>, usize)>;

fn count(uses: &mut Uses, value: &Value, names: impl FnOnce() -> Vec<String>) {
    let known = uses.entry(value.to_string());
    known.or_insert_with(|| (value.clone(), names(), 0)).2 += 1;
}

/// Names what stands there several times, and puts it into this part of `components`; the names by what they stand for.
fn name(document: &mut Value, part: &str, uses: Uses) -> BTreeMap<String, Value> {
    let mut often: Vec<_> = uses.into_iter().filter(|(_, (_, _, count))| *count > 1).collect();
    often.sort_by_key(|(_, (_, _, count))| std::cmp::Reverse(*count));
    let mut references = BTreeMap::new();
    for (spelled, (value, names, _)) in often {
        let last = names.last().cloned().unwrap_or_default();
        let further = (2..).map(|number| format!("{last}.{number}"));
        let taken = &document["components"][part];
        let free = names
            .into_iter()
            .chain(further)
            .find(|name| taken.get(name).is_none());
        if let Some(name) = free {
            component(document, part, &name, value);
            references.insert(spelled, json!({"$ref": format!("#/components/{part}/{name}")}));
        }
    }
    references
}

/// Names that generators give to types, in small letters: some make a file of each schema and each parameter, and not every disk tells
/// `Status` from `status`.
fn types(document: &Value) -> BTreeSet<String> {
    let schemas = document["components"]["schemas"].as_object();
    let own = schemas.into_iter().flatten().map(|(name, _)| name.to_lowercase());
    let of_languages = ["boolean", "number", "object", "string", "symbol"].map(str::to_owned);
    own.chain(of_languages).collect()
}

/// Moves parameters that several operations have to `components.parameters`.
pub(super) fn parameters(document: &mut Value) {
    let mut uses = Uses::new();
    let types = types(document);
    for (_, _, operation) in operations(document) {
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let plain = parameter["name"].as_str().unwrap_or_default();
            let place = parameter["in"].as_str().unwrap_or_default();
            count(&mut uses, parameter, || {
                let first = if types.contains(&plain.to_lowercase()) {
                    format!("{place}.{plain}")
                } else {
                    plain.to_owned()
                };
                vec![first, format!("{tag}.{plain}")]
            });
        }
    }
    let references = name(document, "parameters", uses);
    for (_, _, operation) in operations(document) {
        let own = operation.get_mut("parameters").and_then(Value::as_array_mut);
        own.into_iter().flatten().for_each(|one| refer(one, &references));
    }
}

/// Moves bodies and answers that several operations have to `components`.
pub(super) fn contents(document: &mut Value) {
    let (mut bodies, mut answers) = (Uses::new(), Uses::new());
    for (_, _, operation) in operations(document) {
        if let Some(body) = operation.get("requestBody") {
            // Named apart from the shape that it shows: generators make a type of each.
            count(&mut bodies, body, || vec![format!("{}Request", shown(body))]);
        }
        for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
            if answer.get("$ref").is_none() {
                count(&mut answers, answer, || {
                    vec![shown(answer), format!("{}.{status}", shown(answer))]
                });
            }
        }
    }
    let bodies = name(document, "requestBodies", bodies);
    let answers = name(document, "responses", answers);
    for (_, _, operation) in operations(document) {
        operation
            .get_mut("requestBody")
            .into_iter()
            .for_each(|body| refer(body, &bodies));
        let own = operation.get_mut("responses").and_then(Value::as_object_mut);
        own.into_iter()
            .flat_map(Map::values_mut)
            .for_each(|one| refer(one, &answers));
    }
}

fn refer(value: &mut Value, references: &BTreeMap<String, Value>) {
    if let Some(reference) = references.get(&value.to_string()) {
        *value = reference.clone();
    }
}

/// What a body or answer shows, by its schema: `DealView`.
fn shown(value: &Value) -> String {
    let media = value["content"].as_object().and_then(|all| all.values().next());
    let schema = media.map(|media| media.pointer("/schema/anyOf/0").unwrap_or(&media["schema"]));
    let name = schema.and_then(named);
    name.unwrap_or(if media.is_some() { "Content" } else { "NoContent" })
        .to_owned()
}

/// Headers of answers, in words.
const HEADERS: [(&str, &str, &str); 7] = [
    (
        "ETag",
        "string",
        "The version of what is answered, for If-Match and If-None-Match.",
    ),
    ("Location", "string", "The path of the new object."),
    ("Retry-After", "integer", "Seconds until another try may succeed."),
    (
        "RateLimit",
        "string",
        "What is left of the limit, and until when.",
    ),
    ("RateLimit-Policy", "string", "The limit and its window."),
    ("WWW-Authenticate", "string", "How to say who calls."),
    (
        "X-Request-Id",
        "string",
        "The id of this call, as problems and the server's log name it.",
    ),
];

/// Names the headers of answers.
pub(super) fn headers(document: &mut Value) {
    for (name, kind, about) in HEADERS {
        let header = json!({"description": about, "schema": {"type": kind}});
        component(document, "headers", name, header);
    }
    let refer = |to: &mut Value, names: &[&str]| {
        for name in names {
            to["headers"][*name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
    };
    let shared = document["components"]["responses"].as_object_mut();
    for (name, response) in shared.into_iter().flatten() {
        match name.as_str() {
            "Problem" => refer(
                response,
                &[
                    "Retry-After",
                    "RateLimit",
                    "RateLimit-Policy",
                    "WWW-Authenticate",
                    "X-Request-Id",
                ],
            ),
            "Unauthorized" => refer(response, &["WWW-Authenticate", "X-Request-Id"]),
            "NotModified" => refer(response, &["ETag"]),
            "Received" => {}
            _ => refer(response, &["X-Request-Id"]),
        }
    }
    for (path, method, operation) in operations(document) {
        let one = method == "get" && path.ends_with('}');
        let Some(responses) = operation["responses"].as_object_mut() else {
            continue;
        };
        if let Some(created) = responses.get_mut("201") {
            refer(created, &["ETag", "Location"]);
        }
        if let Some(shown) = responses.get_mut("200").filter(|_| one) {
            refer(shown, &["ETag"]);
        }
    }
}
