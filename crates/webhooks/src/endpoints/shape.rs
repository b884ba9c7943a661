//! What an endpoint looks like over HTTP.

use countersign_kernel::actor::Scopes;
use countersign_kernel::id::{ApiKeyId, UserId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use countersign_web::closed_words;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::service::Wanted;
use super::{Payload, store};

closed_words!(
    /// Whether anything is sent to an endpoint.
    pub EndpointStatus: "enabled", "disabled"
);

/// A webhook endpoint.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookView {
    pub id: WebhookId,
    #[schema(example = "webhook")]
    pub object: &'static str,
    #[schema(example = "https://hooks.example.com/countersign")]
    pub url: String,
    #[schema(example = json!(["crm.deal.won", "oa.request.*"]))]
    pub event_types: Vec<String>,
    /// Only events whose fields pass: the long form of a filter.
    pub filter: Option<Value>,
    #[schema(value_type = PayloadWord)]
    pub payload: String,
    /// A record's events one by one, in order.
    pub ordered: bool,
    #[schema(value_type = EndpointStatus)]
    pub status: String,
    /// `key_revoked`, `key_expired`, `owner_disabled`, or what went wrong in words.
    pub disabled_reason: Option<String>,
    pub owner: UserId,
    /// What it may be sent, as of an API key; null: all that its owner sees.
    #[schema(example = json!(["crm:deals:read", "webhooks:write"]))]
    pub scopes: Option<Vec<String>>,
    /// The key that made it, or changed it last: it is disabled when that goes.
    pub key: Option<ApiKeyId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// `whsec_…`: shown when it is made or rotated, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl WebhookView {
    pub(super) fn of(endpoint: &store::Model) -> Self {
        Self {
            id: endpoint.id,
            object: "webhook",
            url: endpoint.url.clone(),
            event_types: endpoint.patterns(),
            filter: endpoint
                .filter
                .as_deref()
                .and_then(|filter| serde_json::from_str(filter).ok()),
            payload: endpoint.payload.clone(),
            ordered: endpoint.ordered,
            status: endpoint.status.clone(),
            disabled_reason: endpoint.disabled_reason.clone(),
            owner: endpoint.owner_id,
            scopes: match endpoint.scopes() {
                Scopes::All => None,
                Scopes::Some(held) => Some(held.into_iter().collect()),
            },
            key: endpoint.key_id,
            version: endpoint.version,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
            secret: None,
        }
    }

    pub(super) fn with_secret(endpoint: &store::Model) -> Self {
        Self {
            secret: Some(endpoint.secret.clone()),
            ..Self::of(endpoint)
        }
    }
}

/// A new endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"url": "https://hooks.example.com/countersign", "event_types": ["crm.deal.won"], "payload": "thin"}))]
pub struct NewWebhook {
    /// HTTPS, and no address of an inside network.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) url: String,
    /// Types, areas (`crm.deal.*`), or `*`.
    #[schema(min_items = 1, max_items = 100)]
    pub(super) event_types: Vec<String>,
    #[serde(default)]
    pub(super) filter: Option<Value>,
    #[serde(default)]
    #[schema(inline)]
    pub(super) payload: Option<PayloadWord>,
    #[serde(default)]
    pub(super) ordered: Option<bool>,
}

impl NewWebhook {
    pub(super) fn wanted(self) -> Wanted {
        Wanted {
            url: self.url,
            event_types: self.event_types,
            filter: self.filter,
            payload: self.payload.map(Payload::from).unwrap_or_default(),
            ordered: self.ordered.unwrap_or_default(),
        }
    }
}

/// What changes of an endpoint.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"event_types": ["crm.deal.*"], "payload": "full"}))]
pub struct WebhookPatch {
    pub(super) url: Member<String>,
    pub(super) event_types: Member<Vec<String>>,
    pub(super) filter: Member<Value>,
    pub(super) payload: Member<PayloadWord>,
    pub(super) ordered: Member<bool>,
}

/// `thin` or `full`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayloadWord {
    Thin,
    Full,
}

impl From<PayloadWord> for Payload {
    fn from(word: PayloadWord) -> Self {
        match word {
            PayloadWord::Thin => Self::Thin,
            PayloadWord::Full => Self::Full,
        }
    }
}
