//! The types of event, as they are shown.

use countersign_events::schema;
use countersign_kernel::catalogue::EventType;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A type of event.
#[derive(Serialize, ToSchema)]
#[schema(as = EventType)]
pub(super) struct View {
    #[schema(example = "event_type")]
    object: &'static str,
    /// `area.thing.happened`.
    #[schema(example = "crm.deal.won")]
    name: &'static str,
    #[schema(example = "A deal was won.")]
    about: &'static str,
    /// The member of `data` that holds the object's fields, in full payloads.
    #[schema(example = "deal")]
    thing: &'static str,
    /// What a key needs to hear of it.
    #[schema(example = "crm:deals:read")]
    scope: &'static str,
    /// JSON Schema 2020-12 of `data`.
    schema: Value,
    /// A whole event, in full.
    example: Value,
}

impl View {
    pub(super) fn of(of: &EventType, public_url: &str) -> Self {
        Self {
            object: "event_type",
            name: of.name,
            about: of.about,
            thing: of.object,
            scope: of.scope,
            schema: schema::data_schema(of),
            example: serde_json::to_value(schema::example(of, public_url)).unwrap_or_default(),
        }
    }
}

/// An event, as log, stream, webhooks and NATS carry it: CloudEvents 1.0 in JSON.
#[derive(ToSchema)]
#[schema(as = Event)]
#[expect(dead_code, reason = "only its schema is read")]
pub(super) struct Event {
    #[schema(example = "1.0")]
    specversion: String,
    id: countersign_kernel::id::EventId,
    /// The server's public address.
    source: String,
    #[schema(example = "crm.deal.won")]
    r#type: String,
    /// The object's id.
    subject: String,
    time: countersign_kernel::time::Instant,
    #[schema(example = "application/json")]
    datacontenttype: String,
    /// Where the JSON Schema of `data` stands.
    dataschema: String,
    tenantid: countersign_kernel::id::TenantId,
    /// The place in the log.
    #[schema(example = "42")]
    sequence: String,
    #[schema(required = false, nullable = false)]
    traceparent: Option<String>,
    #[schema(required = false, nullable = false)]
    causationid: Option<countersign_kernel::id::EventId>,
    /// What happened to which object; the object's fields stand under its own name.
    data: EventData,
}

/// What happened to which object.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is read")]
pub(super) struct EventData {
    /// What kind of thing it is.
    #[schema(example = "deal")]
    object: String,
    id: String,
    version: i64,
    /// Where to read it.
    url: String,
    /// A user's id, `automation:NAME` or `system`.
    actor: String,
    #[schema(required = false)]
    changed_fields: Vec<String>,
    /// The changed fields as they were.
    #[schema(required = false, nullable = false, value_type = Object)]
    previous: Option<Value>,
    /// Ids of the records that it concerns.
    links: Vec<String>,
}
