//! Sending an event over HTTP.

use actix_web::post;
use countersign_kernel::id::{EventId, TypedId as _};
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Body, Ctx, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Send, faults};

const WRITE: &str = "platform:events:write";

/// Something that happened in another system.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"type": "custom.payment.handled", "data": {"request": "req_01jq3k8v2e9w7rz5t4m6n8p0ab", "paid_on": "2026-03-04"}}))]
struct NewEvent {
    /// `custom.` and one to five words of its own: `custom.payment.handled`.
    #[schema(max_length = 100)]
    r#type: String,
    /// What it says, in at most 64 KiB: readers find it under `data.event`.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// What was said.
#[derive(Serialize, ToSchema)]
struct SentEvent {
    #[schema(example = "event")]
    object: &'static str,
    id: EventId,
    #[schema(example = "custom.payment.handled")]
    r#type: String,
    time: Instant,
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Send an event of another system: the log, streams, webhooks and NATS carry it, and requests whose workflow waits for it go on.
/// Only admins read it, and what they set up. For admins and their keys, with the scope `platform:events:write`.
#[utoipa::path(tag = "events", request_body = NewEvent, security(("bearer" = [WRITE])), extensions(("x-roles" = json!(["admin"]))), responses((status = 201, description = "It is in the log.", body = SentEvent)))]
#[post("/v1/events")]
pub(in crate::log) async fn send_event(ctx: Ctx, Body(new): Body<NewEvent>) -> Result<Answer, Problem> {
    let faults = faults(&new.r#type, &new.data);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let change = ctx.change();
    let (id, time) = (EventId::mint(&*ctx.world.entropy, change.at), change.at);
    let view = SentEvent {
        object: "event",
        id,
        r#type: new.r#type.clone(),
        time,
        data: new.data.clone(),
    };
    let send = Send {
        id,
        kind: new.r#type,
        data: new.data,
        change,
    };
    ctx.write(send, move |()| {
        Answer::json(&view).created(&format!("/v1/events/{id}"))
    })
    .await
}
