//! Balances, and the ledger that they are the sum of.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::leave::{
    Account, Amount, Entry, EntryKind, LeaveType, Line, available, is_in_reach, ledger,
};
use countersign_kernel::id::{LeaveEntryId, RequestId, UserId};
use countersign_kernel::text::{Locale, Words, nearest};
use countersign_kernel::time::{Date, Instant};
use countersign_web::{Answer, Ctx, Fault, Problem, Query as Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, out_of_range};
use crate::leave::account::{self, Holder};
use crate::leave::store;
use crate::office::Office;

/// Whose balances, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct BalancesQuery {
    /// Whose; the caller's own unless said. HR asks for anybody's, managers for those whom they manage.
    #[param(required = false, nullable = false)]
    user: Option<UserId>,
    /// On which day, past or future; today unless said.
    #[param(required = false, nullable = false)]
    on: Option<Date>,
}

/// The balance of a type of leave on a day: the sum of its ledger up to then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveBalance)]
pub(crate) struct BalanceView {
    #[schema(example = "leave_balance")]
    object: &'static str,
    user: UserId,
    /// The name of the type.
    #[schema(example = "annual")]
    r#type: String,
    #[schema(example = "Annual leave")]
    title: String,
    /// What amounts are in: `day` or `hour`.
    #[schema(example = "day")]
    measure: &'static str,
    /// The least that can be asked for: `day`, `half_day` or `hour`.
    #[schema(example = "half_day")]
    unit: &'static str,
    paid: bool,
    on: Date,
    /// The first day of the leave year.
    period: Date,
    /// What the year has brought so far.
    #[schema(value_type = f64, example = 25)]
    accrued: Amount,
    /// What came into it from the year before.
    #[schema(value_type = f64, example = 5)]
    carried: Amount,
    #[schema(value_type = f64, example = 0)]
    adjusted: Amount,
    #[schema(value_type = f64, example = 0)]
    expired: Amount,
    /// What was taken of it, or is set aside, up to this day.
    #[schema(value_type = f64, example = 12.5)]
    used: Amount,
    /// Null where as much is taken as is approved.
    #[schema(required = true, value_type = Option<f64>, example = 17.5)]
    balance: Option<Amount>,
    /// What can still be asked for on this day: what later leave needs is not there.
    #[schema(required = true, value_type = Option<f64>, example = 15.5)]
    available: Option<Amount>,
}

/// Balances of one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveBalancePage)]
pub(crate) struct BalancePage {
    data: Vec<BalanceView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// List balances of leave. One for each type that is the person's, on a day, past or future. Each is the sum of its ledger, and
/// what requests are held against. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/balances",
    tag = "leave",
    params(BalancesQuery),
    responses((status = 200, description = "The balances.", body = BalancePage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/balances")]
pub(crate) async fn list_leave_balances(
    ctx: Ctx,
    Wanted(wanted): Wanted<BalancesQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let asked = Asked::about(&ctx, &office, &reader, wanted.user).await?;
    let kept = store::entries(&reader, ctx.tenant(), &[asked.person], None).await?;
    let mut data = Vec::new();
    if let Some(holder) = asked.holder() {
        let on = within_bounds(&holder, wanted.on, "on")?;
        for of in holder.own_types(&asked.scene) {
            let rows = kept.get(&(asked.person, of.name.clone()));
            let entries = account::entries(rows.map_or(&[], Vec::as_slice))?;
            data.push(balance(&holder, of, &entries, on, ctx.locale));
        }
    }
    Ok(Answer::json(&BalancePage {
        data,
        has_more: false,
        next_cursor: None,
    })
    .in_language(ctx.locale))
}

/// The day that is asked for, which lies within a working life.
fn within_bounds(holder: &Holder, asked: Option<Date>, name: &str) -> Result<Date, Problem> {
    let on = asked.unwrap_or(holder.today);
    if is_in_reach(on, holder.today) {
        return Ok(on);
    }
    let words = Words::fixed("Ask for a day within forty years.", "请查询前后四十年内的日期。");
    Err(out_of_range(name, words))
}

pub(super) fn balance(
    holder: &Holder,
    of: &LeaveType,
    entries: &[Entry],
    on: Date,
    locale: Locale,
) -> BalanceView {
    let account = holder.account(of);
    let lines = ledger(&account, entries, on);
    let period = account.period_of(on);
    let sum = |fits: fn(&Entry) -> bool| {
        let of_year = lines.iter().filter(|line| line.entry.bucket.period == period);
        of_year
            .map(|line| &line.entry)
            .filter(|entry| fits(entry))
            .map(|entry| entry.amount)
            .sum::<Amount>()
    };
    let used = sum(|entry| {
        matches!(
            entry.kind,
            EntryKind::Reserved | EntryKind::Released | EntryKind::Taken
        )
    });
    let is_counted = of.entitlement.is_some();
    BalanceView {
        object: "leave_balance",
        user: holder.person,
        r#type: of.name.clone(),
        title: of.title.get(locale).to_owned(),
        measure: of.unit.measure(),
        unit: of.unit.word(),
        paid: of.paid,
        on,
        period,
        accrued: sum(|entry| entry.kind == EntryKind::Accrued),
        carried: sum(|entry| entry.kind == EntryKind::Carried && entry.bucket.carried),
        adjusted: sum(|entry| entry.kind == EntryKind::Adjusted),
        expired: -sum(|entry| entry.kind == EntryKind::Expired),
        used: -used,
        balance: is_counted.then(|| lines.iter().map(|line| line.entry.amount).sum()),
        available: is_counted.then(|| available(&account, entries, on)),
    }
}

/// Which ledger, and up to when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct LedgerQuery {
    /// Whose; the caller's own unless said.
    #[param(required = false, nullable = false)]
    user: Option<UserId>,
    /// The name of the type.
    #[param(required = true, example = "annual")]
    r#type: String,
    /// Up to and with this day, past or future; today unless said.
    #[param(required = false, nullable = false)]
    until: Option<Date>,
}

/// An entry of the ledger of leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeaveEntry)]
pub(crate) struct EntryView {
    /// Null where it follows from the rules and is not kept yet.
    #[schema(required = true)]
    id: Option<LeaveEntryId>,
    #[schema(example = "leave_entry")]
    object: &'static str,
    user: UserId,
    #[schema(example = "annual")]
    r#type: String,
    /// `accrued`, `reserved`, `released`, `taken`, `carried`, `expired` or `adjusted`.
    #[schema(example = "accrued")]
    kind: &'static str,
    /// It counts from this day on.
    on: Date,
    #[schema(value_type = f64, example = 25)]
    amount: Amount,
    /// The sum of all entries up to this one.
    #[schema(value_type = f64, example = 25)]
    balance: Amount,
    /// The first day of the leave year that it belongs to.
    period: Date,
    /// Whether it belongs to what was carried into that year.
    from_last_year: bool,
    /// The request that led to it.
    #[schema(required = true)]
    request: Option<RequestId>,
    /// Why, in the words of whoever adjusted it.
    #[schema(required = true)]
    reason: Option<String>,
    #[schema(required = true)]
    created_at: Option<Instant>,
}

/// A ledger.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = LeaveEntryPage)]
pub(crate) struct LedgerPage {
    data: Vec<EntryView>,
    has_more: bool,
    next_cursor: Option<String>,
}

/// List the ledger of a type of leave. Every entry up to a day, in order, each with the balance after it; what will follow from the
/// rules by a day to come stands there too, without an id. Scope: `oa:leave:read`.
#[utoipa::path(
    get,
    path = "/v1/leave/ledger",
    tag = "leave",
    params(LedgerQuery),
    responses((status = 200, description = "The ledger.", body = LedgerPage)),
    security(("bearer" = ["oa:leave:read"])),
)]
#[get("/v1/leave/ledger")]
pub(crate) async fn list_leave_entries(
    ctx: Ctx,
    Wanted(wanted): Wanted<LedgerQuery>,
    office: Data<Office>,
) -> Result<Answer, Problem> {
    let reader = ctx.read().await?;
    let asked = Asked::about(&ctx, &office, &reader, wanted.user).await?;
    let Some(holder) = &asked.holder() else {
        return Ok(Answer::json(&LedgerPage::default()));
    };
    let of = holder.types.of(&wanted.r#type);
    let of = of.ok_or_else(|| unknown_type(&wanted.r#type, holder))?;
    let until = within_bounds(holder, wanted.until, "until")?;
    let kept: BTreeMap<_, _> = store::entries(&reader, ctx.tenant(), &[asked.person], Some(&of.name)).await?;
    let rows = kept.into_values().next().unwrap_or_default();
    let lines = ledger(&holder.account(of), &account::entries(&rows)?, until);
    Ok(Answer::json(&LedgerPage {
        data: views(asked.person, of, &lines, &rows),
        has_more: false,
        next_cursor: None,
    }))
}

fn unknown_type(name: &str, holder: &Holder) -> Problem {
    let near = nearest(name, holder.types.types.iter().map(|of| of.name.as_str()));
    let (en, zh) = near.map_or_else(Default::default, |near| {
        (format!(" Did you mean {near}?"), format!("是否想用 {near}？"))
    });
    let words = Words::new(
        format!("There is no leave type of this name for this person.{en}"),
        format!("此人没有该名称的假别。{zh}"),
    );
    Problem::bad_parameters([Fault::parameter("type", "leave_unknown_type", words)])
}

/// The lines with the balance after each; a year that hands on nothing says nothing.
fn views(person: UserId, of: &LeaveType, lines: &[Line], rows: &[store::entry::Model]) -> Vec<EntryView> {
    let mut balance = Amount::ZERO;
    let told = lines.iter().filter(|line| !line.entry.amount.is_zero());
    told.map(|line| {
        let entry = &line.entry;
        balance += entry.amount;
        let row = line.kept.and_then(|place| rows.get(place));
        EntryView {
            id: row.map(|row| row.id),
            object: "leave_entry",
            user: person,
            r#type: of.name.clone(),
            kind: entry.kind.word(),
            on: entry.on,
            amount: entry.amount,
            balance,
            period: entry.bucket.period,
            from_last_year: entry.bucket.carried,
            request: row.and_then(|row| row.request_id),
            reason: row.and_then(|row| row.reason.clone()),
            created_at: row.map(|row| row.created_at),
        }
    })
    .collect()
}

impl EntryView {
    /// An entry that was just kept.
    pub(super) fn new(row: &store::entry::Model, kind: EntryKind, balance: Amount) -> Self {
        Self {
            id: Some(row.id),
            object: "leave_entry",
            user: row.person,
            r#type: row.leave_type.clone(),
            kind: kind.word(),
            on: row.on_day,
            amount: Amount::of_thousandths(row.amount),
            balance,
            period: row.period,
            from_last_year: row.carried,
            request: row.request_id,
            reason: row.reason.clone(),
            created_at: Some(row.created_at),
        }
    }
}

/// What an account has on a day.
pub(super) fn left(account: &Account<'_>, entries: &[Entry], on: Date) -> Amount {
    ledger(account, entries, on)
        .iter()
        .map(|line| line.entry.amount)
        .sum()
}
