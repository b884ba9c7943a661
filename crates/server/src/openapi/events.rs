//! The events as webhooks of the document.

use std::collections::BTreeMap;

use countersign_events::schema::{data_schema, document_name, type_schema};
use countersign_kernel::catalogue::Catalogue;
use serde_json::{Map, Value, json};

use super::schemas::reference;
use super::shared::component;

/// Adds `webhooks`: each event is the shared envelope with its own type. What most events of an object carry alike stands
/// once.
pub(super) fn add(document: &mut Value, catalogue: &Catalogue) {
    let mut shared: BTreeMap<String, String> = BTreeMap::new();
    let mut webhooks = Map::new();
    for of in catalogue.public() {
        let full = data_schema(of);
        let things = full["properties"][of.object].clone();
        let next = format!("{}_event_{}", of.object, shared.len());
        let plain = format!("{}_event", of.object);
        let free = document["components"]["schemas"].get(&plain).is_none();
        let name = shared
            .entry(things.to_string())
            .or_insert_with(|| if free { plain } else { next })
            .clone();
        let mut data = json!({"object": {"const": of.object}, "id": full["properties"]["id"]});
        data[of.object] = things;
        let own = json!({"type": "object", "properties": {"data": {"type": "object", "properties": data}}});
        let shape = json!({
            "description": format!("An event about an object of the kind `{}`.", of.object),
            "allOf": [reference("Event"), own],
        });
        component(document, "schemas", &name, shape);
        let own = json!({"type": "object", "properties": {"type": type_schema(of)}});
        let event = json!({"allOf": [reference(&name), own]});
        webhooks.insert(
            of.name.to_owned(),
            json!({"post": {
                "operationId": document_name(of),
                "tags": ["webhooks"],
                "summary": of.about.trim_end_matches('.'),
                "description": format!("Scope: `{}`.", of.scope),
                "security": [],
                "requestBody": {"required": true, "content": {"application/json": {"schema": event}}},
                "responses": {"2XX": {"$ref": "#/components/responses/Received"}},
            }}),
        );
    }
    let received = json!({"description": "It was received. Who answers 410 is sent nothing more: the endpoint is disabled."});
    component(document, "responses", "Received", received);
    document["webhooks"] = Value::Object(webhooks);
}
