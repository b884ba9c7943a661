//! The three verdicts, said of a request: the caller's one open task in it is meant.

use actix_web::post;
use actix_web::web::Data;
use countersign_kernel::id::RequestId;
use countersign_web::{Answer, Ctx, Id, OptionalBody, Problem};

use super::super::view::DecidedView;
use super::decide::{Approval, Rejection, Return};
use super::decide_mine;
use crate::office::Office;

/// Approve in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how
/// the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's
/// ETag. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/approve",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Approval>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/requests/{id}/approve")]
pub(crate) async fn approve_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Approval>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    decide_mine(ctx, *id, body.into(), &office).await
}

/// Reject in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how
/// the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's
/// ETag. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/reject",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Rejection>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/requests/{id}/reject")]
pub(crate) async fn reject_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Rejection>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    decide_mine(ctx, *id, body.into(), &office).await
}

/// Return in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how
/// the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's
/// ETag. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/requests/{id}/return",
    tag = "requests",
    params(("id" = RequestId, Path)),
    request_body = Option<Return>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/requests/{id}/return")]
pub(crate) async fn return_request(
    ctx: Ctx,
    id: Id<RequestId>,
    OptionalBody(body): OptionalBody<Return>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    decide_mine(ctx, *id, body.into(), &office).await
}
