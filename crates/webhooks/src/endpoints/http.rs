//! `/v1/webhooks`: endpoints over HTTP.

use actix_web::{delete, get, patch, post};
use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::{EventId, TypedId as _, UserId, WebhookId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_web::problem::{Fault, Problem};
use countersign_web::{
    Answer, Body, Ctx, Expected, Id, Listed, Listing, Member, Nothing, OptionalBody, Patch,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::service::{Act, Asked, Change, Create, Delete, Refused, Wanted};
use super::{Payload, store, unknown_type};
use crate::Webhooks;
use crate::sign::Secret;

type Shared = actix_web::web::Data<Webhooks>;

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
    /// `thin` or `full`.
    pub payload: String,
    /// A record's events one by one, in order.
    pub ordered: bool,
    /// `enabled` or `disabled`.
    pub status: String,
    pub disabled_reason: Option<String>,
    pub owner: UserId,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// `whsec_…`: shown when it is made or rotated, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl WebhookView {
    fn of(endpoint: &store::Model) -> Self {
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
            version: endpoint.version,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
            secret: None,
        }
    }

    fn with_secret(endpoint: &store::Model) -> Self {
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
    url: String,
    /// Types, areas (`crm.deal.*`), or `*`.
    #[schema(min_items = 1, max_items = 100)]
    event_types: Vec<String>,
    #[serde(default)]
    filter: Option<Value>,
    #[serde(default)]
    #[schema(inline)]
    payload: Option<PayloadWord>,
    #[serde(default)]
    ordered: Option<bool>,
}

/// What changes of an endpoint.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"event_types": ["crm.deal.*"], "payload": "full"}))]
pub struct WebhookPatch {
    url: Member<String>,
    event_types: Member<Vec<String>>,
    filter: Member<Value>,
    payload: Member<PayloadWord>,
    ordered: Member<bool>,
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
        relation: None,
    }
}

pub(crate) const READ: &str = "webhooks:read";
pub(crate) const WRITE: &str = "webhooks:write";

pub(crate) fn asked(ctx: &Ctx) -> Asked {
    let at = ctx.now();
    Asked {
        tenant: ctx.tenant(),
        by: ctx.caller.user,
        admin: ctx.caller.is_admin(),
        at,
        trace: ctx.trace.clone(),
        event: EventId::mint(&*ctx.world.entropy, at),
    }
}

/// The endpoint, if the caller may see it.
pub(crate) async fn visible(ctx: &Ctx, id: WebhookId) -> Result<store::Model, Problem> {
    let found = store::find(&*ctx.read().await?, ctx.tenant(), id).await?;
    let may = |endpoint: &store::Model| ctx.caller.is_admin() || endpoint.owner_id == ctx.caller.user;
    found.filter(may).ok_or_else(|| Problem::not_found("webhook"))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::not_found("webhook"),
            Refused::Stale(current) => Self::version_moved(Some(current)),
            Refused::TooMany => Self::conflict(
                "too_many_webhooks",
                Words::fixed(
                    "A tenant has at most 100 endpoints: delete one that is not needed.",
                    "每个租户最多 100 个端点：请先删除不需要的端点。",
                ),
                "full",
                &[],
                None,
            ),
            Refused::Already(state) => Self::conflict(
                "already",
                Words::new(
                    format!("The endpoint is {state} already."),
                    format!("该端点已是 {state} 状态。"),
                ),
                state,
                &[if state == "enabled" { "disable" } else { "enable" }],
                None,
            ),
            Refused::Storage(error) => error.into(),
        }
    }
}

/// All that is wrong with what an endpoint shall be.
async fn check(ctx: &Ctx, webhooks: &Webhooks, wanted: &Wanted) -> Result<(), Problem> {
    let mut faults = Vec::new();
    match url::Url::parse(&wanted.url) {
        Ok(url) => faults.extend(
            webhooks
                .guard
                .judge_url(&url)
                .err()
                .map(|refused| url_fault(&refused)),
        ),
        Err(_) => faults.push(Fault::at(
            "/url",
            "malformed",
            Words::fixed(
                "This is no address, like https://hooks.example.com/x.",
                "这不是有效的网址，例如 https://hooks.example.com/x。",
            ),
        )),
    }
    for (place, pattern) in wanted.event_types.iter().enumerate() {
        if let Some(near) = unknown_type(pattern, &ctx.world.catalogue) {
            let (en, zh) = near.map_or_else(
                || {
                    (
                        " GET /v1/event-types lists them.".to_owned(),
                        "GET /v1/event-types 列出全部类型。".to_owned(),
                    )
                },
                |near| (format!(" Did you mean {near}?"), format!("是否想用 {near}？")),
            );
            let shown: String = pattern.chars().take(80).collect();
            let words = Words::new(
                format!("No event has the type {shown}.{en}"),
                format!("没有类型为 {shown} 的事件。{zh}"),
            );
            faults.push(Fault::at(
                format!("/event_types/{place}"),
                "unknown_event_type",
                words,
            ));
        }
    }
    if let Some(filter) = &wanted.filter
        && let Err(found) = webhooks.reach.read_filter(
            &wanted.event_types,
            filter,
            ctx.caller.user,
            tenant_currency(ctx).await?,
        )
    {
        faults.extend(found.into_iter().map(|fault| Fault::of_filter("/filter", fault)));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(faults))
    }
}

async fn tenant_currency(ctx: &Ctx) -> Result<Currency, Problem> {
    ctx.world.auth.currency(ctx.tenant()).await
}

fn url_fault(refused: &crate::egress::Refused) -> Fault {
    use crate::egress::Refused;
    let (code, words) = match refused {
        Refused::Address => (
            "address_refused",
            Words::fixed(
                "This address is not public; an operator may allow its range.",
                "该地址不是公网地址；运维人员可以放行该网段。",
            ),
        ),
        Refused::Scheme => (
            "not_https",
            Words::fixed("Only https is called.", "仅支持 https。"),
        ),
        Refused::Malformed => (
            "malformed",
            Words::fixed(
                "The address names no host, or it names a user.",
                "地址缺少主机名，或包含用户信息。",
            ),
        ),
    };
    Fault::at("/url", code, words)
}

/// The endpoints that the caller may see: their own; an admin sees all. Scope `webhooks:read`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks", params(Listing<Endpoints>), security(("bearer" = [READ])),
    responses((status = 200, description = "A page of endpoints.", body = countersign_web::Page<WebhookView>)))]
#[get("/v1/webhooks")]
pub async fn list_webhooks(asked: Listing<Endpoints>) -> Result<Answer, Problem> {
    asked.require(READ)?;
    let owner = (!asked.caller.is_admin()).then_some(asked.caller.user);
    let rows = store::page(&*asked.read().await?, asked.tenant(), owner, &asked.list).await?;
    asked.page(rows.map(|endpoint| WebhookView::of(&endpoint))).await
}

/// One endpoint. Scope `webhooks:read`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), security(("bearer" = [READ])),
    responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[get("/v1/webhooks/{id}")]
pub async fn get_webhook(ctx: Ctx, id: Id<WebhookId>) -> Result<Answer, Problem> {
    ctx.require(READ)?;
    let endpoint = visible(&ctx, *id).await?;
    ctx.show(&NOUN, &WebhookView::of(&endpoint), endpoint.version)
        .await
}

/// Makes an endpoint; its secret is shown this once. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks", request_body = NewWebhook, security(("bearer" = [WRITE])),
    responses((status = 201, description = "The endpoint, with its secret.", body = WebhookView)))]
#[post("/v1/webhooks")]
pub async fn create_webhook(
    ctx: Ctx,
    webhooks: Shared,
    Body(new): Body<NewWebhook>,
) -> Result<Answer, Problem> {
    ctx.require(WRITE)?;
    let wanted = Wanted {
        url: new.url,
        event_types: new.event_types,
        filter: new.filter,
        payload: new.payload.map(Payload::from).unwrap_or_default(),
        ordered: new.ordered.unwrap_or_default(),
    };
    check(&ctx, &webhooks, &wanted).await?;
    let asked = asked(&ctx);
    let id = WebhookId::mint(&*ctx.world.entropy, asked.at);
    let work = Create {
        id,
        wanted,
        secret: new_secret(&ctx),
        asked,
    };
    ctx.write(work, |endpoint| {
        let answer = Answer::object(&WebhookView::with_secret(endpoint), endpoint.version);
        answer
            .created(&format!("/v1/webhooks/{}", endpoint.id))
            .secret_fields(&["secret"])
    })
    .await
}

fn new_secret(ctx: &Ctx) -> String {
    let mut bytes = [0; 32];
    ctx.world.entropy.fill(&mut bytes);
    Secret::new(bytes).reveal()
}

/// Changes an endpoint. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), request_body = WebhookPatch,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[patch("/v1/webhooks/{id}")]
pub async fn update_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    Patch(patch): Patch<WebhookPatch>,
) -> Result<Answer, Problem> {
    ctx.require(WRITE)?;
    let expected = ctx.expected_or_428()?;
    let before = visible(&ctx, *id).await?;
    expected.check(before.version)?;
    let payload = if before.payload == "full" {
        Payload::Full
    } else {
        Payload::Thin
    };
    // What cannot be read any more is not silently dropped by an edit of something else.
    let unreadable = |pointer| {
        let words = Words::fixed(
            "This cannot be read any more: say it anew.",
            "此项已无法读取：请重新填写。",
        );
        Problem::invalid([Fault::at(pointer, "unreadable", words)])
    };
    let event_types = match (patch.event_types, before.readable_patterns()) {
        (Member::Absent, None) => return Err(unreadable("/event_types")),
        (given, kept) => required(given, kept.unwrap_or_default(), "/event_types")?,
    };
    let filter = match (patch.filter, before.filter.as_deref()) {
        (Member::Absent, Some(kept)) => Some(serde_json::from_str(kept).map_err(|_| unreadable("/filter"))?),
        (given, _) => given.over(None),
    };
    let wanted = Wanted {
        event_types,
        filter,
        payload: match patch.payload {
            Member::Absent => payload,
            Member::Null => Payload::Thin,
            Member::Set(word) => word.into(),
        },
        ordered: required(patch.ordered, before.ordered, "/ordered")?,
        url: required(patch.url, before.url, "/url")?,
    };
    check(&ctx, &webhooks, &wanted).await?;
    change(
        &ctx,
        &webhooks,
        *id,
        Some(before.version),
        Act::Edit(wanted),
        WebhookView::of,
    )
    .await
}

fn required<X>(member: Member<X>, before: X, pointer: &str) -> Result<X, Problem> {
    member
        .over_required(before, pointer)
        .map_err(|fault| Problem::invalid([fault]))
}

async fn change(
    ctx: &Ctx,
    webhooks: &Webhooks,
    id: WebhookId,
    expected: Option<i64>,
    act: Act,
    view: fn(&store::Model) -> WebhookView,
) -> Result<Answer, Problem> {
    let work = Change {
        asked: asked(ctx),
        id,
        expected,
        act,
        wake: webhooks.wake.clone(),
    };
    ctx.write(work, move |endpoint| {
        Answer::object(&view(endpoint), endpoint.version).secret_fields(&["secret"])
    })
    .await
}

/// A verb on an endpoint, under `If-Match` if the caller gave one.
async fn verb(
    ctx: &Ctx,
    webhooks: &Webhooks,
    id: WebhookId,
    act: Act,
    view: fn(&store::Model) -> WebhookView,
) -> Result<Answer, Problem> {
    ctx.require(WRITE)?;
    let expected = match ctx.expected()? {
        Expected::NotGiven | Expected::Any => None,
        given @ Expected::OneOf(_) => {
            let endpoint = visible(ctx, id).await?;
            given.check(endpoint.version)?;
            Some(endpoint.version)
        }
    };
    change(ctx, webhooks, id, expected, act, view).await
}

/// Deletes an endpoint with its deliveries. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}", params(("id" = WebhookId, Path)), security(("bearer" = [WRITE])),
    responses((status = 204, description = "Gone.")))]
#[delete("/v1/webhooks/{id}")]
pub async fn delete_webhook(ctx: Ctx, id: Id<WebhookId>) -> Result<Answer, Problem> {
    ctx.require(WRITE)?;
    let expected = ctx.expected_or_428()?;
    let endpoint = visible(&ctx, *id).await?;
    expected.check(endpoint.version)?;
    let work = Delete {
        asked: asked(&ctx),
        id: *id,
        expected: Some(endpoint.version),
    };
    ctx.write(work, |()| Answer::no_content()).await
}

/// Sends the endpoint a signed `webhooks.endpoint.tested`, which shows in its deliveries. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/test", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint; the test is on its way.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/test")]
pub async fn test_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    verb(&ctx, &webhooks, *id, Act::Test, WebhookView::of).await
}

/// Enables a disabled endpoint; what was parked goes out, the oldest first. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/enable", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/enable")]
pub async fn enable_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    webhooks.breakers.forget(*id);
    verb(&ctx, &webhooks, *id, Act::Enable, WebhookView::of).await
}

/// Disables an endpoint; its events wait. Scope `webhooks:write`.
#[utoipa::path(tag = "webhooks", path = "/v1/webhooks/{id}/disable", params(("id" = WebhookId, Path)), request_body = Option<Nothing>,
    security(("bearer" = [WRITE])), responses((status = 200, description = "The endpoint.", body = WebhookView)))]
#[post("/v1/webhooks/{id}/disable")]
pub async fn disable_webhook(
    ctx: Ctx,
    webhooks: Shared,
    id: Id<WebhookId>,
    _body: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    verb(&ctx, &webhooks, *id, Act::Disable, WebhookView::of).await
}

/// Gives the endpoint a new secret, shown this once; the old one signs beside it for 24 hours. Scope `webhooks:write`.
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
    verb(
        &ctx,
        &webhooks,
        *id,
        Act::Rotate(secret),
        WebhookView::with_secret,
    )
    .await
}
