//! The one envelope that events travel in: CloudEvents 1.0 in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::actor::Actor;
use crate::catalogue::Link;
use crate::id::{EventId, TenantId};
use crate::time::Instant;

/// CloudEvents 1.0 with our extensions, as log, stream, webhooks and NATS carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    pub specversion: String,
    pub id: EventId,
    /// The server's public address.
    pub source: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The object's id.
    pub subject: String,
    pub time: Instant,
    pub datacontenttype: String,
    /// Where the JSON Schema of `data` stands.
    pub dataschema: String,
    pub tenantid: TenantId,
    /// The place in the log, as a text.
    pub sequence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causationid: Option<EventId>,
    pub data: Data,
}

/// What happened to which object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// The kind of the object: `deal`.
    pub object: String,
    pub id: String,
    pub version: i64,
    /// Where to read it: `/v1/deals/deal_…`.
    pub url: String,
    pub actor: Actor,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_fields: Vec<String>,
    /// The changed fields as they were; full payloads only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Map<String, Value>>,
    #[serde(default)]
    pub links: Vec<Link>,
    /// The object's declared fields under its own name; full payloads only.
    #[serde(flatten)]
    pub thing: Map<String, Value>,
}
