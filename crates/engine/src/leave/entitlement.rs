//! What a leave year brings to somebody: how much, and when it is there.

use chrono::{Days, Months};
use countersign_kernel::calendar::days;
use countersign_kernel::time::Date;
use rust_decimal::Decimal;

use super::employment::{Employment, WorkingTime, before};
use super::{Accrues, Amount, Entitlement, LeaveType, ProRata, Unit};

/// A part of what a year brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The day for which it is, and what tells it from others.
    pub key: String,
    /// From then on it can be taken.
    pub on: Date,
    /// Negative where other terms or leaving take some of it back.
    pub amount: Amount,
}

const MONTHS: u32 = 12;

/// The grants of a leave year, in order. `period` is its first day, `next` that of the next one.
pub fn grants(of: &LeaveType, (period, next): (Date, Date), working: &WorkingTime) -> Vec<Grant> {
    let Some(entitlement) = &of.entitlement else {
        return Vec::new();
    };
    let year = Year {
        entitlement,
        period,
        next,
        working,
        by_hours: of.unit == Unit::Hour,
    };
    let employment = working.employment();
    let begins = employment.joined_on.map_or(period, |joined| joined.max(period));
    if begins >= next || employment.left_on.is_some_and(|left| left < begins) {
        return Vec::new();
    }
    let exact = match entitlement.accrues {
        Accrues::UpFront => year.up_front(begins),
        Accrues::Monthly => year.monthly(|k| year.month(k).0.max(begins)),
        Accrues::EndOfMonth => year.monthly(|k| before(year.month(k).1)),
        Accrues::PayPeriod { days, from } => year.pay_periods(days, from),
        Accrues::HoursWorked { amount, hours } => year.hours_worked(amount, hours),
    };
    year.rounded(exact)
}

struct Year<'a> {
    entitlement: &'a Entitlement,
    period: Date,
    next: Date,
    working: &'a WorkingTime,
    by_hours: bool,
}

impl Year<'_> {
    /// So much altogether from then on, made round, as one grant after the other.
    fn rounded(&self, totals: Vec<(Date, Decimal)>) -> Vec<Grant> {
        let mut so_far = Amount::ZERO;
        let mut grants = Vec::new();
        for (on, exact) in totals {
            let total = self.entitlement.rounding.of(exact);
            if total != so_far {
                grants.push(Grant {
                    key: format!("accrued:{on}"),
                    on: self.usable(on),
                    amount: total - so_far,
                });
                so_far = total;
            }
        }
        grants
    }

    /// When what is earned on a day can be used.
    fn usable(&self, on: Date) -> Date {
        let joined = self.working.employment().joined_on;
        let waits = Months::new(self.entitlement.waits_months);
        joined.map_or(on, |joined| on.max(joined + waits))
    }

    /// The whole year as it is known on its first day, and again whenever something changes.
    fn up_front(&self, begins: Date) -> Vec<(Date, Decimal)> {
        let employment = self.working.employment();
        let changes = employment.changes().into_iter();
        let within = changes.filter(|date| begins < *date && *date < self.next);
        std::iter::once(begins)
            .chain(within)
            .map(|date| (date, self.total(&employment.as_of(date))))
            .collect()
    }

    /// The twelfths, each added to those before.
    fn monthly(&self, on: impl Fn(u32) -> Date) -> Vec<(Date, Decimal)> {
        let employment = self.working.employment();
        let mut so_far = Decimal::ZERO;
        (0..MONTHS)
            .map(|k| {
                so_far += self.of_month(k, employment);
                (on(k), so_far)
            })
            .collect()
    }

    fn pay_periods(&self, length: u32, from: Date) -> Vec<(Date, Decimal)> {
        let length = i64::from(length.max(1));
        let employment = self.working.employment();
        let whole = Decimal::from((self.next - self.period).num_days());
        let mut so_far = Decimal::ZERO;
        let mut totals = Vec::new();
        let mut first = self.period;
        while first < self.next {
            let place = (first - from).num_days().rem_euclid(length);
            let end = first + Days::new((length - place - 1).unsigned_abs());
            let end = end.min(before(self.next));
            let part: Decimal = days(first, end).map(|day| self.of_day(day, employment)).sum();
            so_far += part / whole;
            totals.push((end, so_far));
            first = end + Days::new(1);
        }
        totals
    }

    fn hours_worked(&self, amount: Amount, hours: u32) -> Vec<(Date, Decimal)> {
        let employment = self.working.employment();
        let most = self.entitlement.per_year.decimal();
        let mut minutes = 0;
        (0..MONTHS)
            .map(|k| {
                let (first, next) = self.month(k);
                let employed = days(first, before(next)).filter(|day| employment.is_employed(*day));
                minutes += employed.map(|day| self.working.minutes(day)).sum::<i64>();
                let earned =
                    amount.decimal() * Decimal::from(minutes) / Decimal::from(i64::from(hours.max(1)) * 60);
                (before(next), earned.min(most))
            })
            .collect()
    }

    fn total(&self, employment: &Employment) -> Decimal {
        (0..MONTHS).map(|k| self.of_month(k, employment)).sum()
    }

    /// The first day of a month of the year, and that of the one after it.
    fn month(&self, k: u32) -> (Date, Date) {
        let next = if k + 1 == MONTHS {
            self.next
        } else {
            self.period + Months::new(k + 1)
        };
        (self.period + Months::new(k), next)
    }

    /// What a month adds.
    fn of_month(&self, k: u32, employment: &Employment) -> Decimal {
        let (first, next) = self.month(k);
        let last = before(next);
        let by_hours = self.by_hours;
        let twelfth =
            |day: Date| self.full(day) * self.working.part(employment, day, by_hours) / Decimal::from(MONTHS);
        let employed = |day: Date| employment.is_employed(day);
        match self.entitlement.pro_rata {
            ProRata::Whole => self.full(first) / Decimal::from(MONTHS),
            ProRata::HalfYears if self.has_half_a_year(employment) => twelfth(first),
            ProRata::FullMonths | ProRata::HalfYears if employed(first) && employed(last) => twelfth(first),
            ProRata::StartedMonths => days(first, last)
                .find(|day| employed(*day))
                .map_or(Decimal::ZERO, twelfth),
            ProRata::FullMonths | ProRata::HalfYears => Decimal::ZERO,
            ProRata::Days => {
                let whole = Decimal::from((self.next - self.period).num_days());
                self.by_terms(first, last, employment) / whole
            }
        }
    }

    /// Whether the half of the year that matters is worked.
    fn has_half_a_year(&self, employment: &Employment) -> bool {
        let half = Months::new(MONTHS / 2);
        let middle = self.period + half;
        let waited = |left: Date| employment.joined_on.is_none_or(|joined| joined + half <= left);
        employment.joined_on.is_none_or(|joined| joined < middle)
            && employment
                .left_on
                .is_none_or(|left| left >= middle && waited(left))
    }

    /// The days of a stretch, each by its own terms: the terms are asked for once where they do not change.
    fn by_terms(&self, first: Date, last: Date, employment: &Employment) -> Decimal {
        let mut sum = Decimal::ZERO;
        let mut from = first;
        let changes = employment.changes();
        while from <= last {
            let next = changes.iter().find(|change| **change > from && **change <= last);
            let to = next.map_or(last, |next| before(*next));
            let employed = days(from, to).filter(|day| employment.is_employed(*day)).count();
            sum += Decimal::from(employed as u64) * self.of_terms(from, employment);
            from = to + Days::new(1);
        }
        sum
    }

    fn of_day(&self, day: Date, employment: &Employment) -> Decimal {
        if employment.is_employed(day) {
            self.of_terms(day, employment)
        } else {
            Decimal::ZERO
        }
    }

    fn of_terms(&self, day: Date, employment: &Employment) -> Decimal {
        self.full(day) * self.working.part(employment, day, self.by_hours)
    }

    /// What a whole year brings to whoever works full time, by the years of service on a day.
    fn full(&self, day: Date) -> Decimal {
        let Entitlement {
            per_year, seniority, ..
        } = self.entitlement;
        let counted = if self.entitlement.steps_at_once {
            day
        } else {
            self.period
        };
        let years = self.working.employment().years_on(counted);
        let step = seniority.iter().rev().find(|(from, _)| *from <= years);
        step.map_or(*per_year, |(_, amount)| *amount).decimal()
    }
}
