//! Whoever is asked has somebody else asked too, or no longer.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::{self, Command, Position};
use countersign_kernel::id::{TaskId, UserId};
use countersign_web::{Answer, Body, Ctx, Id, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::view::{self, DecidedView};
use super::give;
use crate::office::Office;

/// Who is to decide too, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"who": "user_01jc0000000000000000000000", "where": "before", "comment": "Is the price right?"}))]
pub(crate) struct AddApprover {
    who: UserId,
    #[serde(rename = "where")]
    #[schema(value_type = view::Position)]
    position: Position,
    #[serde(default)]
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Who is not to decide after all.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"who": "user_01jc0000000000000000000000"}))]
pub(crate) struct RemoveApprover {
    who: UserId,
    #[serde(default)]
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// Add an approver. They decide `before` the caller, whose task waits until they have; `after` them, which approves the task; or
/// `beside` them. The step is approved only with them, whatever its `need`. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/add-approver",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = AddApprover,
    responses((status = 200, description = "The task, with who was added.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/add-approver")]
pub(crate) async fn add_approver(
    ctx: Ctx,
    id: Id<TaskId>,
    Body(body): Body<AddApprover>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::AddApprover(vocabulary::AddApprover {
        task: *id,
        who: body.who,
        position: body.position,
        comment: body.comment,
    });
    give(ctx, *id, command, &office).await
}

/// Remove an approver. One who was added from this task and has not decided. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/remove-approver",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = RemoveApprover,
    responses((status = 200, description = "The task, without whoever was removed.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/remove-approver")]
pub(crate) async fn remove_approver(
    ctx: Ctx,
    id: Id<TaskId>,
    Body(body): Body<RemoveApprover>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let command = Command::RemoveApprover {
        task: *id,
        who: body.who,
        comment: body.comment,
    };
    give(ctx, *id, command, &office).await
}
