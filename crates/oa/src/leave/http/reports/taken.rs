//! What is taken, added up.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::{BTreeMap, BTreeSet};

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::Amount;
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Words;
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_web::{Answer, Ctx, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BYTE_ORDER_MARK, CSV, ReportFormat, as_table, text, visible, write_rows};
use crate::leave::account::types_for;
use crate::leave::http::{out_of_range, scene, within_a_year};
use crate::leave::reports::{MonthOfLeave, SUMS_MAX, months};
use crate::leave::{away, rights};
use crate::office::Office;

/// Which days, and whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TakenQuery {
    /// The first day.
    from: Date,
    /// The last day. A year at most.
    until: Date,
    /// The name of a department; everybody whose leave the caller sees unless said.
    #[serde(default)]
    #[param(required = false, nullable = false, example = "Sales")]
    department: Option<String>,
    /// Before what `Accept` says. In CSV, what a spreadsheet would calculate has a `'` before it.
    #[serde(default)]
    #[param(required = false, nullable = false, inline)]
    format: Option<ReportFormat>,
}

/// Leave of a type in a department and a month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveTaken)]
pub(crate) struct TakenView {
    #[schema(example = "leave_taken")]
    object: &'static str,
    /// Null for people who are in none.
    #[schema(required = true, example = "Sales")]
    department: Option<String>,
    /// Null where the caller may not read which type it is.
    #[schema(required = true, example = "annual")]
    r#type: Option<String>,
    #[schema(example = "Annual leave")]
    title: String,
    #[schema(example = "2026-03")]
    month: String,
    /// What amounts are in: `day` or `hour`.
    #[schema(example = "day")]
    measure: &'static str,
    /// How many people's leave it is.
    #[schema(example = 4)]
    people: usize,
    /// Approved.
    #[schema(value_type = f64, example = 12.5)]
    taken: Amount,
    /// Asked for, and not decided yet.
    #[schema(value_type = f64, example = 3)]
    reserved: Amount,
}

/// Leave by department, type and month.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveTakenPage)]
pub(crate) struct TakenPage {
    data: Vec<TakenView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// What rows are added up by: department, type, month, measure.
type Group = (Option<String>, Option<String>, String, &'static str);

/// What a group comes to.
#[derive(Default)]
struct Sum {
    people: BTreeSet<UserId>,
    taken: Amount,
    reserved: Amount,
}

/// Report leave by department, type and month. Of everybody for HR and admins, else of the caller and whom they manage; as JSON or,
/// with `format=csv` or `Accept: text/csv`, as a table. A day counts in its month. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/reports/taken",
    tag = "leave",
    params(TakenQuery),
    responses((status = 200, description = "The sums.", content(
        (TakenPage = "application/json"),
        (String = "text/csv", example = json!("department,type,title,month,measure,people,taken,reserved\r\nSales,annual,Annual leave,2026-03,day,4,12.5,3\r\n"))
    ))),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/reports/taken")]
pub(crate) async fn report_leave_taken(
    ctx: Ctx,
    Wanted(wanted): Wanted<TakenQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let between = within_a_year(wanted.from, wanted.until)?;
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    let people = visible(&ctx, &scene, wanted.department.as_deref());
    let all = wanted.department.is_none() && rights::is_hr(&ctx.caller);
    let named: Option<Vec<UserId>> = (!all).then(|| people.keys().copied().collect());
    let rows = months(&reader, ctx.tenant(), named.as_deref(), between).await?;
    drop(reader);
    if rows.len() > SUMS_MAX {
        let words = Words::fixed(
            "That is more than one report holds: ask for fewer months.",
            "超过一份报表的容量：请缩短时间范围。",
        );
        return Err(out_of_range("until", words));
    }
    let data = taken(&ctx, &scene, &people, &rows);
    let answer = if as_table(&ctx, wanted.format) {
        Answer::bytes(CSV, table(&data)?)
    } else {
        Answer::json(&TakenPage {
            data,
            has_more: false,
            next_cursor: None,
        })
    };
    Ok(answer.in_language(ctx.locale))
}

/// What the caller sees, added up.
fn taken(
    ctx: &Ctx,
    scene: &Scene,
    people: &BTreeMap<UserId, &Person>,
    rows: &[MonthOfLeave],
) -> Vec<TakenView> {
    let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
    for row in rows {
        let Some(person) = people.get(&row.person) else {
            continue;
        };
        let reads = away::reads_type_of(&ctx.caller, scene, row.person, &row.leave_type);
        let types = types_for(scene, person);
        let measure = types.and_then(|types| types.of(&row.leave_type).map(|of| of.unit.measure()));
        let group = (
            person.department.clone(),
            reads.then(|| row.leave_type.clone()),
            row.month.clone(),
            measure.unwrap_or("day"),
        );
        let sum = sums.entry(group).or_default();
        sum.people.insert(row.person);
        let amount = Amount::of_thousandths(row.amount);
        if row.status == "taken" {
            sum.taken += amount;
        } else {
            sum.reserved += amount;
        }
    }
    let titles = away::titles(scene, ctx.locale);
    let away = || ctx.locale.pick("Away", "不在").to_owned();
    let view = |((department, of, month, measure), sum): (Group, Sum)| TakenView {
        object: "leave_taken",
        title: of
            .as_ref()
            .and_then(|of| titles.get(of))
            .cloned()
            .unwrap_or_else(away),
        department,
        r#type: of,
        month,
        measure,
        people: sum.people.len(),
        taken: sum.taken,
        reserved: sum.reserved,
    };
    sums.into_iter().map(view).collect()
}

fn table(rows: &[TakenView]) -> Result<Vec<u8>, Problem> {
    let names = [
        "department",
        "type",
        "title",
        "month",
        "measure",
        "people",
        "taken",
        "reserved",
    ];
    let row = |row: &TakenView| {
        [
            text(row.department.as_deref()),
            text(row.r#type.as_deref()),
            text(Some(&row.title)),
            row.month.clone(),
            row.measure.to_owned(),
            row.people.to_string(),
            row.taken.to_string(),
            row.reserved.to_string(),
        ]
    };
    let rows = [names.map(str::to_owned)].into_iter().chain(rows.iter().map(row));
    write_rows(BYTE_ORDER_MARK.to_vec(), rows)
}
