//! `/v1/webhooks/{webhook}/deliveries`: what was sent, what the receiver said, and sending again.

use std::collections::HashMap;

use actix_web::{get, post};
use countersign_kernel::filter::{FilterType, Noun};
use countersign_kernel::id::{DeliveryId, EventId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use countersign_web::problem::Problem;
use countersign_web::{Answer, Body, Ctx, Id, Listed, Listing, Nothing, OptionalBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::service::{Redeliver, Replay};
use super::{Status, store};
use crate::Webhooks;
use crate::endpoints::http::{READ, WRITE, asked, field, visible};

type Shared = actix_web::web::Data<Webhooks>;

/// One try.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttemptView {
    pub at: Instant,
    pub status_code: Option<i64>,
    pub duration_ms: i64,
    /// Why it failed; `address_refused` if the guard stopped it.
    pub error: Option<String>,
    /// The receiver's headers, secrets removed.
    pub headers: Option<serde_json::Value>,
    /// The first 4 KiB of the receiver's answer.
    pub answer: Option<String>,
}

closed_words!(
    /// What became of a delivery.
    pub DeliveryStatus: "pending", "succeeded", "failed", "parked"
);

/// One event to one endpoint.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryView {
    pub id: DeliveryId,
    #[schema(example = "delivery")]
    pub object: &'static str,
    pub webhook: WebhookId,
    /// The event's id, which is also the `webhook-id`.
    pub event: EventId,
    pub event_type: String,
    #[schema(value_type = DeliveryStatus)]
    pub status: String,
    /// Why it is parked, or can never be sent.
    pub reason: Option<String>,
    pub attempts: Vec<AttemptView>,
    pub next_attempt_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl DeliveryView {
    fn of(delivery: store::Model, attempts: Vec<store::attempts::Model>) -> Self {
        let pending = delivery.status == Status::Pending.word();
        Self {
            id: delivery.id,
            object: "delivery",
            webhook: delivery.webhook_id,
            event: delivery.event_id,
            event_type: delivery.event_type,
            status: delivery.status,
            reason: delivery.reason,
            attempts: attempts.into_iter().map(attempt).collect(),
            next_attempt_at: delivery.due_at.filter(|_| pending),
            version: delivery.version,
            created_at: delivery.created_at,
            updated_at: delivery.updated_at,
        }
    }
}

fn attempt(row: store::attempts::Model) -> AttemptView {
    AttemptView {
        at: row.at,
        status_code: row.status_code,
        duration_ms: row.duration_ms,
        error: row.error,
        headers: row
            .headers
            .and_then(|headers| serde_json::from_str(&headers).ok()),
        answer: row.answer,
    }
}

/// The list of an endpoint's deliveries.
pub struct Deliveries;

impl Listed for Deliveries {
    const NOUN: Noun = Noun {
        object: "delivery",
        plural: "deliveries",
        fields: &[
            field("id", FilterType::Record("delivery"), "id", true),
            field(
                "status",
                FilterType::Choice(&["pending", "succeeded", "failed", "parked"]),
                "status",
                false,
            ),
            field("event_type", FilterType::Text, "event_type", false),
            field("event", FilterType::Record("event"), "event_id", false),
            field("created_at", FilterType::Instant, "created_at", true),
            field("updated_at", FilterType::Instant, "updated_at", false),
        ],
        expandable: &[],
        default_sort: "-created_at",
    };
}

/// List the deliveries of an endpoint. What was sent to it, newest first, with every attempt. Scope `webhooks:read`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{webhook}/deliveries", params(("webhook" = WebhookId, Path), Listing<Deliveries>),
    security(("bearer" = [READ])),
    responses((status = 200, description = "A page of deliveries.", body = countersign_web::Page<DeliveryView>)))]
#[get("/v1/webhooks/{webhook}/deliveries")]
pub async fn list_webhook_deliveries(
    listing: Listing<Deliveries>,
    path: actix_web::web::Path<String>,
) -> Result<Answer, Problem> {
    let webhook = countersign_web::id::<WebhookId>(&path)?;
    let endpoint = visible(&listing, webhook).await?;
    let reader = listing.read().await?;
    let rows = store::page(&reader, listing.tenant(), endpoint.id, &listing.list).await?;
    let ids: Vec<DeliveryId> = rows.rows.iter().map(|row| row.id).collect();
    let mut attempts: HashMap<DeliveryId, Vec<store::attempts::Model>> = HashMap::new();
    for row in store::attempts_of(&reader, listing.tenant(), &ids).await? {
        attempts.entry(row.delivery_id).or_default().push(row);
    }
    drop(reader);
    let rows = rows.map(|row| {
        let tried = attempts.remove(&row.id).unwrap_or_default();
        DeliveryView::of(row, tried)
    });
    listing.page(rows).await
}

/// Redeliver one delivery. Under the same `webhook-id`. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    params(("webhook" = WebhookId, Path), ("delivery" = DeliveryId, Path)), request_body = Option<Nothing>, security(("bearer" = [WRITE])),
    responses((status = 200, description = "The delivery; it is on its way.", body = DeliveryView)))]
#[post("/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver")]
pub async fn redeliver_webhook_delivery(
    ctx: Ctx,
    webhooks: Shared,
    path: actix_web::web::Path<(String, String)>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let (webhook, delivery) = path.into_inner();
    let (webhook, delivery) = (
        countersign_web::id::<WebhookId>(&webhook)?,
        countersign_web::id::<DeliveryId>(&delivery)?,
    );
    let work = Redeliver {
        asked: asked(&ctx),
        webhook,
        delivery,
        expected: ctx.expected()?,
        wake: webhooks.wake.clone(),
    };
    ctx.write(work, |(delivery, attempts)| {
        let view = DeliveryView::of(delivery.clone(), attempts.clone());
        Answer::object(&view, delivery.version)
    })
    .await
}

/// Which deliveries go out again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"since": "2026-11-20T00:00:00.000Z", "status": "failed"}))]
pub struct ReplayBody {
    since: Instant,
    #[serde(default)]
    until: Option<Instant>,
    /// Only these types.
    #[serde(default)]
    #[schema(max_items = 100)]
    event_types: Option<Vec<String>>,
    /// Only those that are so now.
    #[serde(default)]
    #[schema(inline)]
    status: Option<StatusWord>,
}

/// What a delivery is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusWord {
    Pending,
    Succeeded,
    Failed,
    Parked,
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Pending => Self::Pending,
            StatusWord::Succeeded => Self::Succeeded,
            StatusWord::Failed => Self::Failed,
            StatusWord::Parked => Self::Parked,
        }
    }
}

/// How many go out again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Replayed {
    #[schema(example = "replay")]
    pub object: &'static str,
    pub deliveries: u64,
}

/// Replay deliveries of a time. By type or outcome, under unchanged ids. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/replay", params(("id" = WebhookId, Path)), request_body = ReplayBody,
    security(("bearer" = [WRITE])), responses((status = 200, description = "How many go out again.", body = Replayed)))]
#[post("/v1/webhooks/{id}/replay")]
pub async fn replay_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    Body(body): Body<ReplayBody>,
) -> Result<Answer, Problem> {
    let work = Replay {
        asked: asked(&ctx),
        webhook: *id,
        since: body.since,
        until: body.until,
        event_types: body.event_types.unwrap_or_default(),
        status: body.status.map(Status::from),
        wake: webhooks.wake.clone(),
    };
    ctx.write(work, |deliveries| {
        Answer::json(&Replayed {
            object: "replay",
            deliveries: *deliveries,
        })
    })
    .await
}
