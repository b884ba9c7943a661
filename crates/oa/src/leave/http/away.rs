//! Who is away.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::BTreeSet;

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::Amount;
use countersign_kernel::id::{LeaveId, RequestId, UserId};
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_web::{Answer, Ctx, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{all_of, scene, within_a_year};
use crate::leave::store::{self, leave};
use crate::leave::{away, rights};
use crate::office::Office;

/// Which days, and whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct AwayQuery {
    /// The first day; today unless said.
    #[param(required = false, nullable = false)]
    from: Option<Date>,
    /// The last day; the first unless said. A year at most.
    #[param(required = false, nullable = false)]
    until: Option<Date>,
    /// The name of a department; everybody unless said.
    #[param(required = false, nullable = false, example = "Sales")]
    department: Option<String>,
}

/// Somebody's leave, as far as the caller may read of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AwayEntry)]
pub(crate) struct AwayView {
    id: LeaveId,
    #[schema(example = "leave")]
    object: &'static str,
    pub(super) user: UserId,
    #[schema(example = "Ann Ames")]
    name: String,
    #[schema(required = true, example = "Sales")]
    department: Option<String>,
    first_day: Date,
    last_day: Date,
    /// From noon of the first day.
    start_half: bool,
    /// Until noon of the last.
    end_half: bool,
    /// So many hours of a single day; null for days.
    #[schema(required = true, value_type = Option<f64>, example = 2.5)]
    hours: Option<Amount>,
    /// `reserved` until it is approved, then `taken`.
    #[schema(example = "taken")]
    status: String,
    /// Null where the caller may not read which type it is.
    #[schema(required = true, example = "annual")]
    r#type: Option<String>,
    /// What people call it, or only that somebody is away.
    #[schema(example = "Annual leave")]
    title: String,
    /// The request, for whoever sees it.
    #[schema(required = true)]
    request: Option<RequestId>,
}

/// Who is away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AwayPage)]
pub(crate) struct AwayPage {
    data: Vec<AwayView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// List who is away. Leave that lies in part between two days, in the order in which it ends; of whom which type of leave it is, is
/// told where the type or the caller's place lets it. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/who-is-away",
    tag = "leave",
    params(AwayQuery),
    responses((status = 200, description = "Who is away.", body = AwayPage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/who-is-away")]
pub(crate) async fn list_away(
    ctx: Ctx,
    Wanted(wanted): Wanted<AwayQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    let from = wanted.from.unwrap_or_else(|| {
        let person = scene.directory.person(ctx.caller.user);
        let zone = scene.calendars.zone_of(person, scene.zone);
        scene.now.utc().with_timezone(&zone).date_naive()
    });
    let until = wanted.until.unwrap_or(from);
    let between = within_a_year(from, until)?;
    let people: Option<Vec<UserId>> = wanted
        .department
        .as_ref()
        .map(|name| away::department_of(&scene, name).collect());
    let leaves = store::leaves_between(&reader, ctx.tenant(), people.as_deref(), between).await?;
    let leaves = all_of(leaves)?;
    let shown: Vec<&leave::Model> = leaves.iter().collect();
    Ok(Answer::json(&AwayPage {
        data: views(&ctx, &scene, &shown),
        has_more: false,
        next_cursor: None,
    })
    .in_language(ctx.locale))
}

/// Leave of people of the same department.
pub(super) fn colleagues<'a>(
    scene: &Scene,
    person: UserId,
    leaves: &'a [leave::Model],
) -> Vec<&'a leave::Model> {
    let own = scene
        .directory
        .person(person)
        .and_then(|person| person.department.clone());
    let Some(department) = own else {
        return Vec::new();
    };
    let people: BTreeSet<UserId> = away::department_of(scene, &department).collect();
    let others = leaves.iter().filter(|leave| leave.person != person);
    others.filter(|leave| people.contains(&leave.person)).collect()
}

/// As the caller may read it.
pub(super) fn views(ctx: &Ctx, scene: &Scene, leaves: &[&leave::Model]) -> Vec<AwayView> {
    let view = |leave: &&leave::Model| {
        let person = scene.directory.person(leave.person)?;
        let reads = away::reads_type(&ctx.caller, scene, leave);
        let title = away::title_of(scene, person, &leave.leave_type, ctx.locale).filter(|_| reads);
        let sees = rights::may_see(&ctx.caller, &scene.directory, leave.person);
        Some(AwayView {
            id: leave.id,
            object: "leave",
            user: leave.person,
            name: person.name.clone(),
            department: person.department.clone(),
            first_day: leave.first_day,
            last_day: leave.last_day,
            start_half: leave.start_half,
            end_half: leave.end_half,
            hours: leave.hours.map(Amount::of_thousandths),
            status: leave.status.clone(),
            r#type: reads.then(|| leave.leave_type.clone()),
            title: title.unwrap_or_else(|| ctx.locale.pick("Away", "不在").to_owned()),
            request: sees.then_some(RequestId(leave.id.0)),
        })
    };
    leaves.iter().filter_map(view).collect()
}
