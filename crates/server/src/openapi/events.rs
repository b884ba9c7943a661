//! The events as webhooks of the document.

use std::collections::{BTreeMap, BTreeSet};

use countersign_events::schema::{data_schema, document_name, type_schema};
use countersign_kernel::catalogue::{CUSTOM, Catalogue, EventType};
use serde_json::{Map, Value, json};

use super::schemas::reference;
use super::shared::component;

/// What several types of event have alike: their object, what they carry of it, and which they are.
struct Alike<'a> {
    of: &'a EventType,
    things: Value,
    id: Value,
    types: Vec<&'a EventType>,
}

/// Adds `webhooks`: what the events of an object carry alike stands once, with their types.
pub(super) fn add(document: &mut Value, catalogue: &Catalogue) {
    let mut bodies: BTreeMap<String, Alike<'_>> = BTreeMap::new();
    let mut webhooks = Map::new();
    for of in catalogue.public() {
        let full = data_schema(of);
        let things = &full["properties"][of.object];
        let plain = format!("{}_event", of.object);
        let further = (2..).map(|number| format!("{plain}_{number}"));
        let mut names = std::iter::once(plain.clone()).chain(further);
        let fits = |name: &String| bodies.get(name).is_none_or(|known| known.things == *things);
        let Some(name) = names.find(fits) else { continue };
        let alike = bodies.entry(name.clone()).or_insert_with(|| Alike {
            of,
            things: things.clone(),
            id: full["properties"]["id"].clone(),
            types: Vec::new(),
        });
        alike.types.push(of);
        webhooks.insert(
            of.name.to_owned(),
            json!({"post": {
                "operationId": document_name(of),
                "tags": ["webhooks"],
                "summary": of.about.trim_end_matches('.'),
                "security": [],
                "requestBody": {"$ref": format!("#/components/requestBodies/{name}")},
                "responses": {"2XX": {"$ref": "#/components/responses/Received"}},
            }}),
        );
    }
    for (name, alike) in bodies {
        let content = json!({"application/json": {"schema": reference(&name)}});
        let body = json!({"required": true, "content": content});
        component(document, "requestBodies", &name, body);
        component(document, "schemas", &name, shape(&alike));
    }
    let received = json!({"description": "It was received. Who answers 410 is sent nothing more: the endpoint is disabled."});
    component(document, "responses", "Received", received);
    document["webhooks"] = Value::Object(webhooks);
}

fn shape(alike: &Alike<'_>) -> Value {
    let object = alike.of.object;
    let mut data = json!({"object": {"const": object}, "id": alike.id});
    data[object] = alike.things.clone();
    let names: Vec<&str> = alike.types.iter().map(|of| of.name).collect();
    // A list of one is what generators can join with the envelope's text, as they cannot a constant.
    let which = match alike.types.as_slice() {
        [only] if only.name == CUSTOM => type_schema(only),
        _ => json!({"type": "string", "enum": names}),
    };
    let data = json!({"type": "object", "properties": data});
    let own = json!({"type": "object", "properties": {"type": which, "data": data}});
    let scopes: BTreeSet<String> = alike.types.iter().map(|of| format!("`{}`", of.scope)).collect();
    let scopes = scopes.into_iter().collect::<Vec<_>>().join(", ");
    json!({
        "description": format!("An event about an object of the kind `{object}`. Scope: {scopes}."),
        "allOf": [reference("Event"), own],
    })
}
