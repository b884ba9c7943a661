//! What somebody works.

use actix_web::web::Data;
use actix_web::{get, put};
use countersign_kernel::id::{EmploymentId, UserId};
use countersign_kernel::text::Words;
use countersign_kernel::time::{Date, Instant};
use countersign_web::{Answer, Body, Ctx, Fault, Id, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::scene;
use crate::leave::employment::{EmploymentBody, TermsBody, Wrong};
use crate::leave::service::SetEmployment;
use crate::leave::{rights, store};
use crate::office::Office;

/// The terms that somebody works by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Employment)]
pub(crate) struct EmploymentView {
    id: EmploymentId,
    #[schema(example = "employment")]
    object: &'static str,
    user: UserId,
    /// The first day of work; none: before anything is counted.
    #[schema(required = true)]
    joined_on: Option<Date>,
    /// The last day of work.
    #[schema(required = true)]
    left_on: Option<Date>,
    /// From when years of service count, where that is another day than that of joining.
    #[schema(required = true)]
    service_since: Option<Date>,
    /// What is worked, from which day on; before the first, full time by the calendar of the place.
    #[schema(max_items = 100)]
    terms: Vec<TermsBody>,
    #[schema(required = true)]
    created_at: Option<Instant>,
    #[schema(required = true)]
    updated_at: Option<Instant>,
    /// 0 where nothing was said yet: full time, and there before anything is counted.
    version: i64,
}

impl EmploymentView {
    fn of(user: UserId, row: Option<&store::terms::Model>) -> Result<Self, Problem> {
        let body = row
            .map(|row| serde_json::from_str::<EmploymentBody>(&row.terms))
            .transpose();
        let body = body.map_err(|error| Problem::from(countersign_storage::Error::broken(error)))?;
        let body = body.unwrap_or_default();
        Ok(Self {
            id: EmploymentId(user.0),
            object: "employment",
            user,
            joined_on: body.joined_on,
            left_on: body.left_on,
            service_since: body.service_since,
            terms: body.terms,
            created_at: row.map(|row| row.created_at),
            updated_at: row.map(|row| row.updated_at),
            version: row.map_or(0, |row| row.version),
        })
    }
}

/// Get what somebody works. Their own, that of whoever the caller manages, or anybody's for HR. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/users/{id}/employment",
    tag = "leave",
    params(("id" = UserId, Path)),
    responses((status = 200, description = "The terms.", body = EmploymentView)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/users/{id}/employment")]
pub(crate) async fn get_employment(
    ctx: Ctx,
    id: Id<UserId>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    if scene.directory.person(*id).is_none() || !rights::may_see(&ctx.caller, &scene.directory, *id) {
        return Err(Problem::not_found("user"));
    }
    let row = store::employment_of(&reader, ctx.tenant(), *id).await?;
    let view = EmploymentView::of(*id, row.as_ref())?;
    Ok(Answer::object(&view, view.version))
}

/// Say what somebody works. As a whole, for HR and admins; `If-Match` names what was read. Balances follow at once: what other
/// terms make of what a year brings stands in the ledger from the day on which they begin. Scope: `oa:leave:write`.
#[utoipa::path(
    put,
    path = "/v1/users/{id}/employment",
    tag = "leave",
    params(("id" = UserId, Path)),
    request_body = EmploymentBody,
    responses((status = 200, description = "The terms.", body = EmploymentView)),
    security(("bearer" = ["oa:leave:write"])),
    extensions(("x-roles" = json!(["admin", "hr"]))),
)]
#[put("/v1/users/{id}/employment")]
pub(crate) async fn put_employment(
    ctx: Ctx,
    id: Id<UserId>,
    Body(body): Body<EmploymentBody>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    body.employment()
        .map_err(|wrong| Problem::invalid([fault(&wrong)]))?;
    let work = SetEmployment {
        office: Office::clone(&office),
        person: *id,
        body,
        expected: ctx.expected_or_428()?,
        change: ctx.change(),
    };
    let user = *id;
    ctx.write(work, move |row| match EmploymentView::of(user, Some(row)) {
        Ok(view) => Answer::object(&view, view.version),
        Err(_) => Answer::json(&serde_json::Value::Null),
    })
    .await
}

fn fault(wrong: &Wrong) -> Fault {
    let (at, code, words) = match wrong {
        Wrong::Hours(at) => (
            format!("/terms/{at}"),
            "bad_hours",
            Words::fixed(
                "Write from and to, in order: 09:00-12:30, 13:00-17:30.",
                "请按顺序写起止时间：09:00-12:30, 13:00-17:30。",
            ),
        ),
        Wrong::NoDay(place) => (
            format!("/terms/{place}/working"),
            "no_working_day",
            Words::fixed("At least one day is worked.", "至少一天工作。"),
        ),
        Wrong::Order(place) => (
            format!("/terms/{place}/from"),
            "not_in_order",
            Words::fixed(
                "Terms come one after the other, by date.",
                "工作安排须按日期先后排列。",
            ),
        ),
        Wrong::LeftBeforeJoined => (
            "/left_on".to_owned(),
            "end_before_start",
            Words::fixed("The last day comes before the first.", "离职日早于入职日。"),
        ),
    };
    Fault::at(at, code, words)
}
