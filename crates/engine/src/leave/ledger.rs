//! The ledger of a person and a type, at any date: what is kept, and what follows from it by then.

use std::collections::BTreeMap;

use chrono::Days;
use countersign_kernel::time::Date;

use super::employment::WorkingTime;
use super::entitlement::grants;
use super::{Amount, LeaveType, YearStart};

/// Why an amount changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    Accrued,
    /// Set aside for a request.
    Reserved,
    /// Given back: the request was not approved, or leave was cancelled or shortened.
    Released,
    Taken,
    /// From one leave year into the next: once out of it, once into the other.
    Carried,
    Expired,
    /// By HR, with a reason.
    Adjusted,
}

impl EntryKind {
    pub const ALL: [(&'static str, Self); 7] = [
        ("accrued", Self::Accrued),
        ("reserved", Self::Reserved),
        ("released", Self::Released),
        ("taken", Self::Taken),
        ("carried", Self::Carried),
        ("expired", Self::Expired),
        ("adjusted", Self::Adjusted),
    ];

    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("adjusted", |(word, _)| word)
    }

    pub(super) fn zh(self) -> &'static str {
        match self {
            Self::Accrued => "计入",
            Self::Reserved => "预留",
            Self::Released => "退还",
            Self::Taken => "已休",
            Self::Carried => "结转",
            Self::Expired => "过期",
            Self::Adjusted => "调整",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| *kind)
    }
}

/// Where an amount belongs: to what a leave year brought itself, or to what was carried into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket {
    /// The first day of the leave year.
    pub period: Date,
    pub carried: bool,
}

impl Bucket {
    fn word(self) -> &'static str {
        if self.carried { "carried" } else { "own" }
    }
}

/// A line of the ledger as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub kind: EntryKind,
    /// Counts from this day on.
    pub on: Date,
    pub bucket: Bucket,
    pub amount: Amount,
    /// What it follows from, where it follows from the rules.
    pub key: Option<String>,
}

/// A line of the ledger as it is or will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub entry: Entry,
    /// Its place among those that are kept; none where it is not kept yet.
    pub kept: Option<usize>,
}

/// Whose ledger it is.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub of: &'a LeaveType,
    pub year: YearStart,
    /// The first day that is counted.
    pub starts: Date,
    pub working: &'a WorkingTime,
}

impl Account<'_> {
    pub fn period_of(&self, date: Date) -> Date {
        self.year.period_of(date, self.working.employment().joined_on)
    }

    pub fn after(&self, period: Date) -> Date {
        self.year.after(period, self.working.employment().joined_on)
    }

    /// The first leave year that brings something.
    fn first_period(&self) -> Date {
        let joined = self.working.employment().joined_on;
        let begins = joined.map_or(self.starts, |joined| joined.max(self.starts));
        let period = self.period_of(begins);
        let is_new = joined.is_some_and(|joined| joined >= self.starts);
        if period < self.starts && !is_new {
            self.after(period)
        } else {
            period
        }
    }
}

/// The ledger up to and with a day, in order of days: its sum is the balance then. What is kept and does not follow from the rules
/// any more is taken back.
pub fn ledger(account: &Account<'_>, kept: &[Entry], until: Date) -> Vec<Line> {
    let mut lines: Vec<Line> = kept
        .iter()
        .enumerate()
        .map(|(place, entry)| Line {
            entry: entry.clone(),
            kept: Some(place),
        })
        .collect();
    let mut kept_by_key: BTreeMap<(String, Bucket), (Amount, Date, EntryKind)> = BTreeMap::new();
    for entry in kept {
        if let Some(key) = &entry.key {
            let known = kept_by_key.entry((key.clone(), entry.bucket)).or_insert((
                Amount::ZERO,
                entry.on,
                entry.kind,
            ));
            known.0 += entry.amount;
        }
    }
    let wanted = Years::new(account, kept).until(until);
    for entry in wanted {
        let key = entry.key.clone().unwrap_or_default();
        let known = kept_by_key.remove(&(key, entry.bucket));
        let missing = entry.amount - known.map_or(Amount::ZERO, |(amount, ..)| amount);
        if !missing.is_zero() || (known.is_none() && entry.kind == EntryKind::Carried) {
            lines.push(Line {
                entry: Entry {
                    amount: missing,
                    ..entry
                },
                kept: None,
            });
        }
    }
    // What is kept of a later day was not asked for.
    let stray = kept_by_key
        .into_iter()
        .filter(|(_, (amount, on, _))| !amount.is_zero() && *on <= until);
    lines.extend(stray.map(|((key, bucket), (amount, on, kind))| Line {
        entry: Entry {
            kind,
            on,
            bucket,
            amount: -amount,
            key: Some(key),
        },
        kept: None,
    }));
    lines.retain(|line| line.entry.on <= until);
    lines.sort_by_key(|line| (line.entry.on, line.kept.is_none(), line.kept));
    lines
}

/// Leave years, one after the other: each ends by what became of those before.
struct Years<'a> {
    account: &'a Account<'a>,
    kept: &'a [Entry],
    /// What is in each bucket so far.
    left: BTreeMap<Bucket, Amount>,
    made: Vec<Entry>,
}

impl<'a> Years<'a> {
    fn new(account: &'a Account<'a>, kept: &'a [Entry]) -> Self {
        Self {
            account,
            kept,
            left: BTreeMap::new(),
            made: Vec::new(),
        }
    }

    /// What follows from the rules up to a day.
    fn until(mut self, until: Date) -> Vec<Entry> {
        if self.account.of.entitlement.is_none() {
            return Vec::new();
        }
        let first = self.account.first_period();
        let earliest = self.kept.iter().map(|entry| entry.bucket.period).min();
        let mut period = earliest.map_or(first, |earliest| earliest.min(first));
        while period <= until {
            let next = self.account.after(period);
            if next <= period {
                break;
            }
            self.begin(period, next, period >= first);
            self.lapse(period, next, until);
            if next <= until {
                self.end(period, next);
            }
            period = next;
        }
        self.made
    }

    /// What the year brings, and what people did in it.
    fn begin(&mut self, period: Date, next: Date, counts: bool) {
        let handed_on: Amount = self.left.values().copied().sum();
        let kept = self.kept;
        let of_year = || kept.iter().filter(|entry| entry.bucket.period == period);
        for entry in of_year().filter(|entry| entry.key.is_none()) {
            *self.left.entry(entry.bucket).or_default() += entry.amount;
        }
        if self.is_closed(period) {
            // A year that is over keeps what it brought, whatever the rules are now.
            let mut accrued: BTreeMap<&Option<String>, Entry> = BTreeMap::new();
            for entry in of_year().filter(|entry| entry.kind == EntryKind::Accrued) {
                match accrued.get_mut(&entry.key) {
                    Some(known) => known.amount += entry.amount,
                    None => {
                        accrued.insert(&entry.key, entry.clone());
                    }
                }
            }
            for entry in accrued.into_values() {
                self.add(entry);
            }
        } else if counts {
            self.accrue(period, next, handed_on);
        }
    }

    /// What the year brings by the rules, as far as it is not more than ever is there.
    fn accrue(&mut self, period: Date, next: Date, handed_on: Amount) {
        let cap = self.account.of.entitlement.as_ref().and_then(|of| of.cap);
        let mut granted = Amount::ZERO;
        for grant in grants(self.account.of, (period, next), self.account.working) {
            let room = cap.map(|cap| {
                let so_far = |entry: &&Entry| {
                    entry.bucket.period == period && entry.key.is_none() && entry.on <= grant.on
                };
                let others: Amount = self.kept.iter().filter(so_far).map(|entry| entry.amount).sum();
                (cap - handed_on - others - granted).max(Amount::ZERO)
            });
            let amount = room.map_or(grant.amount, |room| grant.amount.min(room));
            granted += amount;
            self.add(Entry {
                kind: EntryKind::Accrued,
                on: grant.on,
                bucket: Bucket {
                    period,
                    carried: false,
                },
                amount,
                key: Some(grant.key),
            });
        }
    }

    /// Whether the end of a year is kept: what it brought and what expired in it then stays as it was.
    fn is_closed(&self, period: Date) -> bool {
        let key = carried_into(period);
        self.kept.iter().any(|entry| entry.key.as_deref() == Some(&key))
    }

    /// What was carried into the year and is not taken in time.
    fn lapse(&mut self, period: Date, next: Date, until: Date) {
        let carried = Bucket {
            period,
            carried: true,
        };
        let last = self.account.of.carry_over.last_day(period);
        let Some(on) = last.and_then(|last| last.checked_add_days(Days::new(1))) else {
            return;
        };
        if on > until || on >= next {
            return;
        }
        let key = format!("lapsed:{period}");
        let left = if self.is_closed(period) {
            self.kept_of(carried, &key)
        } else {
            self.left
                .get(&carried)
                .copied()
                .unwrap_or_default()
                .max(Amount::ZERO)
        };
        self.close(carried, EntryKind::Expired, on, left, key);
    }

    /// What is left goes into the next year, as far as it may; the rest expires. What is owed goes along.
    fn end(&mut self, period: Date, next: Date) {
        let buckets = [true, false].map(|carried| Bucket { period, carried });
        let left = buckets.map(|bucket| self.left.get(&bucket).copied().unwrap_or_default());
        let total: Amount = left.into_iter().sum();
        let most = self.account.of.carry_over.at_most;
        let mut too_much = most.map_or(Amount::ZERO, |most| (total - most).max(Amount::ZERO));
        let is_closed = self.is_closed(period);
        let mut goes = Amount::ZERO;
        for (bucket, left) in buckets.into_iter().zip(left) {
            let expires = if is_closed {
                self.kept_of(bucket, &expired(bucket))
            } else {
                left.clamp(Amount::ZERO, too_much)
            };
            too_much -= expires;
            goes += left - expires;
            self.close(bucket, EntryKind::Expired, next, expires, expired(bucket));
            let key = format!("carried:{}:{}", bucket.period, bucket.word());
            self.close(bucket, EntryKind::Carried, next, left - expires, key);
        }
        self.add(Entry {
            kind: EntryKind::Carried,
            on: next,
            bucket: Bucket {
                period: next,
                carried: true,
            },
            amount: goes,
            key: Some(carried_into(period)),
        });
    }

    /// What was taken from a bucket for this.
    fn kept_of(&self, bucket: Bucket, key: &str) -> Amount {
        let of_key = |entry: &&Entry| entry.bucket == bucket && entry.key.as_deref() == Some(key);
        -self
            .kept
            .iter()
            .filter(of_key)
            .map(|entry| entry.amount)
            .sum::<Amount>()
    }

    fn close(&mut self, bucket: Bucket, kind: EntryKind, on: Date, amount: Amount, key: String) {
        if !amount.is_zero() {
            self.add(Entry {
                kind,
                on,
                bucket,
                amount: -amount,
                key: Some(key),
            });
        }
    }

    fn add(&mut self, entry: Entry) {
        *self.left.entry(entry.bucket).or_default() += entry.amount;
        self.made.push(entry);
    }
}

fn expired(bucket: Bucket) -> String {
    format!("expired:{}:{}", bucket.period, bucket.word())
}

/// What a year hands on, by the year that it comes from.
fn carried_into(period: Date) -> String {
    format!("carried-on:{period}")
}
