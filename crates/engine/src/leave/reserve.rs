//! Setting leave aside: from which bucket each day comes, and whether there is enough, now and ever after.

use countersign_kernel::time::Date;

use super::ledger::{Account, Bucket, Entry, EntryKind, Line, ledger};
use super::{Amount, DayTaken};

/// Days in a row that come from one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The first of them.
    pub on: Date,
    pub bucket: Bucket,
    /// More than nothing.
    pub amount: Amount,
}

/// There is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    /// The first day for which it does not suffice.
    pub on: Date,
    pub wanted: Amount,
    /// What there is for these days.
    pub there: Amount,
}

/// Where these days come from: first from what lapses first. Nothing is taken that leave which is set aside already, or what is owed
/// on any later day, needs.
pub fn reserve(account: &Account<'_>, kept: &[Entry], days: &[DayTaken]) -> Result<Vec<Use>, Short> {
    let asked = || days.iter().filter(|day| day.takes > Amount::ZERO);
    let mut uses = Vec::new();
    if account.of.entitlement.is_none() {
        for day in asked() {
            let bucket = own(account, day.date);
            add(&mut uses, bucket, day.date, day.takes);
        }
        return Ok(uses);
    }
    let Some(last) = asked().map(|day| day.date).max() else {
        return Ok(uses);
    };
    let horizon = horizon(account, kept, last);
    let lines = ledger(account, kept, horizon);
    let wanted: Amount = asked().map(|day| day.takes).sum();
    let mut there = Amount::ZERO;
    for day in asked() {
        let mut left = day.takes;
        for bucket in buckets(account, day.date) {
            let below = if bucket.carried {
                Amount::ZERO
            } else {
                account.of.may_go_below
            };
            let room = (capacity(&lines, &uses, bucket, day.date) + below).max(Amount::ZERO);
            let taken = left.min(room);
            add(&mut uses, bucket, day.date, taken);
            left -= taken;
            there += taken;
        }
        if left > Amount::ZERO {
            return Err(Short {
                on: day.date,
                wanted,
                there,
            });
        }
    }
    let first = uses.first().map_or(last, |first| first.on);
    let overdrawn = worst(account, kept, &uses, (first, horizon)) + account.of.may_go_below;
    if overdrawn.is_negative() {
        return Err(Short {
            on: first,
            wanted,
            there: (wanted + overdrawn).max(Amount::ZERO),
        });
    }
    Ok(uses)
}

/// What can be taken on a day without owing anything, as far as later leave leaves it.
pub fn available(account: &Account<'_>, kept: &[Entry], date: Date) -> Amount {
    let horizon = horizon(account, kept, date);
    let lines = ledger(account, kept, horizon);
    let of_buckets: Amount = buckets(account, date)
        .into_iter()
        .map(|bucket| capacity(&lines, &[], bucket, date).max(Amount::ZERO))
        .sum();
    of_buckets
        .min(worst(account, kept, &[], (date, horizon)))
        .max(Amount::ZERO)
}

/// The end of the leave year after the last that anything is set aside in.
fn horizon(account: &Account<'_>, kept: &[Entry], last: Date) -> Date {
    let last = kept.iter().map(|entry| entry.on).max().unwrap_or(last).max(last);
    account.after(account.after(account.period_of(last)))
}

fn own(account: &Account<'_>, date: Date) -> Bucket {
    Bucket {
        period: account.period_of(date),
        carried: false,
    }
}

/// Those that a day can come from, what lapses first before the others.
fn buckets(account: &Account<'_>, date: Date) -> Vec<Bucket> {
    let own = own(account, date);
    let last = account.of.carry_over.last_day(own.period);
    let carried = last
        .is_none_or(|last| date <= last)
        .then_some(Bucket { carried: true, ..own });
    carried.into_iter().chain([own]).collect()
}

/// What a bucket has left on a day and on every later one, before it ends.
fn capacity(lines: &[Line], uses: &[Use], bucket: Bucket, date: Date) -> Amount {
    let stays = |line: &&Line| {
        let entry = &line.entry;
        let leaves = match entry.kind {
            EntryKind::Expired => true,
            EntryKind::Carried => entry.amount.is_negative() && !is_handed_on(entry),
            _ => false,
        };
        entry.bucket == bucket && !leaves
    };
    let mut changes: Vec<(Date, Amount)> = lines
        .iter()
        .filter(stays)
        .map(|line| (line.entry.on, line.entry.amount))
        .collect();
    let of_bucket = uses.iter().filter(|one| one.bucket == bucket);
    changes.extend(of_bucket.map(|one| (one.on, -one.amount)));
    changes.sort_by_key(|(on, _)| *on);
    let mut running = Amount::ZERO;
    let mut rest = changes.into_iter().peekable();
    while let Some((_, amount)) = rest.next_if(|(on, _)| *on <= date) {
        running += amount;
    }
    let mut least = running;
    while let Some((on, amount)) = rest.next() {
        running += amount;
        // What comes and goes on one day is looked at when that day is over.
        if rest.peek().is_none_or(|(next, _)| *next != on) {
            least = least.min(running);
        }
    }
    least
}

/// Whether a line is what a year was given by the one before, also where that is owed.
fn is_handed_on(entry: &Entry) -> bool {
    entry.bucket.carried && entry.on == entry.bucket.period
}

/// The least that the balance comes to between two days, with these uses.
fn worst(account: &Account<'_>, kept: &[Entry], uses: &[Use], (from, until): (Date, Date)) -> Amount {
    let mut all = kept.to_vec();
    all.extend(uses.iter().map(|one| Entry {
        kind: EntryKind::Reserved,
        on: one.on,
        bucket: one.bucket,
        amount: -one.amount,
        key: None,
    }));
    let mut running = Amount::ZERO;
    let mut least: Option<Amount> = None;
    let lines = ledger(account, &all, until);
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        running += line.entry.amount;
        let day_is_over = rest.peek().is_none_or(|next| next.entry.on != line.entry.on);
        if day_is_over {
            // What is there when the first day comes was there before it.
            least = if line.entry.on <= from {
                Some(running)
            } else {
                Some(least.map_or(running, |least| least.min(running)))
            };
        }
    }
    least.unwrap_or_default()
}

/// Adds to the last use where it goes on with it.
fn add(uses: &mut Vec<Use>, bucket: Bucket, on: Date, amount: Amount) {
    if amount <= Amount::ZERO {
        return;
    }
    match uses.iter_mut().rev().find(|one| one.bucket == bucket) {
        Some(known) => known.amount += amount,
        None => uses.push(Use { on, bucket, amount }),
    }
}
