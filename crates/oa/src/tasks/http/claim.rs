//! A task that several are asked for as a pool: one of them takes it, and may give it back.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Ctx, Id, OptionalBody, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::view::DecidedView;
use super::give;
use crate::office::Office;

/// What is said when a task is taken from the pool, or given back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = TaskNote, example = json!({"comment": "I am away from tomorrow."}))]
pub(crate) struct Note {
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Claim a task from the pool. Where the step says `assign: pool`: it is the caller's alone, and the tasks of the others who were
/// asked are cancelled. Of two at once the second is told who has it (409 `task_claimed`). Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/claim",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Note>,
    responses((status = 200, description = "The task, now the caller's alone.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/claim")]
pub(crate) async fn claim_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Note>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::Claim {
        task: *id,
        comment: body.comment,
    };
    give(ctx, *id, command, &office).await
}

/// Release a claimed task. It goes back to the pool: whoever the workflow finds now is asked again, beside the caller. Scope:
/// `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/release",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Note>,
    responses((status = 200, description = "The task, one of the pool again.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/release")]
pub(crate) async fn release_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Note>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::Release {
        task: *id,
        comment: body.comment,
    };
    give(ctx, *id, command, &office).await
}
