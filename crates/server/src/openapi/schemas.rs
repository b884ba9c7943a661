//! What the schemas say beyond their types: what is one of two things, what is free, and what a rehearsal leaves out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::shared::operations;

const SCHEMAS: &str = "#/components/schemas/";

/// The name that a schema refers to.
pub(super) fn named(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("{SCHEMAS}{name}")})
}

fn all(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// Says which ids of operations there are, as far as a caller is asked for.
pub(super) fn name_operations(document: &mut Value) {
    let with_caller =
        operations(document).filter(|(_, _, operation)| operation.pointer("/security/0/bearer").is_some());
    let ids: BTreeSet<String> = with_caller
        .filter_map(|(_, _, operation)| operation["operationId"].as_str().map(str::to_owned))
        .collect();
    if let Some(named) = all(document).and_then(|all| all.get_mut("OperationId")) {
        named["enum"] = json!(ids);
    }
}

/// Puts references in the places of copies: generic types bring their parts along.
pub(super) fn refer(document: &mut Value) {
    let Some(schemas) = all(document) else { return };
    let known: BTreeMap<String, String> = schemas
        .iter()
        .map(|(name, schema)| (schema.to_string(), name.clone()))
        .collect();
    for schema in schemas.values_mut() {
        within(schema, &mut |inner| {
            if inner.is_object()
                && let Some(name) = known.get(&inner.to_string())
            {
                *inner = reference(name);
            }
        });
    }
}

/// Members that every page has.
const OF_PAGES: [(&str, &str); 3] = [
    ("next_cursor", "NextCursor"),
    ("count", "RowCount"),
    ("count_capped", "RowCountCapped"),
];

/// Says once what pages say alike; one that says it otherwise keeps its own.
pub(super) fn pages(document: &mut Value) {
    let Some(schemas) = all(document) else { return };
    let mut named = Map::new();
    let usual = schemas.iter().filter(|(name, _)| name.starts_with("Page_"));
    for properties in usual.filter_map(|(_, page)| page.get("properties")) {
        for (member, name) in OF_PAGES {
            named.insert(name.to_owned(), properties[member].clone());
        }
    }
    for properties in schemas
        .values_mut()
        .filter_map(|schema| schema.get_mut("properties"))
    {
        for (member, name) in OF_PAGES {
            if let Some(own) = properties
                .get_mut(member)
                .filter(|own| named.get(name) == Some(own))
            {
                *own = reference(name);
            }
        }
    }
    schemas.extend(named);
}

/// Names the types of ids and closed words where they stand inside of others: null beside them, or other words about them.
pub(super) fn plain(document: &mut Value) {
    let Some(schemas) = all(document) else { return };
    let known: BTreeMap<String, (String, Value)> = schemas
        .iter()
        .filter_map(|(name, schema)| Some((key(schema)?, (name.clone(), schema["description"].clone()))))
        .collect();
    for (_, schema) in schemas.iter_mut().filter(|(_, schema)| key(schema).is_none()) {
        within(schema, &mut |inner| name_plain(inner, &known));
    }
}

/// What a text may be, of an id or of one of several words.
fn key(schema: &Value) -> Option<String> {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let of = pattern
        .filter(|pattern| pattern.contains("_[0-7]"))
        .map(Value::from);
    let of = of.or_else(|| schema.get("enum").cloned())?;
    is_type(schema, "string").then(|| of.to_string())
}

fn name_plain(schema: &mut Value, known: &BTreeMap<String, (String, Value)>) {
    let Some((name, about)) = key(schema).and_then(|key| known.get(&key)) else {
        return;
    };
    let same = schema["description"] == *about;
    // Other things may have the same words.
    if !same && schema.get("enum").is_some() {
        return;
    }
    let mut named = match &schema["type"] {
        Value::Array(_) => json!({"oneOf": [reference(name), {"type": "null"}]}),
        _ => reference(name),
    };
    for (word, said) in schema.as_object().into_iter().flatten() {
        let told = ["pattern", "enum", "type"].contains(&word.as_str()) || (word == "description" && same);
        if !told {
            named[word] = said.clone();
        }
    }
    *schema = named;
}

/// Visits everything inside of a value, the outer before the inner.
fn within(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    let mut one = |inner: &mut Value| {
        visit(inner);
        within(inner, visit);
    };
    match value {
        Value::Object(members) => members.values_mut().for_each(&mut one),
        Value::Array(list) => list.iter_mut().for_each(&mut one),
        _ => {}
    }
}

/// Says what is free, what is always the same word, which bodies may be absent, and what stands in paths.
pub(super) fn describe(document: &mut Value) {
    let known = document["components"]["schemas"].clone();
    for (path, _, operation) in operations(document) {
        let media = operation
            .pointer_mut("/requestBody/content")
            .and_then(Value::as_object_mut);
        for content in media.into_iter().flat_map(Map::values_mut) {
            let parts = content["schema"]["oneOf"].as_array();
            let present = parts.and_then(|parts| parts.iter().find(|part| part["type"] != "null").cloned());
            if let Some(present) = present {
                content["schema"] = present;
            }
        }
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters
            .into_iter()
            .flatten()
            .filter(|one| one["description"].is_null())
        {
            let about = named(&parameter["schema"]).map(|name| &known[name]["description"]);
            let name = parameter["name"].as_str().unwrap_or_default();
            parameter["description"] = match about {
                Some(Value::String(about)) => about.as_str().into(),
                _ => in_words(path, name).into(),
            };
        }
    }
    within(document, &mut |schema| {
        let free = is_type(schema, "object")
            && ["properties", "additionalProperties", "allOf"]
                .iter()
                .all(|word| schema.get(word).is_none());
        if free {
            schema["additionalProperties"] = Value::Bool(true);
        }
        if let Some(members) = schema
            .as_object_mut()
            .filter(|members| members.get("default") == Some(&Value::Null))
        {
            members.remove("default");
        }
        if let Some(members) = schema
            .as_object_mut()
            .filter(|members| members.get("required") == Some(&Value::Bool(false)))
        {
            members.remove("required");
        }
        // What may be anything may be null: null would be two of the alternatives.
        let is_any = |part: &Value| part.as_object().is_some_and(Map::is_empty);
        let parts = schema.get("oneOf").and_then(Value::as_array);
        if parts.is_some_and(|parts| parts.iter().any(is_any))
            && let Some(members) = schema.as_object_mut()
        {
            members.remove("oneOf");
        }
        if let Some(word) = schema.pointer("/properties/object").and_then(always) {
            schema["properties"]["object"] = json!({"type": "string", "const": word});
        }
    });
}

fn is_type(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        Some(one) => one == kind,
        None => false,
    }
}

/// The one word of an `object`: "Always `deal`.", or an example with nothing else said.
fn always(object: &Value) -> Option<String> {
    if object.get("type")? != "string" {
        return None;
    }
    let said = object.get("description").and_then(Value::as_str);
    let word = match said {
        Some(said) => said.strip_prefix("Always `")?.strip_suffix("`.")?,
        None => object.get("example")?.as_str()?,
    };
    Some(word.to_owned())
}

fn in_words(path: &str, name: &str) -> String {
    match name {
        "name" => {
            let many = path.split('/').nth(2).unwrap_or_default();
            format!("Which of the {}: its name.", many.replace('-', " "))
        }
        "link" if path.starts_with("/v1/leave/") => {
            "What stands behind `/v1/leave/calendar/` in a feed's link.".to_owned()
        }
        "link" => "What stands behind `/v1/downloads/` in a file's link.".to_owned(),
        "group_by" => "What the deals are grouped by.".to_owned(),
        other => format!("Which {}.", other.replace('_', " ")),
    }
}

/// A rehearsal (`validate_only`) shows an object without its id: such answers have a schema of their own, of which the
/// object's is the rest.
pub(super) fn rehearse(document: &mut Value) {
    let mut answers = Vec::new();
    for (path, method, operation) in operations(document) {
        let parameters = operation["parameters"].as_array();
        if parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "validate_only")) {
            let made = ["201", "202"]
                .iter()
                .any(|status| operation["responses"].get(*status).is_some());
            let creates = method == "post" && made;
            answers.push((path.to_owned(), method.to_owned(), creates));
        }
    }
    for (path, method, creates) in answers {
        let pointer = |status: &str| {
            let path = path.replace('/', "~1");
            format!("/paths/{path}/{method}/responses/{status}/content/application~1json/schema")
        };
        let shown = document
            .pointer(&pointer("200"))
            .and_then(named)
            .map(str::to_owned);
        let Some(schemas) = all(document) else { return };
        let Some((shown, less)) = shown.and_then(|shown| Some((shown.clone(), without_id(schemas, &shown)?)))
        else {
            continue;
        };
        if let Some(schema) = document.pointer_mut(&pointer("200")) {
            *schema = if creates {
                reference(&less)
            } else {
                json!({"anyOf": [reference(&shown), reference(&less)]})
            };
        }
    }
}

/// The name of the schema without the id, which is split off when it is first asked for.
fn without_id(schemas: &mut Map<String, Value>, name: &str) -> Option<String> {
    let less = format!("Validated_{name}");
    if schemas.contains_key(&less) {
        return Some(less);
    }
    let whole = schemas.get(name)?.clone();
    let mut rest = whole.clone();
    if let Some(parts) = rest.get_mut("allOf").and_then(Value::as_array_mut) {
        let inner = parts.iter().find_map(named).map(str::to_owned)?;
        let inner_less = without_id(schemas, &inner)?;
        for part in parts.iter_mut().filter(|part| named(part) == Some(&inner)) {
            *part = reference(&inner_less);
        }
        schemas.insert(less.clone(), rest);
        return Some(less);
    }
    let id = rest.get_mut("properties")?.as_object_mut()?.remove("id")?;
    if let Some(required) = rest.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != "id");
    }
    let about = rest.get("description").cloned().unwrap_or_default();
    rest["description"] = json!(format!(
        "{} Without its id, as `validate_only` shows it.",
        about.as_str().unwrap_or_default()
    ));
    let own = json!({"type": "object", "required": ["id"], "properties": {"id": id}});
    let whole = json!({"description": about, "allOf": [reference(&less), own]});
    schemas.insert(name.to_owned(), whole);
    schemas.insert(less.clone(), rest);
    Some(less)
}

/// Members that `expand` fills with objects: the id or the object.
pub(super) fn expand(document: &mut Value) {
    let (mut objects, mut wanted) = (BTreeMap::new(), Vec::new());
    for (path, method, operation) in operations(document) {
        let shown = operation.pointer("/responses/200/content/application~1json/schema");
        let Some(shown) = shown.and_then(named).filter(|_| method == "get") else {
            continue;
        };
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let own = path
            .ends_with("/{id}")
            .then(|| parameters.clone().find(|one| one["name"] == "id"));
        if let Some(id) = own.flatten().and_then(|one| named(&one["schema"])) {
            objects.insert(id.to_owned(), shown.to_owned());
        }
        let fields = parameters.find(|one| one["name"] == "expand");
        let fields = fields.and_then(|one| one.pointer("/schema/items/enum")?.as_array());
        for field in fields.into_iter().flatten().filter_map(Value::as_str) {
            wanted.push((shown.to_owned(), field.to_owned()));
        }
    }
    let Some(schemas) = all(document) else { return };
    for (shown, field) in wanted {
        let rows = schemas
            .get(&shown)
            .and_then(|page| named(page.pointer("/properties/data/items")?));
        let owner = rows.map_or(shown.clone(), str::to_owned);
        if let Some(property) = member(schemas, &owner, &field) {
            either(property, &objects);
        }
    }
}

/// The schema of a member, wherever of its parts it stands.
fn member<'a>(schemas: &'a mut Map<String, Value>, name: &str, field: &str) -> Option<&'a mut Value> {
    let schema = schemas.get(name)?;
    if schema["properties"].get(field).is_some() {
        return schemas.get_mut(name)?["properties"].get_mut(field);
    }
    let parts = schema["allOf"].as_array()?.iter().filter_map(named);
    let part = parts.map(str::to_owned).find(|part| {
        let properties = schemas.get(part).map(|part| &part["properties"]);
        properties.is_some_and(|properties| properties.get(field).is_some())
    })?;
    member(schemas, &part, field)
}

fn either(property: &mut Value, objects: &BTreeMap<String, String>) {
    if let Some(object) = named(property).and_then(|id| objects.get(id)) {
        let mut id = property.clone();
        let about = id.as_object_mut().and_then(|id| id.remove("description"));
        *property = json!({"oneOf": [id, reference(object)]});
        if let Some(about) = about {
            property["description"] = about;
        }
        return;
    }
    let parts = property.get_mut("oneOf").and_then(Value::as_array_mut);
    let Some(parts) = parts else { return };
    let object = parts
        .iter()
        .find_map(|part| objects.get(named(part)?))
        .map(|name| reference(name));
    if let Some(object) = object.filter(|object| !parts.contains(object)) {
        parts.push(object);
    }
}
