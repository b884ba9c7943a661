//! The JSON Schema and an example of every event type, made from the catalogue alone: what the documents show is
//! what the envelope carries.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::envelope::{Data, Envelope};
use countersign_kernel::id::{self, EventId, TenantId, UserId};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::envelope::{path_of, schema_url};

/// The name of a type in documents, where dots and stars cannot stand: `crm_deal_won`, and `custom` for what other systems send.
pub fn document_name(of: &EventType) -> String {
    of.name.trim_end_matches(".*").replace('.', "_")
}

/// JSON Schema of `type` in an event of this type.
pub fn type_schema(of: &EventType) -> Value {
    match of.name.strip_suffix('*') {
        None => json!({"const": of.name}),
        Some(area) => json!({"type": "string", "pattern": format!("^{}", area.replace('.', "\\."))}),
    }
}

/// JSON Schema 2020-12 of `data` in an event of this type.
pub fn data_schema(of: &EventType) -> Value {
    let version = match of.within {
        None => "The object's version after the event.".to_owned(),
        Some(within) => format!(
            "The version of its {0} after the event, in the order of all events of the {0}.",
            within.kind
        ),
    };
    let mut properties = json!({
        "object": {"const": of.object},
        "id": record(of.object),
        "version": {"type": "integer", "minimum": 1, "description": version},
        "url": {"type": "string", "description": "Where to read the object, under the server's address."},
        "actor": {"type": "string", "description": "Who did it: a user's id, `automation:NAME` or `system`."},
        "changed_fields": {"type": "array", "items": {"type": "string"}},
        "previous": {"type": "object", "description": "The changed fields as they were; in full payloads only."},
        "links": {"type": "array", "items": {"type": "string"}, "description": "Ids of the records that it concerns."},
    });
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(of.object.to_owned(), thing(of.fields));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": of.name,
        "description": of.about,
        "type": "object",
        "properties": properties,
        "required": ["object", "id", "version", "url", "actor", "links"],
    })
}

/// JSON Schema of the whole envelope of this type.
pub fn envelope_schema(of: &EventType) -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "description": of.about,
        "properties": {
            "specversion": {"const": "1.0"}, "id": record("event"), "source": text, "type": type_schema(of),
            "subject": record(of.object), "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"}, "dataschema": text, "tenantid": record("tenant"),
            "sequence": {"type": "string", "pattern": "^[0-9]+$"}, "traceparent": text, "causationid": record("event"),
            "data": data_schema(of),
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "tenantid", "sequence", "data"],
    })
}

/// A full event of this type, with values that could be.
pub fn example(of: &EventType, public_url: &str) -> Envelope {
    let subject = id::show(of.object, SAMPLE);
    let fields: Map<String, Value> = of
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), sample(field)))
        .collect();
    let whole = of.within.map(|within| within.kind);
    let first = of.fields.first().map(|field| field.name);
    let changed: Vec<&str> = of
        .within
        .map_or_else(|| first.into_iter().collect(), |within| within.changed.to_vec());
    let changed_fields = changed.into_iter().map(str::to_owned).collect();
    let mut data = Data {
        object: of.object.to_owned(),
        id: subject.clone(),
        version: 3,
        url: format!("{}/{subject}", path_of(of.object)),
        actor: Actor::User(UserId(SAMPLE)),
        changed_fields,
        previous: Some(Map::new()),
        links: whole
            .into_iter()
            .chain([of.object])
            .map(|kind| Link::new(kind, SAMPLE))
            .collect(),
        thing: Map::new(),
    };
    data.thing.insert(of.object.to_owned(), Value::Object(fields));
    Envelope {
        specversion: "1.0".to_owned(),
        id: EventId(SAMPLE),
        source: public_url.to_owned(),
        kind: of.name.to_owned(),
        subject,
        time: Instant::from_millis(1_772_442_000_000),
        datacontenttype: "application/json".to_owned(),
        dataschema: schema_url(public_url, of.name),
        tenantid: TenantId(SAMPLE),
        sequence: "42".to_owned(),
        traceparent: None,
        causationid: None,
        data,
    }
}

/// A UUIDv7 that stands in examples.
const SAMPLE: Uuid = Uuid::from_u128(0x019c_ad8f_0480_7abc_8def_0123_4567_89ab);

fn thing(fields: &[Field]) -> Value {
    if fields.is_empty() {
        return json!({"type": "object", "additionalProperties": true, "description": "In full payloads only; its members are not declared."});
    }
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.name.to_owned(), schema(field)))
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| !field.optional)
        .map(|field| field.name)
        .collect();
    json!({"type": "object", "properties": properties, "required": required, "description": "In full payloads only."})
}

fn schema(field: &Field) -> Value {
    let mut shape = shape(field.of);
    if let Some(shape) = shape.as_object_mut() {
        if let (true, Some(of)) = (
            field.optional,
            shape.get("type").and_then(Value::as_str).map(str::to_owned),
        ) {
            shape.insert("type".to_owned(), json!([of, "null"]));
        }
        shape.insert("description".to_owned(), field.about.into());
    }
    shape
}

fn shape(of: FieldType) -> Value {
    match of {
        FieldType::Text => json!({"type": "string"}),
        FieldType::Integer => json!({"type": "integer"}),
        FieldType::Decimal | FieldType::Percent => {
            json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"})
        }
        FieldType::Money => json!({
            "type": "object",
            "properties": {"amount": {"type": "string"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
            "required": ["amount", "currency"],
        }),
        FieldType::Date => json!({"type": "string", "format": "date"}),
        FieldType::Instant => json!({"type": "string", "format": "date-time"}),
        FieldType::YesNo => json!({"type": "boolean"}),
        FieldType::Person => record("user"),
        FieldType::Record(kind) => record(kind),
        FieldType::Form => json!({"type": "object"}),
        FieldType::Json => json!({}),
    }
}

fn record(kind: &str) -> Value {
    let prefix = id::KINDS
        .iter()
        .find(|(_, known)| *known == kind)
        .map_or(kind, |(prefix, _)| *prefix);
    json!({"type": "string", "pattern": format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")})
}

fn sample(field: &Field) -> Value {
    match field.of {
        FieldType::Text => field.name.replace('_', " ").into(),
        FieldType::Integer => json!(12),
        FieldType::Decimal => json!("12.5"),
        FieldType::Percent => json!("60"),
        FieldType::Money => json!({"amount": "1800.00", "currency": "EUR"}),
        FieldType::Date => json!("2026-03-02"),
        FieldType::Instant => json!("2026-03-02T09:00:00.000Z"),
        FieldType::YesNo => json!(true),
        FieldType::Person => id::show("user", SAMPLE).into(),
        FieldType::Record(kind) => id::show(kind, SAMPLE).into(),
        FieldType::Form => json!({"purpose": "Taxi"}),
        FieldType::Json => json!({}),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    const WON: EventType = EventType {
        name: "crm.deal.won",
        object: "deal",
        within: None,
        about: "A deal was won.",
        public: true,
        fields: &[
            Field {
                name: "amount",
                of: FieldType::Money,
                optional: false,
                about: "What it is worth.",
            },
            Field {
                name: "account",
                of: FieldType::Record("account"),
                optional: true,
                about: "The customer.",
            },
        ],
        scope: "crm:deals:read",
    };

    #[test]
    fn the_schema_names_the_thing_and_what_it_must_hold() {
        let schema = data_schema(&WON);
        assert_eq!(schema["properties"]["deal"]["required"], json!(["amount"]));
        assert_eq!(
            schema["properties"]["deal"]["properties"]["account"]["type"],
            json!(["string", "null"])
        );
        assert_eq!(schema["properties"]["object"]["const"], "deal");
    }

    #[test]
    fn the_example_holds_every_declared_field() {
        let shown = serde_json::to_value(example(&WON, "http://localhost:8080")).unwrap_or_default();
        assert_eq!(shown["data"]["deal"]["amount"]["currency"], "EUR");
        assert!(
            shown["data"]["deal"]["account"]
                .as_str()
                .is_some_and(|id| id.starts_with("acct_"))
        );
        assert_eq!(
            shown["dataschema"],
            "http://localhost:8080/v1/event-types/crm.deal.won"
        );
    }
}
