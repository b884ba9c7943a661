//! Some work is done; or an owner has mended what held a step, and it is tried again.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Ctx, Id, OptionalBody, Problem};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::super::view::DecidedView;
use super::give;
use crate::office::Office;

/// What is done.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"comment": "Measured twice.", "form": {"passed": true}}))]
pub(crate) struct Completion {
    #[schema(max_length = 10_000)]
    comment: Option<String>,
    /// What the task's own `form` asks for.
    #[schema(value_type = Option<Object>)]
    form: Option<Map<String, Json>>,
}

impl Completion {
    pub(super) fn of(self, task: TaskId) -> Command {
        Command::Complete {
            task,
            comment: self.comment,
            form: self.form.map(Json::Object),
        }
    }
}

/// Complete a task: what it asks for is done, and `form` says what its form asks; or, of a repair task, what held the step is
/// mended, and it is tried again. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/{id}/complete",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    request_body = Option<Completion>,
    responses((status = 200, description = "The task, and what came of it.", body = DecidedView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/{id}/complete")]
pub(crate) async fn complete_task(
    ctx: Ctx,
    id: Id<TaskId>,
    OptionalBody(body): OptionalBody<Completion>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    give(ctx, *id, body.of(*id), &office).await
}
