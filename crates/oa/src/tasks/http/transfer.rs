//! The holder hands an open task to somebody who may hold it: it is theirs now.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::{TaskId, UserId};
use countersign_web::{Answer, Body, Ctx, Id, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::view::DecidedView;
use super::give;
use crate::office::Office;

/// A transfer.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"to": "user_01jc0000000000000000000000", "comment": "You know this better."}))]
pub(crate) struct Transfer {
    to: UserId,
    #[serde(default)]
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Transfer a task. It is somebody else's then. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/transfer",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Transfer,
    responses((status = 200, description = "The task, with its new holder.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/transfer")]
pub(crate) async fn transfer_task(
    ctx: Ctx,
    id: Id<TaskId>,
    Body(body): Body<Transfer>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(
        ctx,
        *id,
        Command::Transfer {
            task: *id,
            to: body.to,
            comment: body.comment,
        },
        &office,
    )
    .await
}
