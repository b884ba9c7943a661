//! The rules of a type that a request meets before its balance is looked at.

use chrono::Days;
use countersign_kernel::text::{Locale, Text, Words};
use countersign_kernel::time::Date;

use super::{Amount, Away, Blackout, DayTaken, LeaveType, Unit, Why};

/// What somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub of: &'a LeaveType,
    pub away: Away,
    pub days: &'a [DayTaken],
    /// In the person's place.
    pub today: Date,
    pub has_evidence: bool,
}

/// A rule that is broken: which, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub code: &'static str,
    pub text: Text,
}

/// Days before and after today within which leave is counted: a working life. Every year between is worked through.
const REACH: i64 = 40 * 366;

/// Whether leave is counted on a day.
pub fn is_in_reach(date: Date, today: Date) -> bool {
    (date - today).num_days().abs() <= REACH
}

/// Every rule of the type that is broken, what is longest in the way first.
pub fn broken_rules(asked: &Asked<'_>) -> Vec<Broken> {
    [reach, days_there, whole_days, notice, longest, evidence]
        .iter()
        .filter_map(|rule| rule(asked))
        .chain(blackouts(asked))
        .map(|(code, words)| Broken {
            code,
            text: text(&words),
        })
        .collect()
}

/// What is wrong, by its code.
type Wrong = (&'static str, Words);

fn taken(asked: &Asked<'_>) -> Amount {
    asked.days.iter().map(|day| day.takes).sum()
}

fn reach(asked: &Asked<'_>) -> Option<Wrong> {
    let Asked { away, today, .. } = asked;
    let is_far = [away.first, away.last]
        .iter()
        .any(|date| !is_in_reach(*date, *today));
    is_far.then(|| {
        let words = Words::fixed(
            "Leave is counted within forty years of today.",
            "假期只计算前后四十年以内的日期。",
        );
        ("leave_too_far", words)
    })
}

fn days_there(asked: &Asked<'_>) -> Option<Wrong> {
    if asked.days.iter().any(|day| day.why == Why::NotEmployed) {
        let words = Words::fixed(
            "Some of these days are before the first or after the last day of work here.",
            "部分日期早于入职日或晚于离职日。",
        );
        return Some(("leave_not_employed", words));
    }
    taken(asked).is_zero().then(|| {
        let words = Words::fixed(
            "There is no working day in these dates.",
            "所选日期中没有工作日。",
        );
        ("leave_no_days", words)
    })
}

fn whole_days(asked: &Asked<'_>) -> Option<Wrong> {
    let Asked { of, away, .. } = asked;
    (of.unit == Unit::Day && (away.start_half || away.end_half)).then(|| {
        let words = Words::new(
            format!("{} is taken in whole days.", of.title.get(Locale::En)),
            format!("{}只能按整天请。", of.title.get(Locale::ZhCn)),
        );
        ("leave_whole_days", words)
    })
}

fn notice(asked: &Asked<'_>) -> Option<Wrong> {
    let days = asked.of.notice_days;
    ((asked.away.first - asked.today).num_days() < i64::from(days)).then(|| {
        let (title, earliest) = (&asked.of.title, asked.today + Days::new(u64::from(days)));
        let many = if days == 1 { "day" } else { "days" };
        let words = Words::new(
            format!(
                "{} is asked for {days} {many} ahead: from {earliest} on.",
                title.get(Locale::En)
            ),
            format!(
                "{}须提前 {days} 天申请：最早 {earliest}。",
                title.get(Locale::ZhCn)
            ),
        );
        ("leave_short_notice", words)
    })
}

fn longest(asked: &Asked<'_>) -> Option<Wrong> {
    let (of, taken) = (asked.of, taken(asked));
    let longest = of.longest.filter(|longest| taken > *longest)?;
    let words = Words::new(
        format!(
            "In one piece it is {} at most; these are {}.",
            shown(longest, of),
            shown(taken, of)
        ),
        format!(
            "单次最多 {}；此次为 {}。",
            shown_zh(longest, of),
            shown_zh(taken, of)
        ),
    );
    Some(("leave_too_long", words))
}

fn evidence(asked: &Asked<'_>) -> Option<Wrong> {
    let (of, taken) = (asked.of, taken(asked));
    let after = of
        .evidence_after
        .filter(|after| taken > *after && !asked.has_evidence)?;
    let words = Words::new(
        format!("More than {} need evidence: attach it.", shown(after, of)),
        format!("超过 {} 须附证明材料。", shown_zh(after, of)),
    );
    Some(("leave_evidence_missing", words))
}

fn blackouts<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = Wrong> + 'a {
    let away = asked.away;
    let within = move |one: &&Blackout| one.from <= away.last && away.first <= one.until;
    asked.of.blackouts.iter().filter(within).map(|one| {
        let (from, until) = (one.from, one.until);
        let words = Words::new(
            format!(
                "From {from} to {until} it cannot be taken: {}",
                sentence(one.why.get(Locale::En))
            ),
            format!("{from} 至 {until} 不能请此假：{}", one.why.get(Locale::ZhCn)),
        );
        ("leave_blackout", words)
    })
}

fn text(words: &Words) -> Text {
    Text::Many(
        [
            ("en".to_owned(), words.get(Locale::En).to_owned()),
            ("zh-CN".to_owned(), words.get(Locale::ZhCn).to_owned()),
        ]
        .into(),
    )
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// `2.5 days`.
pub(super) fn shown(amount: Amount, of: &LeaveType) -> String {
    let many = if amount == Amount::ONE { "" } else { "s" };
    format!("{amount} {}{many}", of.unit.measure())
}

pub(super) fn shown_zh(amount: Amount, of: &LeaveType) -> String {
    let unit = if of.unit == Unit::Hour { "小时" } else { "天" };
    format!("{amount} {unit}")
}

impl super::Short {
    /// Why there is not enough.
    pub fn broken(&self, of: &LeaveType) -> Broken {
        let words = Words::new(
            format!(
                "{} are wanted, and {} of {} are left for them from {} on.",
                shown(self.wanted, of),
                self.there,
                of.title.get(Locale::En),
                self.on
            ),
            format!(
                "需要 {}，而自 {} 起{}仅余 {}。",
                shown_zh(self.wanted, of),
                self.on,
                of.title.get(Locale::ZhCn),
                shown_zh(self.there, of)
            ),
        );
        Broken {
            code: "leave_not_enough",
            text: text(&words),
        }
    }
}
