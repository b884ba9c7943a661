//! What a year brings.

use super::super::calendar::date;
use super::super::desk::Desk;
use super::{Steps, amount, read};
use crate::finding::words;
use crate::keys::{ACCRUES, ENTITLEMENT};
use crate::leave::{Accrues, Amount, Entitlement, ProRata, Rounding};
use crate::parse::{Node, Yaml};

const PRO_RATA: [(&str, ProRata); 5] = [
    ("days", ProRata::Days),
    ("full_months", ProRata::FullMonths),
    ("started_months", ProRata::StartedMonths),
    ("half_years", ProRata::HalfYears),
    ("whole", ProRata::Whole),
];

pub(super) fn entitlement(desk: &Desk<'_>, node: &Node) -> Option<Entitlement> {
    let map = desk.map(node, &ENTITLEMENT)?;
    let per_year = map.get("per_year").and_then(|node| amount(desk, node));
    let seniority = read(map.get("seniority"), |node| seniority(desk, node));
    let steps = read(map.get("steps"), |node| {
        desk.one_of(node, &[("next_year", false), ("at_once", true)])
    });
    let accrues = read(map.get("accrues"), |node| accrues(desk, node));
    let pro_rata = read(map.get("pro_rata"), |node| desk.one_of(node, &PRO_RATA));
    let rounding = read(map.get("rounding"), |node| rounding(desk, node));
    let waits = read(map.get("waits"), |node| desk.count(node, 0));
    let cap = read(map.get("cap"), |node| amount(desk, node));
    Some(Entitlement {
        per_year: per_year?,
        seniority: seniority?.unwrap_or_default().into_iter().collect(),
        steps_at_once: steps?.unwrap_or(false),
        accrues: accrues?.unwrap_or(Accrues::UpFront),
        pro_rata: pro_rata?.unwrap_or(ProRata::Days),
        rounding: rounding?.unwrap_or(Rounding::FINEST),
        waits_months: waits?.unwrap_or(0).min(120),
        cap: cap?,
    })
}

fn seniority(desk: &Desk<'_>, node: &Node) -> Option<Steps> {
    let mut steps = Steps::new();
    for (_, key, value) in desk.named(node)? {
        steps.insert(desk.count(key, 1)?, amount(desk, value)?);
    }
    Some(steps)
}

fn accrues(desk: &Desk<'_>, node: &Node) -> Option<Accrues> {
    if !matches!(node.yaml, Yaml::Map(_)) {
        return desk.one_of(
            node,
            &[
                ("up_front", Accrues::UpFront),
                ("monthly", Accrues::Monthly),
                ("end_of_month", Accrues::EndOfMonth),
            ],
        );
    }
    let map = desk.map(node, &ACCRUES)?;
    let pay_period = read(map.get("pay_period"), |node| desk.count(node, 1))?;
    let from = read(map.get("from"), |node| date(desk, node))?;
    let hours = read(map.get("hours_worked"), |node| desk.count(node, 1))?;
    let brings = read(map.get("brings"), |node| amount(desk, node))?;
    match (pay_period, from, hours, brings) {
        (Some(days), Some(from), None, None) => Some(Accrues::PayPeriod {
            days: days.min(366),
            from,
        }),
        (None, None, Some(hours), Some(amount)) if amount > Amount::ZERO => {
            Some(Accrues::HoursWorked { amount, hours })
        }
        _ => {
            desk.error(
                "two-kinds",
                node,
                words!(
                    "`accrues` is by pay period or by hours worked.",
                    "`accrues` 按发薪周期或按工作小时。"
                ),
                words!(
                    "Write `{{pay_period: 14, from: 2026-01-02}}` or `{{hours_worked: 30, brings: 1}}`.",
                    "请写 `{{pay_period: 14, from: 2026-01-02}}` 或 `{{hours_worked: 30, brings: 1}}`。"
                ),
            );
            None
        }
    }
}

fn rounding(desk: &Desk<'_>, node: &Node) -> Option<Rounding> {
    let text = desk.text(node)?;
    let rounding = Rounding::parse(text);
    if rounding.is_none() {
        desk.error(
            "wrong-shape",
            node,
            words!("`{text}` is no way to round.", "`{text}` 不是取整方式。"),
            words!(
                "Write like `up to 0.5`, `down to 1` or `nearest 0.25`.",
                "请写如 `up to 0.5`、`down to 1` 或 `nearest 0.25`。"
            ),
        );
    }
    rounding
}
