//! Counting leave again.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::leave::Amount;
use countersign_kernel::id::{LeaveId, LeaveRecountId, TypedId, UserId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Date;
use countersign_web::{Answer, Body, Ctx, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::runs::PEOPLE;
use crate::leave::recount::{DayRecounted, LeaveRecounted, Recount, Recounted};
use crate::office::Office;

/// What is to be counted again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewLeaveRecount, example = json!({"from": "2027-01-01"}))]
pub(crate) struct NewRecount {
    /// Days before it stay as they were counted; today unless said.
    #[serde(default)]
    from: Option<Date>,
    /// Whoever comes behind this one: `next` of the call before.
    #[serde(default)]
    after: Option<UserId>,
    /// So many people; 200 unless said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    people: Option<u32>,
}

/// What a call counted again, or with `validate_only` would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveRecount)]
pub(crate) struct RecountView {
    id: LeaveRecountId,
    #[schema(example = "leave_recount")]
    object: &'static str,
    from: Date,
    /// How many people were looked at.
    #[schema(example = 200)]
    people: usize,
    /// Leave of which days take something else now.
    changes: Vec<RecountedLeave>,
    /// Send it as `after` to go on; null: that was everybody.
    #[schema(required = true)]
    next: Option<UserId>,
}

/// A leave that was counted again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveRecountChange)]
struct RecountedLeave {
    leave: LeaveId,
    user: UserId,
    #[schema(example = "annual")]
    r#type: String,
    /// `reserved` until it is approved, then `taken`.
    #[schema(example = "taken")]
    status: String,
    first_day: Date,
    last_day: Date,
    /// What it took.
    #[schema(value_type = f64, example = 5)]
    was: Amount,
    /// What it takes.
    #[schema(value_type = f64, example = 4)]
    is: Amount,
    days: Vec<RecountedDay>,
    /// Why it stays as it was: there is not enough for it. Null where it was counted again.
    #[schema(required = true)]
    refused: Option<String>,
}

/// A day that takes something else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveRecountDay)]
struct RecountedDay {
    date: Date,
    #[schema(value_type = f64, example = 1)]
    was: Amount,
    #[schema(value_type = f64, example = 0)]
    is: Amount,
    /// Why it takes that: as in a preview.
    #[schema(example = "holiday")]
    why: &'static str,
    /// What the holiday is called.
    #[schema(required = true, example = "Founders' Day")]
    holiday: Option<String>,
}

/// Count leave again. After a calendar, somebody's terms or a type has changed, what is asked for and what is approved takes what its
/// days take now, from a day on: what is too much goes back to where it came from. For 200 people at a time: come again with `next`
/// until it is null. Where more is needed than is there, it stays as it was, and says so. With `validate_only=true` it shows what it
/// would change, day by day. For HR and admins. Scope: `oa:leave:write`.
#[utoipa::path(
    post,
    path = "/v1/leave/recounts",
    tag = "leave",
    request_body = NewRecount,
    responses((status = 200, description = "What was counted again.", body = RecountView)),
    security(("bearer" = ["oa:leave:write"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[post("/v1/leave/recounts")]
pub(crate) async fn recount_leave(
    ctx: Ctx,
    Body(new): Body<NewRecount>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let (id, locale) = (
        LeaveRecountId::mint(ctx.world.entropy.as_ref(), ctx.now()),
        ctx.locale,
    );
    let work = Recount {
        office: Office::clone(&office),
        id,
        from: new.from,
        after: new.after,
        people: new.people.unwrap_or(PEOPLE).min(PEOPLE) as usize,
        change: ctx.change(),
    };
    ctx.write(work, move |done| {
        Answer::json(&RecountView::of(id, done, locale)).in_language(locale)
    })
    .await
}

impl RecountView {
    fn of(id: LeaveRecountId, done: &Recounted, locale: Locale) -> Self {
        let day = |day: &DayRecounted| RecountedDay {
            date: day.is.date,
            was: day.was,
            is: day.is.takes,
            why: day.is.why.word(),
            holiday: day.is.why.holiday().map(str::to_owned),
        };
        let leave = |one: &LeaveRecounted| RecountedLeave {
            leave: one.leave.id,
            user: one.leave.person,
            r#type: one.leave.leave_type.clone(),
            status: one.leave.status.clone(),
            first_day: one.leave.first_day,
            last_day: one.leave.last_day,
            was: Amount::of_thousandths(one.leave.amount),
            is: one.is,
            days: one.days.iter().map(day).collect(),
            refused: one.refused.as_ref().map(|text| text.get(locale).to_owned()),
        };
        Self {
            id,
            object: "leave_recount",
            from: done.from,
            people: done.people,
            changes: done.leaves.iter().map(leave).collect(),
            next: done.next,
        }
    }
}
