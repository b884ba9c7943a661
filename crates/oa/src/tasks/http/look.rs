//! Looking at tasks: the inbox, one task, the inbox in numbers.

use actix_web::web::Data;
use actix_web::{get, post};
use countersign_kernel::id::TaskId;
use countersign_web::{Answer, Ctx, FilterField as F, Id, Listed, Listing, Noun, Problem};

use super::super::view::{SummaryView, TaskView};
use crate::office::Office;

/// What a list of tasks can be asked for.
pub(crate) struct Tasks;

impl Listed for Tasks {
    const NOUN: Noun = Noun {
        object: "task",
        plural: "tasks",
        fields: &[
            F::id("task"),
            F::record("request", "request", "request_id").required(),
            F::choice("kind", &["approval", "task", "repair"]),
            F::text("workflow").required(),
            F::text("step").required(),
            F::choice("status", &["open", "done", "cancelled"]),
            F::person("assignee", "assignee").required(),
            F::text("decision"),
            F::instant("due_at").sortable(),
            F::instant("decided_at"),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[
            ("assignee", "user"),
            ("requester", "user"),
            ("request", "request"),
        ],
        default_sort: "-created_at",
    };
}

/// List tasks. Those that the caller may see; `?assignee=me&status=open` is the inbox. Scope: `oa:tasks:read`.
#[utoipa::path(
    get,
    path = "/v1/tasks",
    tag = "tasks",
    params(Listing<Tasks>),
    responses((status = 200, description = "A page of tasks.", body = countersign_web::Page<TaskView>)),
    security(("bearer" = ["oa:tasks:read"])),
)]
#[get("/v1/tasks")]
pub(crate) async fn list_tasks(ask: Listing<Tasks>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

/// The long form of the list: the filter is JSON. Scope: `oa:tasks:read`.
#[utoipa::path(
    post,
    path = "/v1/tasks/search",
    tag = "tasks",
    request_body = countersign_web::SearchBody,
    responses((status = 200, description = "A page of tasks.", body = countersign_web::Page<TaskView>)),
    security(("bearer" = ["oa:tasks:read"])),
)]
#[post("/v1/tasks/search")]
pub(crate) async fn search_tasks(ask: Listing<Tasks>, office: Data<Office>) -> Result<Answer, Problem> {
    page(ask, &office).await
}

async fn page(ask: Listing<Tasks>, office: &Office) -> Result<Answer, Problem> {
    let rows = office
        .list_tasks(&ask.ctx.caller, &ask.list, ask.now(), ask.locale)
        .await?;
    ask.page(rows).await
}

/// The caller's inbox in numbers: open, late, due within 24 hours. Scope: `oa:tasks:read`.
#[utoipa::path(
    get,
    path = "/v1/tasks/summary",
    tag = "tasks",
    responses((status = 200, description = "The numbers.", body = SummaryView)),
    security(("bearer" = ["oa:tasks:read"])),
)]
#[get("/v1/tasks/summary")]
pub(crate) async fn get_task_summary(ctx: Ctx, office: Data<Office>) -> Result<Answer, Problem> {
    Ok(Answer::json(&office.inbox(&ctx.caller, ctx.now()).await?))
}

/// A task. Scope: `oa:tasks:read`.
#[utoipa::path(
    get,
    path = "/v1/tasks/{id}",
    tag = "tasks",
    params(("id" = TaskId, Path)),
    responses((status = 200, description = "The task.", body = TaskView)),
    security(("bearer" = ["oa:tasks:read"])),
)]
#[get("/v1/tasks/{id}")]
pub(crate) async fn get_task(ctx: Ctx, id: Id<TaskId>, office: Data<Office>) -> Result<Answer, Problem> {
    let view = office.task(&ctx.caller, *id, ctx.now(), ctx.locale).await?;
    let version = view.version;
    ctx.show(&Tasks::NOUN, &view, version).await
}
