//! `/v1/webhooks`: endpoints over HTTP.

use std::sync::Arc;

use actix_web::{delete, get, patch, post};
use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::{EventId, TypedId as _, WebhookId};
use countersign_web::problem::Problem;
use countersign_web::{Answer, Body, Ctx, Expected, Id, Listed, Listing, Nothing, OptionalBody, Patch};

use super::change::{Act, Change};
use super::check::Check;
use super::service::{Asked, Create, Delete};
use super::shape::{NewWebhook, WebhookPatch, WebhookView};
use super::store;
use crate::Webhooks;
use crate::sign::Secret;

type Shared = actix_web::web::Data<Webhooks>;

/// The list of endpoints.
pub struct Endpoints;

impl Listed for Endpoints {
    const NOUN: Noun = NOUN;
}

const NOUN: Noun = Noun {
    object: "webhook",
    plural: "webhooks",
    fields: &[
        field("id", FilterType::Record("webhook"), "id", true),
        field(
            "status",
            FilterType::Choice(&["enabled", "disabled"]),
            "status",
            false,
        ),
        field("owner", FilterType::Person, "owner_id", false),
        field("created_at", FilterType::Instant, "created_at", true),
        field("updated_at", FilterType::Instant, "updated_at", true),
    ],
    expandable: &[("owner", "user")],
    default_sort: "-created_at",
};

pub(crate) const fn field(
    name: &'static str,
    of: FilterType,
    column: &'static str,
    sortable: bool,
) -> FilterField {
    FilterField {
        name,
        of,
        column,
        sortable,
        nullable: false,
        searched: false,
        written: false,
        relation: None,
    }
}

pub(crate) const READ: &str = "webhooks:read";
pub(crate) const WRITE: &str = "webhooks:write";

pub(crate) fn asked(ctx: &Ctx) -> Asked {
    let at = ctx.now();
    let event = EventId::mint(&*ctx.world.entropy, at);
    Asked::of(&ctx.caller, event, at, ctx.trace.clone())
}

/// The endpoint, if the caller may see it.
pub(crate) async fn visible(ctx: &Ctx, id: WebhookId) -> Result<store::Model, Problem> {
    let found = store::find(&*ctx.read().await?, ctx.tenant(), id).await?;
    let may = |endpoint: &store::Model| ctx.caller.is_admin() || endpoint.owner_id == ctx.caller.user;
    found.filter(may).ok_or_else(|| Problem::not_found("webhook"))
}

/// The endpoints that the caller may see: their own; an admin sees all. Scope `webhooks:read`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks", params(Listing<Endpoints>), security(("bearer" = [READ])),
    responses((status = 200, description = "A page of endpoints.", body = countersign_web::Page<WebhookView>)))]
#[get("/v1/webhooks")]
pub async fn list_webhooks(asked: Listing<Endpoints>) -> Result<Answer, Problem> {
    let owner = (!asked.caller.is_admin()).then_some(asked.caller.user);
    let rows = store::page(&*asked.read().await?, asked.tenant(), owner, &asked.list).await?;
    asked.page(rows.map(|endpoint| WebhookView::of(&endpoint))).await
}

/// One endpoint. Scope `webhooks:read`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), security(("bearer" = [READ])),
    responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[get("/v1/webhooks/{id}")]
pub async fn get_webhook(ctx: Ctx, id: Id<WebhookId>) -> Result<Answer, Problem> {
    let endpoint = visible(&ctx, *id).await?;
    ctx.show(&NOUN, &WebhookView::of(&endpoint), endpoint.version)
        .await
}

/// Make an endpoint; its secret is shown this once. It is sent at most what the session or key that makes it may read; a type or
/// area of which that is nothing is a 403 that names the scope. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks", request_body = NewWebhook, security(("bearer" = [WRITE])),
    responses((status = 201, description = "The endpoint, with its secret.", body = WebhookView)))]
#[post("/v1/webhooks")]
pub async fn create_webhook(
    ctx: Ctx,
    webhooks: Shared,
    Body(new): Body<NewWebhook>,
) -> Result<Answer, Problem> {
    let asked = asked(&ctx);
    let work = Create {
        id: WebhookId::mint(&*ctx.world.entropy, asked.at),
        wanted: new.wanted(),
        secret: new_secret(&ctx),
        check: check(&ctx, &webhooks).await?,
        asked,
    };
    ctx.write(work, |endpoint| {
        with_secret(endpoint).created(&format!("/v1/webhooks/{}", endpoint.id))
    })
    .await
}

async fn check(ctx: &Ctx, webhooks: &Webhooks) -> Result<Check, Problem> {
    Ok(Check {
        guard: webhooks.guard.clone(),
        reach: Arc::clone(&webhooks.reach),
        currency: ctx.world.auth.currency(ctx.tenant()).await?,
    })
}

fn new_secret(ctx: &Ctx) -> String {
    let mut bytes = [0; 32];
    ctx.world.entropy.fill(&mut bytes);
    Secret::new(bytes).reveal()
}

/// Change an endpoint. A key leaves it only the scopes that they share, and the endpoint lives no longer than that key. Scope
/// `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), request_body(content = WebhookPatch, content_type = "application/merge-patch+json"),
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[patch("/v1/webhooks/{id}")]
pub async fn update_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    Patch(patch): Patch<WebhookPatch>,
) -> Result<Answer, Problem> {
    let expected = ctx.expected_or_428()?;
    let act = Act::Edit(patch, check(&ctx, &webhooks).await?);
    change(&ctx, &webhooks, *id, expected, act, shown).await
}

async fn change(
    ctx: &Ctx,
    webhooks: &Webhooks,
    id: WebhookId,
    expected: Expected,
    act: Act,
    answer: fn(&store::Model) -> Answer,
) -> Result<Answer, Problem> {
    let work = Change {
        asked: asked(ctx),
        id,
        expected,
        act,
        reach: Arc::clone(&webhooks.reach),
        wake: webhooks.wake.clone(),
        breakers: Arc::clone(&webhooks.breakers),
    };
    ctx.write(work, answer).await
}

fn shown(endpoint: &store::Model) -> Answer {
    Answer::object(&WebhookView::of(endpoint), endpoint.version)
}

fn with_secret(endpoint: &store::Model) -> Answer {
    Answer::object(&WebhookView::with_secret(endpoint), endpoint.version).secret_fields(&["secret"])
}

/// A verb on an endpoint, under `If-Match` if the caller gave one.
async fn verb(
    ctx: &Ctx,
    webhooks: &Webhooks,
    id: WebhookId,
    act: Act,
    answer: fn(&store::Model) -> Answer,
) -> Result<Answer, Problem> {
    change(ctx, webhooks, id, ctx.expected()?, act, answer).await
}

/// Delete an endpoint with its deliveries. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), security(("bearer" = [WRITE])),
    responses((status = 204, description = "Gone.")))]
#[delete("/v1/webhooks/{id}")]
pub async fn delete_webhook(ctx: Ctx, id: Id<WebhookId>) -> Result<Answer, Problem> {
    let work = Delete {
        asked: asked(&ctx),
        id: *id,
        expected: ctx.expected_or_428()?,
    };
    ctx.write(work, |()| Answer::no_content()).await
}

/// Test an endpoint. Sends it a signed `webhooks.endpoint.tested`, which shows in its deliveries. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/test", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint; the test is on its way.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/test")]
pub async fn test_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    verb(&ctx, &webhooks, *id, Act::Test, shown).await
}

/// Enable a disabled endpoint; what was parked goes out, the oldest first. A key leaves it only the scopes that they share; in a
/// session it goes on without a key that is gone. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/enable", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/enable")]
pub async fn enable_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    verb(&ctx, &webhooks, *id, Act::Enable, shown).await
}

/// Disable an endpoint; its events wait. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/disable", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/disable")]
pub async fn disable_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    verb(&ctx, &webhooks, *id, Act::Disable, shown).await
}

/// Rotate an endpoint's secret. The new one is shown this once; the old one signs beside it for 24 hours, and at most five sign
/// at once. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/rotate-secret", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint, with its new secret.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/rotate-secret")]
pub async fn rotate_webhook_secret(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let secret = new_secret(&ctx);
    verb(&ctx, &webhooks, *id, Act::Rotate(secret), with_secret).await
}
