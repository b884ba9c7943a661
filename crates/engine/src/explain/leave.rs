//! Leave types as sentences.

use countersign_kernel::text::Locale;

use crate::leave::{
    Accrues, Amount, AsksForLeave, CarryOver, Counts, Entitlement, LeaveType, LeaveTypes, ProRata, Unit,
};
use crate::why::Telling;

pub(super) fn leave_types(types: &LeaveTypes, locale: Locale) -> String {
    types.types.iter().map(|one| told(one, locale)).collect()
}

/// A type in one line.
fn told(of: &LeaveType, locale: Locale) -> String {
    let title = of.title.get(locale);
    let mut parts = vec![match &of.entitlement {
        Some(entitlement) => brings(of, entitlement, locale),
        None => locale.pick(
            "as much as is approved".to_owned(),
            "按批准天数，不限额".to_owned(),
        ),
    }];
    if !of.paid {
        parts.push(locale.pick("unpaid".to_owned(), "无薪".to_owned()));
    }
    if let Some(who) = &of.who {
        let who = who.source();
        parts.push(locale.pick(format!("for whom {who}"), format!("适用于 {who}")));
    }
    if of.counts == Counts::CalendarDays {
        parts.push(locale.pick(
            "every day of the calendar counts".to_owned(),
            "按日历天计算".to_owned(),
        ));
    }
    if of.entitlement.is_some() {
        parts.push(carried(of, locale));
    }
    if !of.may_go_below.is_zero() {
        let below = amount(of, of.may_go_below, locale);
        parts.push(locale.pick(
            format!("{below} more than there is may be taken"),
            format!("可透支 {below}"),
        ));
    }
    if of.notice_days > 0 {
        let days = of.notice_days;
        parts.push(locale.pick(
            format!("asked for {days} days ahead"),
            format!("须提前 {days} 天申请"),
        ));
    }
    if let Some(longest) = of.longest {
        let longest = amount(of, longest, locale);
        parts.push(locale.pick(
            format!("{longest} in one piece at most"),
            format!("单次最多 {longest}"),
        ));
    }
    if let Some(after) = of.evidence_after {
        let after = amount(of, after, locale);
        parts.push(locale.pick(
            format!("with evidence beyond {after}"),
            format!("超过 {after} 须附证明"),
        ));
    }
    let stop = locale.pick(".", "。");
    format!(
        "{title}{}{}{stop}\n",
        locale.pick(": ", "："),
        parts.join(locale.pick("; ", "；"))
    )
}

fn amount(of: &LeaveType, amount: Amount, locale: Locale) -> String {
    let hours = of.unit == Unit::Hour;
    let many = if amount == Amount::ONE { "" } else { "s" };
    locale.pick(
        format!("{amount} {}{many}", of.unit.measure()),
        format!("{amount} {}", if hours { "小时" } else { "天" }),
    )
}

fn brings(of: &LeaveType, own: &Entitlement, locale: Locale) -> String {
    let year = amount(of, own.per_year, locale);
    let when = match own.accrues {
        Accrues::UpFront => locale.pick("when it begins", "年初一次计入").to_owned(),
        Accrues::Monthly => locale
            .pick("a twelfth each month", "每月计入十二分之一")
            .to_owned(),
        Accrues::EndOfMonth => locale
            .pick("a twelfth after each month", "每月末计入十二分之一")
            .to_owned(),
        Accrues::PayPeriod { days, .. } => locale.pick(
            format!("a part after each {days} days"),
            format!("每 {days} 天计入一部分"),
        ),
        Accrues::HoursWorked {
            amount: brings,
            hours,
        } => {
            let brings = amount(of, brings, locale);
            locale.pick(
                format!("{brings} for each {hours} hours worked"),
                format!("每工作 {hours} 小时计入 {brings}"),
            )
        }
    };
    let steps = own.seniority.iter().map(|(years, step)| {
        let step = amount(of, *step, locale);
        locale.pick(
            format!(", {step} from {years} years of service on"),
            format!("，工龄满 {years} 年为 {step}"),
        )
    });
    let steps: String = steps.collect();
    let part = match own.pro_rata {
        ProRata::Days => locale.pick(", part of a year by the day", "，不足一年按天折算"),
        ProRata::FullMonths => locale.pick(", a twelfth for each whole month", "，每满一个月计十二分之一"),
        ProRata::StartedMonths => {
            locale.pick(", a twelfth for each month begun", "，每个开始的月份计十二分之一")
        }
        ProRata::HalfYears => locale.pick(", whole for half a year of it", "，任职半年即为全额"),
        ProRata::Whole => locale.pick(", whole whenever somebody joins", "，无论何时入职均为全额"),
    };
    locale.pick(
        format!("a year brings {year}, {when}{steps}{part}"),
        format!("每年 {year}，{when}{steps}{part}"),
    )
}

fn carried(of: &LeaveType, locale: Locale) -> String {
    let CarryOver { at_most, until } = of.carry_over;
    if at_most.is_some_and(Amount::is_zero) {
        return locale.pick(
            "what is left expires with the year".to_owned(),
            "年末未休部分作废".to_owned(),
        );
    }
    let most = at_most.map_or_else(
        || locale.pick("all that is left", "全部余额").to_owned(),
        |most| {
            let most = amount(of, most, locale);
            locale.pick(format!("{most} at most"), format!("最多 {most}"))
        },
    );
    let end = until.map_or_else(String::new, |(month, day)| {
        locale.pick(
            format!(", to be taken until {month:02}-{day:02}"),
            format!("，须在 {month:02}-{day:02} 前休完"),
        )
    });
    locale.pick(
        format!("{most} goes into the next year{end}"),
        format!("{most}可结转至下一年{end}"),
    )
}

/// Which leave the requests of a workflow ask for.
pub(super) fn asks(asks: &AsksForLeave, telling: &Telling<'_>) -> String {
    let dates = telling.field(&asks.dates);
    match (&asks.changes, &asks.of) {
        (Some(changes), _) => {
            let changes = telling.field(changes);
            telling.locale.pick(
                format!("When it is approved, the leave of {changes} becomes {dates}, or is cancelled without them."),
                format!("批准后，{changes}的假期改为{dates}；未填则取消。"),
            )
        }
        (None, of) => {
            let of = of.as_ref().map(|of| of.spoken(telling)).unwrap_or_default();
            telling.locale.pick(
                format!(
                    "It asks for leave ({of}) from {dates}: set aside when submitted, taken when approved."
                ),
                format!("申请假期（{of}，{dates}）：提交时预留，批准后计为已休。"),
            )
        }
    }
}
