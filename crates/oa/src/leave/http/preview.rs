//! What leave would take, before it is asked for.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::{
    Account, Amount, Asked as AskedFor, Away, Broken, DayTaken, Entry, LeaveType, broken_rules, is_in_reach,
    reserve, takes,
};
use countersign_kernel::id::UserId;
use countersign_kernel::number;
use countersign_kernel::text::{Locale, Words};
use countersign_kernel::time::Date;
use countersign_web::{Answer, Ctx, Fault, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::balances::left;
use super::{Asked, away};
use crate::leave::account;
use crate::leave::follow::{away_of, meets};
use crate::leave::{refused, store};
use crate::office::Office;

/// Leave that somebody thinks of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewQuery {
    /// The name of the type.
    #[param(example = "annual")]
    r#type: String,
    /// The first day.
    #[param(example = "2026-08-06")]
    start: Date,
    /// The last day.
    #[param(example = "2026-08-10")]
    end: Date,
    /// From noon of the first day.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    start_half: Option<bool>,
    /// Until noon of the last.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    end_half: Option<bool>,
    /// So many hours of a single day.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    hours: Option<f64>,
    /// Whether evidence will be attached.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    evidence: Option<bool>,
    /// Whose; the caller's own unless said.
    #[serde(default)]
    #[param(required = false, nullable = false)]
    user: Option<UserId>,
}

/// What leave would take, and what speaks against it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreview)]
pub(crate) struct PreviewView {
    #[schema(example = "leave_preview")]
    object: &'static str,
    user: UserId,
    #[schema(example = "annual")]
    r#type: String,
    /// What amounts are in: `day` or `hour`.
    #[schema(example = "day")]
    measure: &'static str,
    #[schema(value_type = f64, example = 4.5)]
    takes: Amount,
    /// On the first day, before it; null where as much is taken as is approved.
    #[schema(required = true, value_type = Option<f64>, example = 17.5)]
    balance_before: Option<Amount>,
    #[schema(required = true, value_type = Option<f64>, example = 13)]
    balance_after: Option<Amount>,
    days: Vec<DayView>,
    /// Why it would be refused; none: it could be asked for.
    problems: Vec<BrokenView>,
    /// Who of the same department is away on some of these days.
    away: Vec<away::AwayView>,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreviewDay)]
struct DayView {
    date: Date,
    #[schema(value_type = f64, example = 1)]
    takes: Amount,
    /// `worked`, `half`, `hours`, `counted`, `day_off`, `holiday`, `half_holiday`, `make_up_day` or `not_employed`.
    #[schema(example = "worked")]
    why: &'static str,
    /// What the holiday is called.
    #[schema(required = true)]
    holiday: Option<String>,
}

/// Why leave would be refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreviewProblem)]
struct BrokenView {
    #[schema(example = "leave_not_enough")]
    code: &'static str,
    detail: String,
}

/// Preview leave. What a range of days would take, day by day and why, what the balance would be, what speaks against it, and who
/// of the same department is away then. Nothing is kept. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/preview",
    tag = "leave",
    params(PreviewQuery),
    responses((status = 200, description = "What it would take.", body = PreviewView)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/preview")]
pub(crate) async fn preview_leave(
    ctx: Ctx,
    Wanted(wanted): Wanted<PreviewQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let asked = Asked::about(&ctx, &office, &reader, wanted.user).await?;
    let range = wanted.away()?;
    let holder = asked.holder();
    let own = holder
        .as_ref()
        .map(|holder| holder.own_types(&asked.scene))
        .unwrap_or_default();
    let of = own.iter().copied().find(|of| of.name == wanted.r#type);
    let (Some(holder), Some(of)) = (&holder, of) else {
        let known: Vec<&str> = own.iter().map(|of: &&LeaveType| of.name.as_str()).collect();
        let broken = refused::no_type(&wanted.r#type, &known);
        return Ok(Answer::json(&wanted.nothing(asked.person, &broken, ctx.locale)).in_language(ctx.locale));
    };
    let kept = store::entries(&reader, ctx.tenant(), &[asked.person], Some(&of.name)).await?;
    let entries = account::entries(&kept.into_values().next().unwrap_or_default())?;
    let days = takes(of, &holder.working, range);
    let leaves = store::leaves_between(&reader, ctx.tenant(), None, (range.first, range.last)).await?;
    let account = holder.account(of);
    let asked_for = AskedFor {
        of,
        away: range,
        days: &days,
        today: holder.today,
        has_evidence: wanted.evidence.unwrap_or(false),
    };
    let problems = against(&asked_for, &account, &entries, (asked.person, &leaves));
    let taken: Amount = days.iter().map(|day| day.takes).sum();
    let before = of
        .entitlement
        .as_ref()
        .filter(|_| is_in_reach(range.first, holder.today))
        .map(|_| left(&account, &entries, range.first));
    let colleagues = away::colleagues(&asked.scene, asked.person, &leaves);
    let view = PreviewView {
        object: "leave_preview",
        user: asked.person,
        r#type: of.name.clone(),
        measure: of.unit.measure(),
        takes: taken,
        balance_before: before,
        balance_after: before.map(|before| before - taken),
        days: days.into_iter().map(DayView::of).collect(),
        problems: problems
            .iter()
            .map(|one| BrokenView::of(one, ctx.locale))
            .collect(),
        away: away::views(&ctx, &asked.scene, &colleagues),
    };
    Ok(Answer::json(&view).in_language(ctx.locale))
}

/// All that speaks against it.
fn against(
    asked: &AskedFor<'_>,
    account: &Account<'_>,
    entries: &[Entry],
    (person, leaves): (UserId, &[store::leave::Model]),
) -> Vec<Broken> {
    let mut problems = broken_rules(asked);
    let own = leaves.iter().filter(|leave| leave.person == person);
    let mut in_the_way = own.filter(|leave| meets(asked.away, away_of(leave)));
    problems.extend(in_the_way.next().map(overlap));
    if !is_in_reach(asked.away.last, asked.today) {
        return problems;
    }
    let short = reserve(account, entries, asked.days).err();
    problems.extend(short.map(|short| short.broken(asked.of)));
    problems
}

/// Days of a preview.
const DAYS_MAX: i64 = 3 * 366;

impl PreviewQuery {
    /// Of whoever has no such leave.
    fn nothing(&self, person: UserId, broken: &Broken, locale: Locale) -> PreviewView {
        PreviewView {
            object: "leave_preview",
            user: person,
            r#type: self.r#type.clone(),
            measure: "day",
            takes: Amount::ZERO,
            balance_before: None,
            balance_after: None,
            days: Vec::new(),
            problems: vec![BrokenView::of(broken, locale)],
            away: Vec::new(),
        }
    }

    fn away(&self) -> Result<Away, Problem> {
        if self.end < self.start {
            let words = Words::fixed("The end comes before the start.", "结束日期早于开始日期。");
            return Err(bad("end", "end_before_start", &words));
        }
        if (self.end - self.start).num_days() >= DAYS_MAX {
            let words = Words::fixed("Three years at most.", "最多三年。");
            return Err(bad("end", "out_of_range", &words));
        }
        let exact = |hours: f64| {
            let json = serde_json::Number::from_f64(hours)?;
            number::of_json(&json).and_then(Amount::of_decimal)
        };
        let hours = self.hours.map(|hours| {
            let words = Words::fixed("Hours have at most three decimals.", "小时数最多三位小数。");
            exact(hours)
                .filter(|hours| *hours > Amount::ZERO)
                .ok_or_else(|| bad("hours", "bad_value", &words))
        });
        Ok(Away {
            first: self.start,
            last: self.end,
            start_half: self.start_half.unwrap_or(false),
            end_half: self.end_half.unwrap_or(false),
            hours: hours.transpose()?,
        })
    }
}

fn bad(name: &str, code: &'static str, words: &Words) -> Problem {
    Problem::bad_parameters([Fault::parameter(name, code, words.clone())])
}

fn overlap(leave: &store::leave::Model) -> Broken {
    let (first, last) = (leave.first_day, leave.last_day);
    refused::overlapping(first, last)
}

impl DayView {
    fn of(day: DayTaken) -> Self {
        Self {
            date: day.date,
            takes: day.takes,
            why: day.why.word(),
            holiday: day.why.holiday().map(str::to_owned),
        }
    }
}

impl BrokenView {
    fn of(broken: &Broken, locale: Locale) -> Self {
        Self {
            code: broken.code,
            detail: broken.text.get(locale).to_owned(),
        }
    }
}
