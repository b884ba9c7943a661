//! Keeping what is due: the end of a year, and everything else that follows from the rules.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::leave::Amount;
use countersign_kernel::id::{LeaveRunId, TypedId, UserId};
use countersign_kernel::time::Date;
use countersign_web::{Answer, Body, Ctx, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::leave::service::{Kept, Run};
use crate::leave::store;
use crate::office::Office;

/// People of one call.
pub(super) const PEOPLE: u32 = 200;

/// What is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewLeaveRun, example = json!({"until": "2027-01-01"}))]
pub(crate) struct NewRun {
    /// What is due up to and with this day: `2027-01-01` ends the year 2026.
    until: Date,
    /// Whoever comes behind this one: `next` of the call before.
    #[serde(default)]
    after: Option<UserId>,
    /// So many people; 200 unless said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    people: Option<u32>,
}

/// What a call kept, or with `validate_only` would keep.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveRun)]
pub(crate) struct RunView {
    id: LeaveRunId,
    #[schema(example = "leave_run")]
    object: &'static str,
    until: Date,
    /// How many people were looked at.
    #[schema(example = 200)]
    people: usize,
    entries: Vec<RunEntry>,
    /// Send it as `after` to go on; null: that was everybody.
    #[schema(required = true)]
    next: Option<UserId>,
}

/// An entry of a run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveRunEntry)]
struct RunEntry {
    user: UserId,
    #[schema(example = "annual")]
    r#type: String,
    #[schema(example = "carried")]
    kind: String,
    on: Date,
    #[schema(value_type = f64, example = 5)]
    amount: Amount,
}

/// Keep what is due of leave. What years, months and pay periods bring, what is carried over and what expires up to a day, for 200
/// people at a time: come again with `next` until it is null. It can be called as often as one likes, and broken off anywhere: what
/// is kept is not due again, and no balance changes by it. With `validate_only=true` it shows what it would keep. A year whose end
/// is kept stays as it was, whatever the types say later. For HR and admins. Scope: `oa:leave:write`.
#[utoipa::path(
    post,
    path = "/v1/leave/runs",
    tag = "leave",
    request_body = NewRun,
    responses((status = 200, description = "What was kept.", body = RunView)),
    security(("bearer" = ["oa:leave:write"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[post("/v1/leave/runs")]
pub(crate) async fn run_leave(
    ctx: Ctx,
    Body(new): Body<NewRun>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let id = LeaveRunId::mint(ctx.world.entropy.as_ref(), ctx.now());
    let work = Run {
        office: Office::clone(&office),
        id,
        until: new.until,
        after: new.after,
        people: new.people.unwrap_or(PEOPLE).min(PEOPLE) as usize,
        change: ctx.change(),
    };
    ctx.write(work, move |kept| Answer::json(&RunView::of(id, kept)))
        .await
}

impl RunView {
    fn of(id: LeaveRunId, kept: &Kept) -> Self {
        let entry = |row: &store::entry::Model| RunEntry {
            user: row.person,
            r#type: row.leave_type.clone(),
            kind: row.kind.clone(),
            on: row.on_day,
            amount: Amount::of_thousandths(row.amount),
        };
        Self {
            id,
            object: "leave_run",
            until: kept.until,
            people: kept.people,
            entries: kept.lines.iter().map(entry).collect(),
            next: kept.next,
        }
    }
}
