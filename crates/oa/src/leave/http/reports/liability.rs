//! What is owed on a day.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::{BTreeMap, VecDeque};

use actix_web::web::{Bytes, Data};
use actix_web::{Either, HttpResponse, get};
use countersign_engine::leave::{Amount, LeaveType, is_in_reach};
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Words;
use countersign_kernel::time::Date;
use countersign_rules::scene::Scene;
use countersign_web::{Answer, Ctx, Download, Pieces, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BYTE_ORDER_MARK, CSV, ReportFormat, as_table, text, visible, write_rows};
use crate::leave::account::{self, Holder};
use crate::leave::http::balances::left;
use crate::leave::http::{out_of_range, scene};
use crate::leave::{away, store};
use crate::office::Office;

/// People of a page, and of what is read at once for a table.
const PEOPLE: usize = 200;

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
    /// Before what `Accept` says. A table has everybody, without pages. In it, what a spreadsheet would calculate has a `'` before it.
    #[param(required = false, nullable = false, inline)]
    format: Option<ReportFormat>,
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
/// for HR and admins, else of the caller and whom they manage. As JSON or, with `format=csv` or `Accept: text/csv`, as a table of
/// all of them. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/reports/liability",
    tag = "leave",
    params(LiabilityQuery),
    responses((status = 200, description = "What is owed.", content(
        (LiabilityPage = "application/json"),
        (String = "text/csv", example = json!("name,email,department,type,title,measure,on,balance\r\nAnn Ames,ann@acme.example,Sales,annual,Annual leave,day,2026-12-31,17.5\r\n"))
    ))),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/reports/liability")]
pub(crate) async fn report_leave_liability(
    ctx: Ctx,
    Wanted(wanted): Wanted<LiabilityQuery>,
    office: Data<Office>,
) -> Result<Either<Answer, HttpResponse>, Problem> {
    let list = format!("leave/liability {:?} {:?}", wanted.on, wanted.department);
    let opened = wanted
        .cursor
        .as_deref()
        .map(|cursor| ctx.open_cursor(&list, "", cursor));
    let after: Option<UserId> = opened.transpose()?.and_then(|after| after.parse().ok());
    let reader = ctx.read().await?;
    let scene = scene(&ctx, &office, &reader).await?;
    drop(reader);
    let today = scene.now.utc().date_naive();
    let on = wanted.on.unwrap_or(today);
    if !is_in_reach(on, today) {
        let words = Words::fixed("Ask for a day within forty years.", "请查询前后四十年内的日期。");
        return Err(out_of_range("on", words));
    }
    let seen = visible(&ctx, &scene, wanted.department.as_deref());
    let people = seen
        .into_keys()
        .filter(|id| after.is_none_or(|after| *id > after));
    let mut report = Report {
        people: people.collect(),
        scene,
        on,
    };
    if as_table(&ctx, wanted.format) {
        let file = Download {
            media_type: CSV.to_owned(),
            file_name: format!("leave-liability-{on}.csv"),
        };
        let table = Table {
            ctx: ctx.clone(),
            report,
            begun: false,
        };
        return Ok(Either::Right(file.send(ctx, table)));
    }
    let page = report.next(&ctx).await?;
    let next_cursor = page
        .last
        .filter(|_| !report.people.is_empty())
        .map(|last| ctx.seal_cursor(&list, "", &last.to_string()));
    let answer = Answer::json(&LiabilityPage {
        data: page.owed,
        has_more: next_cursor.is_some(),
        next_cursor,
    });
    Ok(Either::Left(answer.in_language(ctx.locale)))
}

/// What is owed to people, a page of them at a time.
struct Report {
    /// Who is still to come, in order of id.
    people: VecDeque<UserId>,
    scene: Scene,
    on: Date,
}

/// What is owed to the people of a page, and the last of them.
struct Page {
    owed: Vec<LiabilityView>,
    last: Option<UserId>,
}

impl Report {
    async fn next(&mut self, ctx: &Ctx) -> Result<Page, Problem> {
        let count = self.people.len().min(PEOPLE);
        let people: Vec<UserId> = self.people.drain(..count).collect();
        let reader = ctx.read().await?;
        let employments = store::employments(&reader, ctx.tenant(), &people).await?;
        let kept = store::entries(&reader, ctx.tenant(), &people, None).await?;
        drop(reader);
        let mut all = Vec::new();
        for id in &people {
            let employment = employments.get(id).cloned().unwrap_or_default();
            let person = self.scene.directory.person(*id);
            let holder = Holder::of(&self.scene, *id, &employment);
            if let Some((person, holder)) = person.zip(holder) {
                all.extend(owed(ctx, &self.scene, (person, &holder), &kept, self.on)?);
            }
        }
        Ok(Page {
            owed: all,
            last: people.last().copied(),
        })
    }
}

/// The whole report as a table.
struct Table {
    ctx: Ctx,
    report: Report,
    /// Whether the names of the columns are written.
    begun: bool,
}

impl Pieces for Table {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        if self.begun && self.report.people.is_empty() {
            return Ok(None);
        }
        let mut piece = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            let names = [
                "name",
                "email",
                "department",
                "type",
                "title",
                "measure",
                "on",
                "balance",
            ];
            piece = write_rows(BYTE_ORDER_MARK.to_vec(), [names.map(str::to_owned)])?;
        }
        let page = self.report.next(&self.ctx).await?;
        let directory = &self.report.scene.directory;
        let row = |row: LiabilityView| {
            [
                text(Some(&row.name)),
                text(directory.person(row.user).map(|person| person.email.as_str())),
                text(row.department.as_deref()),
                text(Some(&row.r#type)),
                text(Some(&row.title)),
                row.measure.to_owned(),
                row.on.to_string(),
                row.balance.to_string(),
            ]
        };
        Ok(Some(write_rows(piece, page.owed.into_iter().map(row))?.into()))
    }
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
