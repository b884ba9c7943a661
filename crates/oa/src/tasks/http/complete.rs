//! An owner has mended what held a step: it is tried again.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Ctx, Id, OptionalBody, Problem};

use super::super::view::DecidedView;
use super::give;
use crate::office::Office;
use crate::requests::http::WithComment;

/// Completes a repair task: what held the step is mended, and it is tried again. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/complete",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<WithComment>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/complete")]
pub(crate) async fn complete_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<WithComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(
        ctx,
        *id,
        Command::Complete {
            task: *id,
            comment: body.comment,
        },
        &office,
    )
    .await
}
