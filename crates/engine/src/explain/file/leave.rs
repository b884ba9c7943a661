//! Leave types as a file again.

use super::calendar::whose;
use super::{Page, quoted, words};
use crate::leave::{
    Accrues, AsksForLeave, CarryOver, Counts, Entitlement, How, LeaveType, LeaveTypes, ProRata, ReasonSeenBy,
    Rounding, YearStart,
};

pub(in crate::explain) fn leave_types(types: &LeaveTypes) -> String {
    let mut page = Page::default();
    page.pair(0, "leave_types", &types.name);
    if let Some(title) = &types.title {
        page.pair(0, "title", &words(title));
    }
    if let Some(place) = &types.place {
        page.pair(0, "for", &whose(place));
    }
    page.pair(0, "starts", &types.starts.to_string());
    let year = match types.year {
        YearStart::Joining => "joining".to_owned(),
        YearStart::On { month, day } => quoted(&month_day((month, day))),
    };
    page.pair(0, "year", &year);
    page.line(0, "types:");
    for one in &types.types {
        leave_type(&mut page, one);
    }
    page.text
}

fn month_day((month, day): (u32, u32)) -> String {
    format!("{month:02}-{day:02}")
}

fn leave_type(page: &mut Page, of: &LeaveType) {
    page.line(1, &format!("{}:", of.name));
    page.pair(2, "title", &words(&of.title));
    page.pair(2, "unit", of.unit.word());
    page.pair(2, "paid", &of.paid.to_string());
    if let Some(who) = &of.who {
        page.pair(2, "who", &quoted(who.source()));
    }
    let counts = match of.counts {
        Counts::WorkingDays => "working_days",
        Counts::CalendarDays => "calendar_days",
    };
    page.pair(2, "counts", counts);
    if let Some(own) = &of.entitlement {
        page.line(2, "entitlement:");
        entitlement(page, own);
        page.pair(2, "carry_over", &carry_over(of.carry_over));
        page.pair(2, "may_go_below", &of.may_go_below.to_string());
    }
    page.pair(2, "notice", &format!("{} days", of.notice_days));
    if let Some(longest) = of.longest {
        page.pair(2, "longest", &longest.to_string());
    }
    if let Some(after) = of.evidence_after {
        page.pair(2, "evidence_after", &after.to_string());
    }
    if !of.blackouts.is_empty() {
        page.line(2, "blackouts:");
        for blackout in &of.blackouts {
            let (from, until) = (blackout.from, blackout.until);
            let why = words(&blackout.why);
            page.line(3, &format!("- {{from: {from}, until: {until}, why: {why}}}"));
        }
    }
    let seen_by = match of.reason_seen_by {
        ReasonSeenBy::Approvers => "approvers",
        ReasonSeenBy::Everyone => "everyone",
        ReasonSeenBy::Hr => "hr",
    };
    page.pair(2, "reason_seen_by", seen_by);
}

fn entitlement(page: &mut Page, own: &Entitlement) {
    page.pair(3, "per_year", &own.per_year.to_string());
    if !own.seniority.is_empty() {
        let steps = own.seniority.iter();
        let steps: Vec<String> = steps
            .map(|(years, amount)| format!("{years}: {amount}"))
            .collect();
        page.pair(3, "seniority", &format!("{{{}}}", steps.join(", ")));
        page.pair(
            3,
            "steps",
            if own.steps_at_once { "at_once" } else { "next_year" },
        );
    }
    let accrues = match own.accrues {
        Accrues::UpFront => "up_front".to_owned(),
        Accrues::Monthly => "monthly".to_owned(),
        Accrues::EndOfMonth => "end_of_month".to_owned(),
        Accrues::PayPeriod { days, from } => format!("{{pay_period: {days}, from: {from}}}"),
        Accrues::HoursWorked { amount, hours } => format!("{{hours_worked: {hours}, brings: {amount}}}"),
    };
    page.pair(3, "accrues", &accrues);
    let pro_rata = match own.pro_rata {
        ProRata::Days => "days",
        ProRata::FullMonths => "full_months",
        ProRata::StartedMonths => "started_months",
        ProRata::HalfYears => "half_years",
        ProRata::Whole => "whole",
    };
    page.pair(3, "pro_rata", pro_rata);
    page.pair(3, "rounding", &rounding(own.rounding));
    page.pair(3, "waits", &own.waits_months.to_string());
    if let Some(cap) = own.cap {
        page.pair(3, "cap", &cap.to_string());
    }
}

fn rounding(rounding: Rounding) -> String {
    let how = match rounding.how {
        How::Nearest => "nearest",
        How::Up => "up to",
        How::Down => "down to",
    };
    format!("{how} {}", rounding.step)
}

fn carry_over(carry_over: CarryOver) -> String {
    match (carry_over.at_most, carry_over.until) {
        (None, None) => "everything".to_owned(),
        (Some(most), None) if most.is_zero() => "nothing".to_owned(),
        (most, until) => {
            let most = most.map(|most| format!("at_most: {most}"));
            let until = until.map(|until| format!("until: {}", quoted(&month_day(until))));
            let both: Vec<String> = most.into_iter().chain(until).collect();
            format!("{{{}}}", both.join(", "))
        }
    }
}

/// Which leave a workflow's requests ask for.
pub(super) fn asks(asks: &AsksForLeave) -> String {
    let fields = [
        ("dates", Some(&asks.dates)),
        ("hours", asks.hours.as_ref()),
        ("evidence", asks.evidence.as_ref()),
        ("changes", asks.changes.as_ref()),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(key, field)| Some(format!("{key}: {}", field?)));
    let of = asks.of.iter().map(|of| format!("type: {}", quoted(of.source())));
    let fields = fields.chain(asks.evidence_later.then(|| "evidence_later: true".to_owned()));
    format!("{{{}}}", of.chain(fields).collect::<Vec<_>>().join(", "))
}
