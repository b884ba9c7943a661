//! `GET /v1/requests` and its long form.

use actix_web::web::Data;
use actix_web::{get, post};
use countersign_web::{Answer, FilterField as F, Listed, Listing, Noun, Problem};

use super::super::view::RequestView;
use crate::office::Office;

/// What a list of requests can be asked for.
pub(crate) struct Requests;

impl Listed for Requests {
    const NOUN: Noun = Noun {
        object: "request",
        plural: "requests",
        fields: &[
            F::id("request"),
            F::text("number").searched(),
            F::text("workflow").required(),
            F::choice(
                "status",
                &[
                    "draft",
                    "open",
                    "returned",
                    "held",
                    "approved",
                    "rejected",
                    "withdrawn",
                    "cancelled",
                ],
            ),
            F::person("requester", "requester").required(),
            F::written("summary").required().searched(),
            F::new("round", countersign_web::FilterType::Integer).required(),
            F::instant("submitted_at").sortable(),
            F::instant("decided_at"),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[("requester", "user")],
        default_sort: "-created_at",
    };
}

/// Requests that the caller may read: their own, those that they are or were asked about, and those of workflows
/// that are open to them. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests",
    tag = "requests",
    params(Listing<Requests>),
    responses((status = 200, description = "A page of requests.", body = countersign_web::Page<RequestView>)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests")]
pub(crate) async fn list_requests(ask: Listing<Requests>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

/// The long form of the list: the filter is JSON. Scope: `oa:requests:read`.
#[utoipa::path(
    post,
    path = "/v1/requests/search",
    tag = "requests",
    request_body = countersign_web::SearchBody,
    responses((status = 200, description = "A page of requests.", body = countersign_web::Page<RequestView>)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[post("/v1/requests/search")]
pub(crate) async fn search_requests(ask: Listing<Requests>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

async fn page(ask: Listing<Requests>, office: &Office) -> Result<Answer, Problem> {
    let rows = office
        .list_requests(&ask.ctx.caller, &ask.list, ask.now(), ask.locale)
        .await?;
    ask.page(rows).await
}
