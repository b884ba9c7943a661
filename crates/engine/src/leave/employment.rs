//! The terms that somebody works by: from when to when, and on which days and hours.

use chrono_tz::Tz;
use countersign_kernel::calendar::{Calendar, Calendars, Stretch};
use countersign_kernel::directory::Person;
use countersign_kernel::time::Date;
use rust_decimal::Decimal;

/// When somebody joined and left, and what they work in between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Employment {
    /// None: before anything is counted.
    pub joined_on: Option<Date>,
    /// The last day.
    pub left_on: Option<Date>,
    /// From when years of service count, where that is not the day of joining.
    pub service_since: Option<Date>,
    /// By date. Before the first they work full time by their place's calendar.
    pub terms: Vec<Terms>,
}

/// What is worked from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub from: Date,
    /// Of full hours; as the days say where none is given.
    pub percent: Option<u32>,
    /// Monday first; by the place's calendar where none is given.
    pub working: Option<[Vec<Stretch>; 7]>,
}

impl Employment {
    pub fn is_employed(&self, date: Date) -> bool {
        self.joined_on.is_none_or(|joined| joined <= date) && self.left_on.is_none_or(|left| date <= left)
    }

    /// The terms in force on a day.
    fn terms_on(&self, date: Date) -> Option<&Terms> {
        self.terms.iter().rev().find(|terms| terms.from <= date)
    }

    /// As it was known on a day to go on: without what comes later.
    pub(super) fn as_of(&self, date: Date) -> Self {
        Self {
            joined_on: self.joined_on,
            service_since: self.service_since,
            left_on: self.left_on.filter(|left| *left <= date),
            terms: self
                .terms
                .iter()
                .filter(|terms| terms.from <= date)
                .cloned()
                .collect(),
        }
    }

    /// The days on which something changes: other terms begin, or it is the last day.
    pub(super) fn changes(&self) -> Vec<Date> {
        let mut changes: Vec<Date> = self.terms.iter().map(|terms| terms.from).collect();
        changes.extend(self.left_on);
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// Completed years of service on a day.
    pub(super) fn years_on(&self, date: Date) -> u32 {
        self.service_since
            .or(self.joined_on)
            .and_then(|since| date.years_since(since))
            .unwrap_or(0)
    }
}

/// When a person works: the calendar of their place, with the days and hours of their own terms.
#[derive(Debug, Clone)]
pub struct WorkingTime {
    /// Of the place.
    full: Calendar,
    /// From these days on.
    own: Vec<(Date, Calendar)>,
    employment: Employment,
}

impl WorkingTime {
    pub fn new(place: &Calendar, employment: &Employment) -> Self {
        let own = employment.terms.iter().map(|terms| {
            let working = terms.working.clone().unwrap_or_else(|| place.working.clone());
            let calendar = Calendar {
                working,
                ..place.clone()
            };
            (terms.from, calendar)
        });
        Self {
            full: place.clone(),
            own: own.collect(),
            employment: employment.clone(),
        }
    }

    /// Of a person: by the calendar of their department, else of their country, else of the tenant.
    pub fn of(person: &Person, calendars: &Calendars, zone: Tz, employment: &Employment) -> Self {
        match calendars.of(person) {
            Some(place) => Self::new(place, employment),
            None => Self::new(&Calendar::nine_to_five("default", zone), employment),
        }
    }

    pub fn employment(&self) -> &Employment {
        &self.employment
    }

    /// The calendar by which they work on a day.
    pub fn on(&self, date: Date) -> &Calendar {
        let own = self.own.iter().rev().find(|(from, _)| *from <= date);
        own.map_or(&self.full, |(_, calendar)| calendar)
    }

    /// Minutes worked on a day.
    pub fn minutes(&self, date: Date) -> i64 {
        minutes_of(&self.on(date).stretches(date))
    }

    /// The part of a full-time working week that is worked, by days and by hours.
    pub(super) fn part(&self, employment: &Employment, date: Date, by_hours: bool) -> Decimal {
        let Some(terms) = employment.terms_on(date) else {
            return Decimal::ONE;
        };
        let full = &self.full.working;
        let of_days = |week: &[Vec<Stretch>; 7]| week.iter().filter(|day| !day.is_empty()).count() as i64;
        let of_hours = |week: &[Vec<Stretch>; 7]| week.iter().map(|day| minutes_of(day)).sum::<i64>();
        let part = |own: i64, full: i64| {
            if full == 0 {
                Decimal::ONE
            } else {
                Decimal::from(own) / Decimal::from(full)
            }
        };
        match (terms.percent.filter(|_| by_hours), &terms.working) {
            (Some(percent), _) => Decimal::new(i64::from(percent), 2),
            (None, None) => Decimal::ONE,
            (None, Some(own)) if by_hours => part(of_hours(own), of_hours(full)),
            (None, Some(own)) => part(of_days(own), of_days(full)),
        }
    }
}

fn minutes_of(stretches: &[Stretch]) -> i64 {
    stretches
        .iter()
        .map(|stretch| i64::from(stretch.to.saturating_sub(stretch.from)))
        .sum()
}

/// A week of so many days, Monday first, of eight hours each: for whoever says days alone.
pub fn week_days(days: &[usize]) -> [Vec<Stretch>; 7] {
    let mut week: [Vec<Stretch>; 7] = Default::default();
    for day in days {
        if let Some(stretches) = week.get_mut(*day) {
            stretches.push(Stretch {
                from: 9 * 60,
                to: 17 * 60,
            });
        }
    }
    week
}

/// The day before.
pub(super) fn before(date: Date) -> Date {
    date.pred_opt().unwrap_or(date)
}
