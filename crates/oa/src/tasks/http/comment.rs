//! A comment on a task; it stands in the request's history.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Body, Ctx, Id, Problem};

use super::super::view::DecidedView;
use super::give;
use crate::office::Office;
use crate::requests::http::NewComment;

/// Comment on a task. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/comment",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = NewComment,
    responses((status = 200, description = "The task.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/comment")]
pub(crate) async fn comment_task(
    ctx: Ctx,
    id: Id<TaskId>,
    Body(body): Body<NewComment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(
        ctx,
        *id,
        Command::Comment {
            task: Some(*id),
            text: body.words(),
        },
        &office,
    )
    .await
}
