//! The three verdicts: approve, reject, return.

use actix_web::post;
use actix_web::web::Data;
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Ctx, Id, OptionalBody, Problem};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::super::verdict::Verdict;
use super::super::view::DecidedView;
use super::give;
use crate::office::Office;

/// An approval.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "Fine."}))]
pub(crate) struct Approval {
    #[schema(max_length = 10_000)]
    comment: Option<String>,
    /// Fields to change while deciding, where the step's `can_edit` lets its approver.
    #[schema(value_type = Option<Object>)]
    form: Option<Map<String, Json>>,
}

/// A rejection.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "Buy it through purchasing."}))]
pub(crate) struct Rejection {
    /// Why; most workflows want it.
    #[schema(max_length = 10_000)]
    comment: Option<String>,
}

/// A return.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "Which fair?"}))]
pub(crate) struct Return {
    #[schema(max_length = 10_000)]
    comment: Option<String>,
    /// `requester` unless told, or the id of an earlier step.
    #[schema(max_length = 200)]
    to: Option<String>,
}

impl From<Approval> for Verdict {
    fn from(body: Approval) -> Self {
        Self::Approve {
            comment: body.comment,
            form: body.form.map(Json::Object),
        }
    }
}

impl From<Rejection> for Verdict {
    fn from(body: Rejection) -> Self {
        Self::Reject {
            comment: body.comment,
        }
    }
}

impl From<Return> for Verdict {
    fn from(body: Return) -> Self {
        Self::Return {
            to: body.to.filter(|to| to != "requester"),
            comment: body.comment,
        }
    }
}

/// Approve a task. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/approve",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Approval>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/approve")]
pub(crate) async fn approve_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Approval>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(ctx, *id, Verdict::from(body).on(*id), &office).await
}

/// Reject a task. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/reject",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Rejection>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/reject")]
pub(crate) async fn reject_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Rejection>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(ctx, *id, Verdict::from(body).on(*id), &office).await
}

/// Return the request of a task. To its requester, or to an earlier step. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/return",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Return>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/return")]
pub(crate) async fn return_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Return>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(ctx, *id, Verdict::from(body).on(*id), &office).await
}
