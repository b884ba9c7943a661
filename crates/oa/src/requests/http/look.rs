//! Looking at one request: itself, its history, what is to come, its picture, its comments.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::get;
use actix_web::web::Data;
use countersign_kernel::id::RequestId;
use countersign_rules::diagram::{self, Format};
use countersign_rules::foresight::SimulationView;
use countersign_web::{Answer, Ctx, Id, Listed, Problem, Query as Asked};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::history::{self, HistoryPage};
use super::super::view::RequestView;
use super::Requests;
use crate::office::Office;

/// A request. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}",
    tag = "requests",
    params(("id" = RequestId, Path)),
    responses((status = 200, description = "The request.", body = RequestView)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}")]
pub(crate) async fn get_request(
    ctx: Ctx,
    id: Id<RequestId>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let case = office.look(&ctx.caller, *id, ctx.now()).await?;
    let view = RequestView::new(&case.loaded.row, case.seen(&ctx.caller, ctx.locale));
    Ok(ctx
        .show(&Requests::NOUN, &view, case.loaded.row.version)
        .await?
        .in_language(ctx.locale))
}

/// How a piece of a history is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Entries of a page: 1 to 200, 100 unless told.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where the page begins: `next_cursor` of the one before.
    cursor: Option<String>,
}

/// List the history of a request. What happened with it, oldest first, each with a sentence. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}/history",
    tag = "requests",
    params(("id" = RequestId, Path), HistoryQuery),
    responses((status = 200, description = "A page of the history.", body = HistoryPage)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}/history")]
pub(crate) async fn get_request_history(
    ctx: Ctx,
    id: Id<RequestId>,
    Asked(asked): Asked<HistoryQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    page(&ctx, *id, &asked, &office, false).await
}

/// The comments on a request, oldest first. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}/comments",
    tag = "requests",
    params(("id" = RequestId, Path), HistoryQuery),
    responses((status = 200, description = "A page of the comments.", body = HistoryPage)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}/comments")]
pub(crate) async fn list_request_comments(
    ctx: Ctx,
    id: Id<RequestId>,
    Asked(asked): Asked<HistoryQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    page(&ctx, *id, &asked, &office, true).await
}

async fn page(
    ctx: &Ctx,
    id: RequestId,
    asked: &HistoryQuery,
    office: &Office,
    comments: bool,
) -> Result<Answer, Problem> {
    let list = if comments { "comments" } else { "history" };
    let bound = id.to_string();
    let after = match &asked.cursor {
        Some(cursor) => ctx.open_cursor(list, &bound, cursor)?.parse().unwrap_or_default(),
        None => 0,
    };
    let limit = asked.limit.map_or(history::PAGE, i64::unsigned_abs);
    let case = office.look(&ctx.caller, id, ctx.now()).await?;
    let read = ctx.read().await?;
    let mut page = history::page(&read, ctx.tenant(), &case, after, limit, comments, ctx.locale).await?;
    page.next_cursor = page
        .next
        .map(|version| ctx.seal_cursor(list, &bound, &version.to_string()));
    Ok(Answer::json(&page))
}

/// What is to come: each step, who would be asked and why, and how it could end. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}/next",
    tag = "requests",
    params(("id" = RequestId, Path)),
    responses((status = 200, description = "What is to come.", body = SimulationView)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}/next")]
pub(crate) async fn get_request_next(
    ctx: Ctx,
    id: Id<RequestId>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let case = office.look(&ctx.caller, *id, ctx.now()).await?;
    let next = office
        .next(case, &ctx.caller)
        .await?
        .ok_or_else(|| Problem::internal("a request of what is no workflow"))?;
    Ok(Answer::json(&SimulationView::new(&next, ctx.locale)))
}

/// The format of a picture.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiagramQuery {
    /// `svg` unless told, or `mermaid`.
    format: Option<String>,
}

/// The picture of a request: where it is, who decided what, and when. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}/diagram",
    tag = "requests",
    params(("id" = RequestId, Path), DiagramQuery),
    responses((status = 200, description = "The picture.", content((String = "image/svg+xml"), (String = "text/vnd.mermaid")))),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}/diagram")]
pub(crate) async fn get_request_diagram(
    ctx: Ctx,
    id: Id<RequestId>,
    Asked(asked): Asked<DiagramQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let case = office.look(&ctx.caller, *id, ctx.now()).await?;
    let format = Format::read(asked.format.as_deref())?;
    let picture = office.picture(case, &ctx.caller, format, ctx.locale).await?;
    let picture = picture.ok_or_else(|| Problem::internal("a request of what is no workflow"))?;
    Ok(diagram::answer(format, picture))
}
