//! HR adjusts a balance.

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::leave::{Amount, EntryKind};
use countersign_kernel::id::{LeaveEntryId, TypedId, UserId};
use countersign_kernel::number;
use countersign_kernel::text::Words;
use countersign_kernel::time::Date;
use countersign_web::{Answer, Body, Ctx, Fault, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::balances::EntryView;
use crate::leave::service::Adjust;
use crate::office::Office;

/// An adjustment, with its reason.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewLeaveAdjustment, example = json!({"user": "user_01jc0000000000000000000000", "type": "annual", "amount": 3.5, "on": "2026-01-01", "reason": "Left over from before."}))]
pub(crate) struct NewAdjustment {
    user: UserId,
    /// The name of the type.
    #[schema(min_length = 1, max_length = 64)]
    r#type: String,
    /// Days or hours, as the type is counted; negative takes some away. At most three decimals.
    #[schema(value_type = f64)]
    amount: serde_json::Number,
    /// From this day on; today unless said.
    #[serde(default)]
    on: Option<Date>,
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// Adjust a balance of leave. For HR and admins, with a reason that stands in the ledger: what somebody brings along, what is paid
/// out. Scope: `oa:leave:write`.
#[utoipa::path(
    post,
    path = "/v1/leave/adjustments",
    tag = "leave",
    request_body = NewAdjustment,
    responses((status = 201, description = "The entry, with the balance after it.", body = EntryView)),
    security(("bearer" = ["oa:leave:write"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[post("/v1/leave/adjustments")]
pub(crate) async fn adjust_leave(
    ctx: Ctx,
    Body(new): Body<NewAdjustment>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let amount = number::of_json(&new.amount)
        .and_then(Amount::of_decimal)
        .filter(|amount| !amount.is_zero());
    let amount = amount.ok_or_else(|| {
        let words = Words::fixed(
            "An amount of days or hours with at most three decimals, and not 0.",
            "天数或小时数，最多三位小数，且不为 0。",
        );
        Problem::invalid([Fault::at("/amount", "bad_value", words)])
    })?;
    let work = Adjust {
        office: Office::clone(&office),
        id: LeaveEntryId::mint(ctx.world.entropy.as_ref(), ctx.now()),
        person: new.user,
        of: new.r#type,
        amount,
        on: new.on,
        reason: new.reason,
        change: ctx.change(),
    };
    ctx.write(work, |done| {
        let view = EntryView::new(&done.row, EntryKind::Adjusted, done.balance);
        Answer::json(&view).created(&format!(
            "/v1/leave/ledger?user={}&type={}",
            done.row.person, done.row.leave_type
        ))
    })
    .await
}
