//! A document of leave types.

mod asked;
mod entitlement;
mod story;

use std::collections::BTreeMap;

use chrono::Datelike;
use countersign_kernel::time::Date;

use super::calendar::{date, place};
use super::desk::{Desk, Map};
use crate::expr::{Scope, Wanted};
use crate::finding::words;
use crate::keys::{BLACKOUT, CARRY_OVER, LEAVE_TYPE, LEAVE_TYPES};
use crate::leave::{
    Amount, Blackout, CarryOver, Counts, LeaveType, LeaveTypes, ReasonSeenBy, Unit, YearStart,
};
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;

pub(super) use asked::asks_for_leave;

/// Types of a file.
const TYPES_MAX: usize = 100;
/// In which the first day that is counted lies: every year from then on is worked through.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;
/// Blackouts of a type.
const BLACKOUTS_MAX: usize = 200;

pub(crate) fn leave_types(desk: &Desk<'_>, root: &Node, around: &Surroundings) -> Option<LeaveTypes> {
    let map = desk.map(root, &LEAVE_TYPES)?;
    let name = map.get("leave_types").and_then(|node| desk.name(node));
    let title = read(map.get("title"), |node| desk.words(node));
    let place = read(map.get("for"), |node| place(desk, node));
    let year = match map.get("year") {
        None => Some(YearStart::On { month: 1, day: 1 }),
        Some(node) if node.text() == Some("joining") => Some(YearStart::Joining),
        Some(node) => month_day(desk, node).map(|(month, day)| YearStart::On { month, day }),
    };
    let starts = map.get("starts").and_then(|node| starts(desk, node, year));
    let types = map.get("types").and_then(|node| types(desk, node, around));
    let tests = match (map.get("tests"), &types, starts) {
        (None, ..) => Some(Vec::new()),
        (Some(node), Some(types), Some(starts)) => story::stories(desk, node, types, starts),
        (Some(_), ..) => None,
    };
    Some(LeaveTypes {
        name: name?,
        title: title?,
        place: place?,
        starts: starts?,
        year: year?,
        types: types?,
        tests: tests?,
    })
}

/// What a key says, if it is there: none where it says nothing that can be read.
#[expect(
    clippy::option_option,
    reason = "outer: it was found wrong; inner: there is none"
)]
fn read<T>(node: Option<&Node>, value: impl FnOnce(&Node) -> Option<T>) -> Option<Option<T>> {
    node.map_or(Some(None), |node| value(node).map(Some))
}

fn starts(desk: &Desk<'_>, node: &Node, year: Option<YearStart>) -> Option<Date> {
    let starts = date(desk, node)?;
    if !YEARS.contains(&starts.year()) {
        let (first, last) = (YEARS.start(), YEARS.end());
        desk.error(
            "too-large",
            node,
            words!(
                "Leave is counted from {first} to {last}.",
                "假期从 {first} 年计算到 {last} 年。"
            ),
            words!(
                "Write the first leave year that is counted here.",
                "请写在此计算的第一个假期年度。"
            ),
        );
        return None;
    }
    let Some(YearStart::On { month, day }) = year else {
        return Some(starts);
    };
    if (starts.month(), starts.day()) == (month, day) {
        return Some(starts);
    }
    let in_year = starts.year();
    desk.error(
        "wrong-shape",
        node,
        words!(
            "No leave year begins on {starts}.",
            "没有假期年度从 {starts} 开始。"
        ),
        words!(
            "Write the first day of a leave year, like `{in_year}-{month:02}-{day:02}`.",
            "请写假期年度的第一天，如 `{in_year}-{month:02}-{day:02}`。"
        ),
    );
    None
}

fn types(desk: &Desk<'_>, node: &Node, around: &Surroundings) -> Option<Vec<LeaveType>> {
    let entries = desk.named(node)?;
    if entries.len() > TYPES_MAX {
        desk.error(
            "too-large",
            node,
            words!(
                "A file has more than {TYPES_MAX} types.",
                "文件中的假别超过 {TYPES_MAX} 个。"
            ),
            words!("Split it.", "请拆分。"),
        );
        return None;
    }
    let mut types = Vec::new();
    let mut sound = true;
    for (_, key, value) in entries {
        match (desk.name(key), leave_type(desk, key, value, around)) {
            (Some(_), Some(one)) => types.push(one),
            _ => sound = false,
        }
    }
    sound.then_some(types)
}

const COUNTS: [(&str, Counts); 2] = [
    ("working_days", Counts::WorkingDays),
    ("calendar_days", Counts::CalendarDays),
];

const SEEN_BY: [(&str, ReasonSeenBy); 3] = [
    ("approvers", ReasonSeenBy::Approvers),
    ("everyone", ReasonSeenBy::Everyone),
    ("hr", ReasonSeenBy::Hr),
];

fn leave_type(desk: &Desk<'_>, key: &Node, node: &Node, around: &Surroundings) -> Option<LeaveType> {
    let map = desk.map(node, &LEAVE_TYPE)?;
    let title = map.get("title").and_then(|node| desk.words(node));
    let unit = map.get("unit").and_then(|node| desk.one_of(node, &Unit::ALL));
    let paid = read(map.get("paid"), |node| desk.yes_no(node));
    let who = read(map.get("who"), |node| {
        let tables = around.tables.signatures();
        let scope = Scope {
            candidate: true,
            tables: std::sync::Arc::new(tables),
            ..Scope::default()
        };
        desk.expression(node, &scope, &Wanted::YesNo)
    });
    let counts = read(map.get("counts"), |node| desk.one_of(node, &COUNTS));
    let entitlement = read(map.get("entitlement"), |node| {
        entitlement::entitlement(desk, node)
    });
    let carry_over = read(map.get("carry_over"), |node| carry_over(desk, node));
    let may_go_below = read(map.get("may_go_below"), |node| amount(desk, node));
    let notice = read(map.get("notice"), |node| days(desk, node));
    let longest = read(map.get("longest"), |node| amount(desk, node));
    let evidence = read(map.get("evidence_after"), |node| amount(desk, node));
    let blackouts = read(map.get("blackouts"), |node| blackouts(desk, node));
    let seen_by = read(map.get("reason_seen_by"), |node| desk.one_of(node, &SEEN_BY));
    only_with_entitlement(desk, &map);
    Some(LeaveType {
        name: desk.text(key)?.to_owned(),
        title: title?,
        unit: unit?,
        paid: paid?.unwrap_or(true),
        who: who?,
        counts: counts?.unwrap_or(Counts::WorkingDays),
        entitlement: entitlement?,
        carry_over: carry_over?.unwrap_or(CarryOver::NOTHING),
        may_go_below: may_go_below?.unwrap_or_default(),
        notice_days: notice?.unwrap_or(0),
        longest: longest?,
        evidence_after: evidence?,
        blackouts: blackouts?.unwrap_or_default(),
        reason_seen_by: seen_by?.unwrap_or(ReasonSeenBy::Approvers),
    })
}

/// What is not counted can neither be carried nor owed.
fn only_with_entitlement(desk: &Desk<'_>, map: &Map<'_>) {
    if map.get("entitlement").is_some() || !map.is_sound() {
        return;
    }
    for name in ["carry_over", "may_go_below"] {
        if let Some(key) = map.key(name) {
            desk.error(
                "no-effect",
                key,
                words!(
                    "Without an entitlement there is no balance, so `{name}` says nothing.",
                    "没有 `entitlement` 就没有余额，`{name}` 不起作用。"
                ),
                words!(
                    "Leave it out, or add `entitlement: …`.",
                    "请去掉，或添加 `entitlement: …`。"
                ),
            );
        }
    }
}

/// So many days or hours.
fn amount(desk: &Desk<'_>, node: &Node) -> Option<Amount> {
    let text = desk.text(node)?;
    let amount = Amount::parse(text).filter(|amount| !amount.is_negative());
    if amount.is_none() {
        desk.error(
            "wrong-shape",
            node,
            words!(
                "`{text}` is no number of days or hours.",
                "`{text}` 不是天数或小时数。"
            ),
            words!(
                "Write it with at most three decimals, like `12.5`.",
                "请写最多三位小数的数字，如 `12.5`。"
            ),
        );
    }
    amount
}

/// The same, also of what is owed.
fn signed(desk: &Desk<'_>, node: &Node) -> Option<Amount> {
    match node.text().and_then(Amount::parse) {
        Some(amount) => Some(amount),
        None => amount(desk, node),
    }
}

/// `14 days`, `2 weeks`.
fn days(desk: &Desk<'_>, node: &Node) -> Option<u32> {
    let text = desk.text(node)?;
    let found = text.split_once(' ').and_then(|(count, unit)| {
        let count: u32 = count.parse().ok()?;
        match unit.trim() {
            "day" | "days" => Some(count),
            "week" | "weeks" => count.checked_mul(7),
            _ => None,
        }
    });
    let found = found.filter(|days| *days <= 3_650);
    if found.is_none() {
        desk.error(
            "bad-duration",
            node,
            words!("`{text}` is no number of days.", "`{text}` 不是天数。"),
            words!(
                "Write like `14 days` or `2 weeks`.",
                "请写如 `14 days` 或 `2 weeks`。"
            ),
        );
    }
    found
}

/// `03-31`.
fn month_day(desk: &Desk<'_>, node: &Node) -> Option<(u32, u32)> {
    let text = desk.text(node)?;
    let found = text.split_once('-').and_then(|(month, day)| {
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // 2024 has every day that a year can have.
        Date::from_ymd_opt(2024, month, day).map(|_| (month, day))
    });
    if found.is_none() {
        desk.error(
            "wrong-shape",
            node,
            words!("`{text}` is no month and day.", "`{text}` 不是月和日。"),
            words!("Write like `03-31`.", "请写如 `03-31`。"),
        );
    }
    found
}

fn carry_over(desk: &Desk<'_>, node: &Node) -> Option<CarryOver> {
    if !matches!(node.yaml, Yaml::Map(_)) {
        let everything = CarryOver {
            at_most: None,
            until: None,
        };
        return desk.one_of(
            node,
            &[("nothing", CarryOver::NOTHING), ("everything", everything)],
        );
    }
    let map = desk.map(node, &CARRY_OVER)?;
    let at_most = read(map.get("at_most"), |node| amount(desk, node));
    let until = read(map.get("until"), |node| month_day(desk, node));
    Some(CarryOver {
        at_most: at_most?,
        until: until?,
    })
}

fn blackouts(desk: &Desk<'_>, node: &Node) -> Option<Vec<Blackout>> {
    let items = desk.list(node)?;
    if items.len() > BLACKOUTS_MAX {
        desk.error(
            "too-large",
            node,
            words!(
                "More than {BLACKOUTS_MAX} blackouts.",
                "禁休期超过 {BLACKOUTS_MAX} 个。"
            ),
            words!("Leave out what is over.", "请去掉已过去的。"),
        );
        return None;
    }
    items.iter().map(|item| blackout(desk, item)).collect()
}

fn blackout(desk: &Desk<'_>, node: &Node) -> Option<Blackout> {
    let map = desk.map(node, &BLACKOUT)?;
    let from = map.get("from").and_then(|node| date(desk, node));
    let until = map.get("until").and_then(|node| date(desk, node));
    let why = map.get("why").and_then(|node| desk.words(node));
    let (from, until) = ordered(desk, &map, "until", from?, until?)?;
    Some(Blackout {
        from,
        until,
        why: why?,
    })
}

/// Two days, the first of which does not come after the other.
fn ordered(desk: &Desk<'_>, map: &Map<'_>, last: &str, from: Date, until: Date) -> Option<(Date, Date)> {
    if from <= until {
        return Some((from, until));
    }
    if let Some(node) = map.get(last) {
        desk.error(
            "wrong-shape",
            node,
            words!("{until} comes before {from}.", "{until} 早于 {from}。"),
            words!("Swap them.", "请交换。"),
        );
    }
    None
}

/// Numbers in order, by what stands before them.
type Steps = BTreeMap<u32, Amount>;
