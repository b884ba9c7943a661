//! Leave types: what ships, and the ledger under everything that can happen.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use countersign_engine::definition::Document;
use countersign_engine::leave::{
    Account, Amount, Away, Employment, Entry, EntryKind, LeaveTypes, Line, Terms, WorkingTime, available,
    ledger, reserve, takes, week_days,
};
use countersign_engine::{Surroundings, check, explain, play_file, prose};
use countersign_kernel::calendar::Calendar;
use countersign_kernel::text::Locale;
use proptest::prelude::*;

const SHIPPED: [&str; 5] = [
    include_str!("../../../../workflows/leave-types.yaml"),
    include_str!("../../../../workflows/leave-types/de.yaml"),
    include_str!("../../../../workflows/leave-types/cn.yaml"),
    include_str!("../../../../workflows/leave-types/us.yaml"),
    include_str!("../../../../workflows/leave-types/gb.yaml"),
];

fn read(text: &str) -> Arc<LeaveTypes> {
    let checked = check(text, &Surroundings::default());
    match checked.document {
        Some(Document::LeaveTypes(types)) => types,
        _ => panic!("{:#?}", checked.findings),
    }
}

#[test]
fn what_ships_comes_true_and_says_the_same_in_full() {
    for text in SHIPPED {
        let around = Surroundings::default();
        let checked = check(text, &around);
        assert!(checked.is_ok(), "{:#?}", checked.findings);
        let document = checked.document.unwrap();
        let report = play_file(&document, &around).unwrap();
        assert!(report.ok(), "{}", report.display(document.name(), Locale::En));
        let full = explain(&document);
        let again = check(&full, &around);
        assert!(again.is_ok(), "{full}\n{:#?}", again.findings);
        assert_eq!(explain(&again.document.unwrap()), full);
        for locale in [Locale::En, Locale::ZhCn] {
            assert!(prose(&document, locale).lines().count() >= 3);
        }
    }
}

#[test]
fn mistakes_are_told_at_their_place() {
    let file = |types: &str| {
        format!("leave_types: x\nstarts: 2026-01-01\ntypes:\n  annual: {{title: A, unit: day{types}}}\n")
    };
    for (types, code, part) in [
        (
            ", entitlement: {per_year: many}",
            "wrong-shape",
            "no number of days",
        ),
        (
            ", entitlement: {per_year: 20, rounding: up}",
            "wrong-shape",
            "no way to round",
        ),
        (
            ", entitlement: {per_year: 20, accrues: {pay_period: 14}}",
            "two-kinds",
            "pay period or by hours",
        ),
        (", carry_over: everything", "no-effect", "there is no balance"),
        (", notice: soon", "bad-duration", "no number of days"),
        (", who: person.height > 2", "unknown-name", "height"),
        (
            ", entitlement: {per_year: 20}, carry_over: {until: 02-30}",
            "wrong-shape",
            "no month and day",
        ),
        (
            ", blackouts: [{from: 2026-12-31, until: 2026-12-01, why: x}]",
            "wrong-shape",
            "comes before",
        ),
        (", unlimited: true", "unknown-key", "no key `unlimited`"),
    ] {
        let checked = check(&file(types), &Surroundings::default());
        let told = checked
            .findings
            .iter()
            .any(|one| one.code == code && one.message.en.contains(part));
        assert!(told, "{types}: {:#?}", checked.findings);
        assert!(checked.findings.iter().all(|one| one.line == 4));
    }
    let checked = check(
        "leave_types: x\nstarts: 2026-02-01\ntypes: {a: {title: A, unit: day}}\n",
        &Surroundings::default(),
    );
    assert!(
        checked.findings[0]
            .hint
            .as_ref()
            .unwrap()
            .en
            .contains("2026-01-01")
    );
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(number: u32) -> NaiveDate {
    date("2026-01-01") + Days::new(u64::from(number))
}

/// What can happen to somebody's leave.
#[derive(Debug, Clone)]
enum Happens {
    Takes {
        on: u32,
        days: u32,
        halves: (bool, bool),
    },
    /// What was taken as the nth is given back.
    GivesBack(usize),
    /// What is due is kept.
    Kept {
        on: u32,
    },
    Terms {
        on: u32,
        days: usize,
    },
    Leaves {
        on: u32,
    },
    Adjusted {
        on: u32,
        by: i64,
    },
}

fn happens() -> impl Strategy<Value = Happens> {
    let on = 0..1_200_u32;
    prop_oneof![
        6 => (on.clone(), 0..12_u32, any::<(bool, bool)>())
            .prop_map(|(on, days, halves)| Happens::Takes { on, days, halves }),
        2 => any::<prop::sample::Index>().prop_map(|nth| Happens::GivesBack(nth.index(20))),
        4 => on.clone().prop_map(|on| Happens::Kept { on }),
        1 => (on.clone(), 1..6_usize).prop_map(|(on, days)| Happens::Terms { on, days }),
        1 => on.clone().prop_map(|on| Happens::Leaves { on }),
        1 => (on, -3_000..3_000_i64).prop_map(|(on, by)| Happens::Adjusted { on, by }),
    ]
}

fn sum<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Amount {
    lines.into_iter().map(|line| line.entry.amount).sum()
}

/// Keeps what is due by a day; how many lines that were.
fn keep(account: &Account<'_>, kept: &mut Vec<Entry>, on: NaiveDate) -> usize {
    let due = ledger(account, kept, on);
    let due: Vec<Entry> = due
        .into_iter()
        .filter(|line| line.kept.is_none())
        .map(|line| line.entry)
        .collect();
    let count = due.len();
    kept.extend(due);
    count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_enforced_and_is_the_sum(
        file in 0..SHIPPED.len(),
        joined in prop::option::of(0..500_u32),
        all in prop::collection::vec(happens(), 1..25),
    ) {
        let types = read(SHIPPED[file]);
        let of = types.of("annual").unwrap();
        let place = Calendar::nine_to_five("default", chrono_tz::Europe::Berlin);
        let mut employment = Employment { joined_on: joined.map(day), ..Employment::default() };
        let mut kept: Vec<Entry> = Vec::new();
        let mut taken: Vec<Vec<Entry>> = Vec::new();
        // The rules themselves may owe: what other terms, leaving or HR take back was taken already.
        let mut owes = false;
        for one in all {
            let working = WorkingTime::new(&place, &employment);
            let account = Account { of, year: types.year, starts: types.starts, working: &working };
            match one {
                Happens::Takes { on, days, halves } => {
                    let last = day(on + days);
                    let away = Away { first: day(on), last, start_half: halves.0, end_half: halves.1 && days > 0, hours: None };
                    let days = takes(of, &working, away);
                    let wanted: Amount = days.iter().map(|day| day.takes).sum();
                    let before = available(&account, &kept, last);
                    if let Ok(uses) = reserve(&account, &kept, &days) {
                        prop_assert_eq!(uses.iter().map(|one| one.amount).sum::<Amount>(), wanted);
                        let entries: Vec<Entry> = uses.iter().map(|one| Entry {
                            kind: EntryKind::Taken, on: one.on, bucket: one.bucket, amount: -one.amount, key: None,
                        }).collect();
                        kept.extend(entries.clone());
                        taken.push(entries);
                        if !owes {
                            for later in (0..1_600).step_by(7) {
                                prop_assert!(sum(&ledger(&account, &kept, day(later))) >= Amount::ZERO, "overdrawn on {}", day(later));
                            }
                        }
                    } else if !owes && on == u32::try_from((last - day(0)).num_days()).unwrap() {
                        prop_assert!(before < wanted, "{wanted} refused where {before} can be taken");
                    }
                }
                Happens::GivesBack(nth) => if nth < taken.len() {
                    let back = taken.remove(nth).into_iter();
                    kept.extend(back.map(|entry| Entry { kind: EntryKind::Released, amount: -entry.amount, ..entry }));
                },
                Happens::Kept { on } => {
                    let before: Vec<Amount> = (0..40).map(|n| sum(&ledger(&account, &kept, day(n * 40)))).collect();
                    keep(&account, &mut kept, day(on));
                    prop_assert_eq!(keep(&account, &mut kept, day(on)), 0, "what is kept is due once");
                    let after: Vec<Amount> = (0..40).map(|n| sum(&ledger(&account, &kept, day(n * 40)))).collect();
                    prop_assert_eq!(before, after, "keeping what is due changes no balance, of no day");
                }
                Happens::Terms { on, days } => {
                    let week: Vec<usize> = (0..days).collect();
                    employment.terms.retain(|terms| terms.from != day(on));
                    employment.terms.push(Terms { from: day(on), percent: None, working: Some(week_days(&week)) });
                    employment.terms.sort_by_key(|terms| terms.from);
                    owes = true;
                }
                Happens::Leaves { on } => {
                    employment.left_on = Some(day(on)).filter(|left| employment.joined_on.is_none_or(|joined| joined <= *left));
                    owes = true;
                }
                Happens::Adjusted { on, by } => {
                    let bucket = countersign_engine::leave::Bucket { period: account.period_of(day(on)), carried: false };
                    kept.push(Entry { kind: EntryKind::Adjusted, on: day(on), bucket, amount: Amount::of_thousandths(by), key: None });
                    owes |= by < 0;
                }
            }
        }
    }
}
