//! What becomes of a held request: tried again, gone on without the step, moved to a newer version of its workflow.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::web::Data;
use actix_web::{get, post};
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::RequestId;
use countersign_web::{Answer, Body, Ctx, Id, OptionalBody, Problem, Query as Asked};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::moving::{Move, Plan};
use super::super::view::RequestView;
use super::verbs::give;
use super::{cause, show};
use crate::office::Office;

/// Which held step shall be tried again; all of them unless told.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = RequestRetry, example = json!({"comment": "Ann has a manager now."}))]
pub(crate) struct Retry {
    #[schema(max_length = 200)]
    step: Option<String>,
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Which held step is left out, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RequestSkip, example = json!({"comment": "The customer was told by phone."}))]
pub(crate) struct Skip {
    /// Needed where several steps are held.
    #[schema(max_length = 200)]
    #[serde(default)]
    step: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 10_000)]
    comment: String,
}

/// To which version.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = RequestMove, example = json!({"version": 3, "comment": "Version 3 names somebody who is there."}))]
pub(crate) struct NewVersion {
    /// The one in force unless told.
    #[schema(minimum = 1)]
    version: Option<i64>,
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Retry what is held. Once its cause is mended: the step begins anew, an action runs again. For the owners of the workflow and
/// admins, never on their own request. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/retry",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Retry>,
    responses((status = 200, description = "The request, as its rules left it.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/retry")]
pub(crate) async fn retry_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Retry>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::Retry {
        step: body.step,
        comment: body.comment,
    };
    give(ctx, *id, command, &office).await
}

/// Skip the step that is held. With a reason that stands in the history. For the owners of the workflow and admins; never on
/// their own request, nor for whoever published its version. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/skip",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Skip,
    responses((status = 200, description = "The request, as its rules left it.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/skip")]
pub(crate) async fn skip_request(
    ctx: Ctx,
    id: Id<RequestId>,
    Body(body): Body<Skip>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::Skip {
        step: body.step,
        comment: Some(body.comment),
    };
    give(ctx, *id, command, &office).await
}

/// Move a held request to a newer version; what was held begins anew by it. What stands in the way is told by `GET` of the same
/// path. For the owners of the workflow and admins, never on their own request. Scope: `oa:requests:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/move",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<NewVersion>,
    responses((status = 200, description = "The request, by its new version.", body = RequestView)),
    security(("bearer" = ["oa:requests:write"])),
)]
#[post("/v1/requests/{id}/move")]
pub(crate) async fn move_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<NewVersion>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let work = Move {
        office: Office::clone(&office),
        caller: ctx.caller.clone(),
        request: *id,
        expected: ctx.expected()?,
        version: body.version,
        comment: body.comment,
        now: ctx.now(),
        cause: cause(&ctx),
    };
    let seen = ctx.clone();
    ctx.write(work, move |made| show(made, &seen)).await
}

/// To which version a move is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct MoveQuery {
    /// The one in force unless told.
    #[param(minimum = 1)]
    version: Option<i64>,
}

/// Check a move to another version. Whether the request can go on by another version of its workflow, and what stands in the way.
/// Nothing is changed. Scope: `oa:requests:read`.
#[utoipa::path(
    get,
    path = "/v1/requests/{id}/move",
    tag = "requests",
    params(("id" = RequestId, Path), MoveQuery),
    responses((status = 200, description = "What a move would do.", body = Plan)),
    security(("bearer" = ["oa:requests:read"])),
)]
#[get("/v1/requests/{id}/move")]
pub(crate) async fn get_request_move(
    ctx: Ctx,
    id: Id<RequestId>,
    Asked(asked): Asked<MoveQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let plan = office
        .plan_move(&ctx.caller, *id, asked.version, ctx.now(), ctx.locale)
        .await?;
    Ok(Answer::json(&plan).in_language(ctx.locale))
}
