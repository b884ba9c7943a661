//! Reports: what is taken by whom and when, and what is owed on a day.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::{BTreeMap, BTreeSet};

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::{Amount, LeaveType, is_in_reach};
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text::{Words, harmless};
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_web::{Answer, Ctx, Fault, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::balances::left;
use super::scene;
use crate::leave::account::{self, Holder, types_for};
use crate::leave::reports::{MonthOfLeave, SUMS_MAX, months};
use crate::leave::{away, rights, store};
use crate::office::Office;

/// People of a page.
const PEOPLE: usize = 200;

/// As what a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportFormat {
    Json,
    Csv,
}

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
    let (from, until) = (wanted.from, wanted.until);
    if until < from || (until - from).num_days() > 366 {
        let words = Words::fixed(
            "From the first day to the last, a year at most.",
            "从开始日到结束日，最多一年。",
        );
        return Err(parameter("until", words));
    }
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    let rows = months(&reader, ctx.tenant(), (from, until)).await?;
    drop(reader);
    if rows.len() > SUMS_MAX {
        let words = Words::fixed(
            "That is more than one report holds: ask for fewer months.",
            "超过一份报表的容量：请缩短时间范围。",
        );
        return Err(parameter("until", words));
    }
    let data = taken(&ctx, &scene, &rows, wanted.department.as_deref());
    let csv = match wanted.format {
        Some(format) => format == ReportFormat::Csv,
        None => ctx.preferred(&["application/json", "text/csv"]) == Some("text/csv"),
    };
    let answer = if csv {
        Answer::bytes("text/csv; charset=utf-8", table(&data)?)
    } else {
        Answer::json(&TakenPage {
            data,
            has_more: false,
            next_cursor: None,
        })
    };
    Ok(answer.in_language(ctx.locale))
}

fn parameter(name: &str, words: Words) -> Problem {
    Problem::bad_parameters([Fault::parameter(name, "out_of_range", words)])
}

/// What the caller sees, added up.
fn taken(ctx: &Ctx, scene: &Scene, rows: &[MonthOfLeave], department: Option<&str>) -> Vec<TakenView> {
    let people = visible(ctx, scene, department);
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

/// People of a department, or all, whose leave the caller may see.
fn visible<'a>(ctx: &Ctx, scene: &'a Scene, department: Option<&str>) -> BTreeMap<UserId, &'a Person> {
    let directory = &scene.directory;
    let fits = |person: &&Person| department.is_none_or(|name| person.department.as_deref() == Some(name));
    let people = directory.people.values().filter(fits);
    let seen = people.filter(|person| rights::may_see(&ctx.caller, directory, person.id));
    seen.map(|person| (person.id, person)).collect()
}

fn table(rows: &[TakenView]) -> Result<Vec<u8>, Problem> {
    // Spreadsheets take a file for UTF-8 only if it says so.
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    writer
        .write_record([
            "department",
            "type",
            "title",
            "month",
            "measure",
            "people",
            "taken",
            "reserved",
        ])
        .map_err(Problem::internal)?;
    for row in rows {
        let text = |text: Option<&str>| harmless(text.unwrap_or_default()).into_owned();
        let cells = [
            text(row.department.as_deref()),
            text(row.r#type.as_deref()),
            text(Some(&row.title)),
            row.month.clone(),
            row.measure.to_owned(),
            row.people.to_string(),
            row.taken.to_string(),
            row.reserved.to_string(),
        ];
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// When, whose, and from where on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiabilityQuery {
    /// On which day, past or future; today unless said.
    #[param(required = false, nullable = false)]
    on: Option<Date>,
    /// The name of a department; everybody whose leave the caller sees unless said.
    #[param(required = false, nullable = false, example = "Sales")]
    department: Option<String>,
    /// Where the page begins: `next_cursor` of the one before.
    #[param(required = false, nullable = false)]
    cursor: Option<String>,
}

/// What somebody is owed of a paid type of leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveLiability)]
pub(crate) struct LiabilityView {
    #[schema(example = "leave_liability")]
    object: &'static str,
    user: UserId,
    #[schema(example = "Ann Ames")]
    name: String,
    #[schema(required = true, example = "Sales")]
    department: Option<String>,
    #[schema(example = "annual")]
    r#type: String,
    #[schema(example = "Annual leave")]
    title: String,
    /// What the balance is in: `day` or `hour`.
    #[schema(example = "day")]
    measure: &'static str,
    on: Date,
    /// Below zero: more was taken than the rules had brought by then.
    #[schema(value_type = f64, example = 17.5)]
    balance: Amount,
}

/// What is owed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveLiabilityPage)]
pub(crate) struct LiabilityPage {
    data: Vec<LiabilityView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// Report what is owed of leave on a day. The balance of every paid type that is not nothing, of 200 people a page: of everybody
/// for HR and admins, else of the caller and whom they manage. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/reports/liability",
    tag = "leave",
    params(LiabilityQuery),
    responses((status = 200, description = "What is owed.", body = LiabilityPage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/reports/liability")]
pub(crate) async fn report_leave_liability(
    ctx: Ctx,
    Wanted(wanted): Wanted<LiabilityQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let list = format!("leave/liability {:?} {:?}", wanted.on, wanted.department);
    let opened = wanted
        .cursor
        .as_deref()
        .map(|cursor| ctx.open_cursor(&list, "", cursor));
    let after: Option<UserId> = opened.transpose()?.and_then(|after| after.parse().ok());
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    let today = scene.now.utc().date_naive();
    let on = wanted.on.unwrap_or(today);
    if !is_in_reach(on, today) {
        let words = Words::fixed("Ask for a day within forty years.", "请查询前后四十年内的日期。");
        return Err(parameter("on", words));
    }
    let seen = visible(&ctx, &scene, wanted.department.as_deref());
    let mut rest = seen
        .into_iter()
        .filter(|(id, _)| after.is_none_or(|after| *id > after));
    let page: Vec<(UserId, &Person)> = rest.by_ref().take(PEOPLE).collect();
    let people: Vec<UserId> = page.iter().map(|(id, _)| *id).collect();
    let next = rest.next().and(people.last());
    let employments = store::employments(&reader, ctx.tenant(), &people).await?;
    let kept = store::entries(&reader, ctx.tenant(), &people, None).await?;
    drop(reader);
    let mut data = Vec::new();
    for (id, person) in page {
        let employment = employments.get(&id).cloned().unwrap_or_default();
        if let Some(holder) = Holder::of(&scene, id, &employment) {
            data.extend(owed(&ctx, &scene, (person, &holder), &kept, on)?);
        }
    }
    let next_cursor = next.map(|last| ctx.seal_cursor(&list, "", &last.to_string()));
    Ok(Answer::json(&LiabilityPage {
        data,
        has_more: next_cursor.is_some(),
        next_cursor,
    })
    .in_language(ctx.locale))
}

/// What one person is owed, by type.
fn owed(
    ctx: &Ctx,
    scene: &Scene,
    (person, holder): (&Person, &Holder),
    kept: &BTreeMap<(UserId, String), Vec<store::entry::Model>>,
    on: Date,
) -> Result<Vec<LiabilityView>, Problem> {
    let mut owed = Vec::new();
    let counted = |of: &&LeaveType| of.paid && of.entitlement.is_some();
    for of in holder.own_types(scene).into_iter().filter(counted) {
        let rows = kept.get(&(person.id, of.name.clone()));
        let entries = account::entries(rows.map_or(&[], Vec::as_slice))?;
        let balance = left(&holder.account(of), &entries, on);
        if !balance.is_zero() && away::reads_type_of(&ctx.caller, scene, person.id, &of.name) {
            owed.push(LiabilityView {
                object: "leave_liability",
                user: person.id,
                name: person.name.clone(),
                department: person.department.clone(),
                r#type: of.name.clone(),
                title: of.title.get(ctx.locale).to_owned(),
                measure: of.unit.measure(),
                on,
                balance,
            });
        }
    }
    Ok(owed)
}
