//! Deciding many tasks in one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::TaskId;
use countersign_web::batch::{self, BatchView, RowView};

use countersign_web::{Answer, Body, Ctx, Expected, Problem, body, id};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::super::batch::{Decided, Decisions};
use super::super::verdict::Verdict;
use super::complete::Completion;
use super::decide::{Approval, Rejection, Return};
use super::{decided, giving};
use crate::office::Office;

/// Decisions to be made together.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TaskBatch, example = json!({"atomic": false, "rows": [{"op": "approve", "id": "task_01m8m09ng7e5a94bw55yjb01zs", "data": {"comment": "Fine."}}]}))]
pub(crate) struct Batch {
    /// All rows or none (the default), or each by itself.
    #[serde(default = "batch::all_or_none")]
    #[schema(default = true)]
    atomic: bool,
    /// Judged in order.
    #[schema(min_items = 1, max_items = 100)]
    rows: Vec<Row>,
}

/// One decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TaskBatchRow)]
struct Row {
    op: RowOp,
    /// Of the task.
    id: String,
    /// The task's version as it was read; it must be named where the form was edited since the task was opened.
    #[serde(default)]
    version: Option<i64>,
    /// As the body of the decision by itself.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    data: Option<Json>,
}

/// What a row does.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = TaskBatchOp)]
#[serde(rename_all = "snake_case")]
enum RowOp {
    Approve,
    Reject,
    Return,
    Complete,
}

/// Decide up to 100 tasks. In one unit of work: all or none (the default; 422 with the place of each fault), or with `"atomic":
/// false` each by itself, and the answer says what became of each row. An `Idempotency-Key` is required. Scope: `oa:tasks:write`.
#[utoipa::path(
    post,
    path = "/v1/tasks/batch",
    tag = "tasks",
    request_body = Batch,
    responses((status = 200, description = "What became of each row.", body = BatchView)),
    security(("bearer" = ["oa:tasks:write"])),
)]
#[post("/v1/tasks/batch")]
pub(crate) async fn batch_tasks(
    ctx: Ctx,
    Body(batch): Body<Batch>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    ctx.require_key()?;
    let mut work = Decisions {
        atomic: batch.atomic,
        gives: Vec::with_capacity(batch.rows.len()),
        faulty: BTreeMap::new(),
    };
    for (place, row) in batch.rows.into_iter().enumerate() {
        let expected = row.version.map_or(Expected::NotGiven, Expected::exactly);
        match read(&ctx, place, row).await {
            Ok((task, command)) => {
                let give = giving(&ctx, task, expected, command, &office);
                work.gives.push((place, task, Arc::new(give)));
            }
            Err(problem) => {
                work.faulty.insert(place, problem);
            }
        }
    }
    let seen = ctx.clone();
    ctx.write(work, move |rows| {
        Answer::json(&view(rows, &seen)).in_language(seen.locale)
    })
    .await
}

/// A row as a command about a task, or what is wrong with it.
async fn read(ctx: &Ctx, place: usize, row: Row) -> Result<(TaskId, Command), Problem> {
    let task: TaskId = id(&row.id)?;
    let pointer = format!("/rows/{place}/data");
    let data = row.data.unwrap_or_else(|| json!({}));
    let verdict = match row.op {
        RowOp::Approve => Verdict::from(body::row::<Approval>(ctx, data, &pointer, false).await?),
        RowOp::Reject => Verdict::from(body::row::<Rejection>(ctx, data, &pointer, false).await?),
        RowOp::Return => Verdict::from(body::row::<Return>(ctx, data, &pointer, false).await?),
        RowOp::Complete => {
            let done: Completion = body::row(ctx, data, &pointer, false).await?;
            return Ok((task, done.of(task)));
        }
    };
    Ok((task, verdict.on(task)))
}

fn view(rows: &Decided, ctx: &Ctx) -> BatchView {
    let view = |(index, row): (&usize, &Result<_, Problem>)| match row {
        Ok(given) => RowView::done(*index, 200, serde_json::to_value(decided(given, ctx)).ok()),
        Err(problem) => RowView::refused(*index, problem, ctx.problem_json(problem)),
    };
    BatchView {
        data: rows.iter().map(view).collect(),
    }
}
