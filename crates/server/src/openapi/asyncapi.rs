//! Every event, as AsyncAPI.

use countersign_events::schema::document_name;
use countersign_kernel::catalogue::{Catalogue, EventType};
use serde_json::{Value, json};

/// `api-spec/asyncapi.json`: every public event, AsyncAPI 3.0.
pub(crate) fn asyncapi(catalogue: &Catalogue) -> Value {
    let mut channels = serde_json::Map::new();
    let mut operations = serde_json::Map::new();
    let mut messages = serde_json::Map::new();
    for of in catalogue.public() {
        let name = document_name(of);
        messages.insert(name.clone(), message(of));
        let at = json!({"$ref": format!("#/components/messages/{name}")});
        channels.insert(
            name.clone(),
            json!({"address": of.name, "messages": {"event": at}}),
        );
        let channel = json!({"$ref": format!("#/channels/{name}")});
        operations.insert(
            format!("send_{name}"),
            json!({"action": "send", "channel": channel, "summary": of.about}),
        );
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Countersign events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "CloudEvents 1.0 in JSON, the same in the log, the live stream, webhooks and NATS.",
            "license": {"name": "Apache-2.0"}
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages}
    })
}

fn message(of: &EventType) -> Value {
    json!({
        "name": of.name,
        "title": of.about,
        "contentType": "application/json",
        "payload": countersign_events::schema::envelope_schema(of),
    })
}
