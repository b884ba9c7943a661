//! Working time: when people work, and how far it reaches.
//!
//! A deadline of `2 working days` from Monday 10:00 is Wednesday 10:00; from Saturday it is Wednesday at the
//! start of work. All arithmetic is done on the civil clock of the calendar's own zone, and each result is an
//! instant that never moves afterwards.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::directory::Person;
use crate::time::{Date, Instant};

/// So many days are looked through for working time before a calendar counts as having none.
const HORIZON: u32 = 20_000;

/// A stretch of a day in minutes after midnight, end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    pub from: u16,
    pub to: u16,
}

impl Stretch {
    /// The stretches of a day as people write them, in order: `09:00-12:30, 13:00-17:30`; none where one is no stretch of a day or
    /// begins before the one before it has ended.
    pub fn read_day(text: &str) -> Option<Vec<Self>> {
        let mut all: Vec<Self> = Vec::new();
        for part in text.split(',') {
            let stretch = Self::read(part)?;
            if all.last().is_some_and(|last| stretch.from <= last.to) {
                return None;
            }
            all.push(stretch);
        }
        Some(all)
    }

    /// `09:00-12:30`.
    pub fn read(text: &str) -> Option<Self> {
        let minute = |clock: &str| {
            let (hour, minute) = clock.trim().split_once(':')?;
            let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
            let at = hour.checked_mul(60)?.checked_add(minute)?;
            (at <= 1_440 && minute < 60).then_some(at)
        };
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from < to).then_some(Self { from, to })
    }
}

/// A day off, or the second half of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    pub name: String,
    /// Work ends at the middle of the day's working time.
    #[serde(default)]
    pub half: bool,
}

/// Whose calendar it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Country(String),
    Department(String),
}

/// When people of one place work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub name: String,
    #[serde(with = "zone_name")]
    pub zone: Tz,
    /// Monday first; each day's stretches in order, not touching.
    pub working: [Vec<Stretch>; 7],
    #[serde(default)]
    pub holidays: BTreeMap<Date, Holiday>,
    /// Days worked though weekday or holiday say otherwise; they take the hours of that weekday, else of the
    /// first weekday that has any.
    #[serde(default)]
    pub working_days: BTreeSet<Date>,
    /// None: the tenant's.
    #[serde(rename = "for", default)]
    pub place: Option<Place>,
}

/// The calendar has no working time within reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the calendar has no working time")]
pub struct NoWorkingTime;

impl Calendar {
    /// Monday to Friday, nine to five.
    pub fn nine_to_five(name: impl Into<String>, zone: Tz) -> Self {
        let day = || {
            vec![Stretch {
                from: 9 * 60,
                to: 17 * 60,
            }]
        };
        let working = [day(), day(), day(), day(), day(), Vec::new(), Vec::new()];
        Self {
            name: name.into(),
            zone,
            working,
            holidays: BTreeMap::new(),
            working_days: BTreeSet::new(),
            place: None,
        }
    }

    /// The date that an instant falls on here.
    pub fn date_of(&self, at: Instant) -> Date {
        at.utc().with_timezone(&self.zone).date_naive()
    }

    /// The stretches worked on a date.
    pub fn stretches(&self, date: Date) -> Vec<Stretch> {
        if self.working_days.contains(&date) {
            let own = self.of_weekday(date.weekday());
            let usual = self
                .working
                .iter()
                .find(|day| !day.is_empty())
                .map_or(&[][..], Vec::as_slice);
            return if own.is_empty() { usual } else { own }.to_vec();
        }
        let usual = self.of_weekday(date.weekday());
        match self.holidays.get(&date) {
            None => usual.to_vec(),
            Some(Holiday { half: true, .. }) => first_half(usual),
            Some(Holiday { half: false, .. }) => Vec::new(),
        }
    }

    /// How much of a working day a date is, in halves: 0, 1 or 2.
    pub fn halves(&self, date: Date) -> i64 {
        let (morning, afternoon) = self.worked(date);
        i64::from(morning) + i64::from(afternoon)
    }

    /// Working time of the days from `first` to `last`, both counted, in halves of a day.
    pub fn halves_in(&self, first: Date, last: Date) -> i64 {
        days(first, last).map(|date| self.halves(date)).sum()
    }

    /// The same from noon of the first day, or until noon of the last, where that is said: what nobody works costs nothing.
    pub fn halves_of(&self, first: Date, last: Date, from_noon: bool, until_noon: bool) -> i64 {
        let morning = from_noon && self.worked(first).0;
        let afternoon = until_noon && self.worked(last).1;
        self.halves_in(first, last) - i64::from(morning) - i64::from(afternoon)
    }

    /// Whether the morning and the afternoon of a date are worked: at least half as long as on the longest day of the week. A short
    /// day that is neither counts as the half that it lies in.
    fn worked(&self, date: Date) -> (bool, bool) {
        let (noon, usual) = self.noon();
        let (mut morning, mut afternoon) = (0, 0);
        for stretch in self.stretches(date) {
            morning += stretch.to.min(noon).saturating_sub(stretch.from);
            afternoon += stretch.to.saturating_sub(stretch.from.max(noon));
        }
        let long = |worked: u16| worked > 0 && u32::from(worked) * 4 >= u32::from(usual);
        match (long(morning), long(afternoon)) {
            (false, false) => (morning > 0 && morning >= afternoon, afternoon > morning),
            both => both,
        }
    }

    /// The middle of the longest working day of the week, in minutes after midnight, and how long that day is.
    fn noon(&self) -> (u16, u16) {
        let longest = self.working.iter().rev().max_by_key(|day| minutes_of(day));
        let longest = longest.map_or(&[][..], Vec::as_slice);
        let noon = first_half(longest).last().map_or(0, |stretch| stretch.to);
        (noon, minutes_of(longest))
    }

    /// Working days after `from` up to and with `to`, in halves; negative when `to` comes first.
    /// So adding that many working days to `from` leads to `to`, when `to` is a working day.
    pub fn halves_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.halves_between(to, from);
        }
        from.succ_opt().map_or(0, |next| self.halves_in(next, to))
    }

    /// Whether people work at this instant.
    pub fn works_at(&self, at: Instant) -> bool {
        let local = at.utc().with_timezone(&self.zone);
        self.spans(local.date_naive())
            .iter()
            .any(|(from, to)| *from <= at && at < *to)
    }

    /// `at` itself if people work then, else when they next begin to.
    pub fn next_working(&self, at: Instant) -> Result<Instant, NoWorkingTime> {
        self.spans_from(at)
            .next()
            .map(|(from, _)| from.max(at))
            .ok_or(NoWorkingTime)
    }

    /// The same time of day so many working days later, within that day's working time.
    /// Counting begins when work next begins, if `at` is outside of it.
    pub fn add_days(&self, at: Instant, count: u32) -> Result<Instant, NoWorkingTime> {
        let start = self.next_working(at)?;
        if count == 0 {
            return Ok(start);
        }
        let local = start.utc().with_timezone(&self.zone);
        let later = local.date_naive().succ_opt().ok_or(NoWorkingTime)?;
        let mut worked = days_on(later)
            .take(HORIZON.saturating_add(count.saturating_mul(7)) as usize)
            .filter(|date| self.halves(*date) > 0);
        let date = worked.nth(count as usize - 1).ok_or(NoWorkingTime)?;
        let wanted = self.instant(date.and_time(local.time()));
        let spans = self.spans(date);
        let within = spans
            .iter()
            .find(|(_, to)| wanted <= *to)
            .map(|(from, _)| wanted.max(*from));
        within
            .or_else(|| spans.last().map(|(_, to)| *to))
            .ok_or(NoWorkingTime)
    }

    /// So many minutes of working time later.
    pub fn add_minutes(&self, at: Instant, minutes: u32) -> Result<Instant, NoWorkingTime> {
        let mut left = i64::from(minutes) * 60_000;
        for (from, to) in self.spans_from(at) {
            let begin = from.max(at);
            let length = to.millis() - begin.millis();
            if left <= length {
                return Ok(begin.plus(TimeDelta::milliseconds(left)));
            }
            left -= length;
        }
        Err(NoWorkingTime)
    }

    /// The instant of a civil time here: the earlier of two, and after the gap if the clock skips it.
    pub fn instant(&self, civil: NaiveDateTime) -> Instant {
        civil_instant(self.zone, civil)
    }

    fn of_weekday(&self, day: Weekday) -> &[Stretch] {
        self.working
            .get(day.num_days_from_monday() as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// A date's working time as instants.
    fn spans(&self, date: Date) -> Vec<(Instant, Instant)> {
        let at = |minutes: u16| self.instant(minute_of(date, minutes));
        self.stretches(date)
            .into_iter()
            .map(|stretch| (at(stretch.from), at(stretch.to)))
            .filter(|(from, to)| from < to)
            .collect()
    }

    /// Working time that ends after `at`, on and on; ends when none is left within the horizon.
    fn spans_from(&self, at: Instant) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let mut idle = 0_u32;
        days_on(self.date_of(at))
            .map_while(move |date| {
                let spans = self.spans(date);
                idle = if spans.is_empty() { idle + 1 } else { 0 };
                (idle < HORIZON).then_some(spans)
            })
            .flatten()
            .filter(move |(_, to)| *to > at)
    }
}

/// A zone as its IANA name, `Europe/Berlin`.
mod zone_name {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
    pub(super) fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        name.parse()
            .map_err(|_| D::Error::custom("a zone is written like Europe/Berlin"))
    }
}

/// The instant of a civil time in a zone: the earlier of two when clocks go back, and the end of the gap
/// when they skip it.
pub fn civil_instant(zone: Tz, civil: NaiveDateTime) -> Instant {
    let mut wanted = civil;
    for _ in 0..=8 {
        match zone.from_local_datetime(&wanted) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => {
                return Instant::new(at.to_utc());
            }
            MappedLocalTime::None => wanted += TimeDelta::minutes(30 - i64::from(minute(wanted) % 30)),
        }
    }
    Instant::new(DateTime::<Utc>::from_naive_utc_and_offset(civil, Utc))
}

fn minute(civil: NaiveDateTime) -> u32 {
    chrono::Timelike::minute(&civil)
}

fn minute_of(date: Date, minutes: u16) -> NaiveDateTime {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight
        .checked_add_signed(TimeDelta::minutes(i64::from(minutes)))
        .unwrap_or(midnight)
}

fn minutes_of(stretches: &[Stretch]) -> u16 {
    stretches
        .iter()
        .map(|stretch| stretch.to.saturating_sub(stretch.from))
        .sum()
}

fn first_half(stretches: &[Stretch]) -> Vec<Stretch> {
    let mut left = minutes_of(stretches) / 2;
    let mut kept = Vec::new();
    for stretch in stretches {
        let length = stretch.to.saturating_sub(stretch.from).min(left);
        if length > 0 {
            kept.push(Stretch {
                from: stretch.from,
                to: stretch.from + length,
            });
        }
        left -= length;
    }
    kept
}

fn days_on(first: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |date| date.checked_add_days(Days::new(1)))
}

/// Every day from the first to the last.
pub fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    days_on(first).take_while(move |date| *date <= last)
}

/// The calendars of a tenant; the one without a place is the tenant's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendars {
    pub all: Vec<Calendar>,
}

impl Calendars {
    pub fn new(all: Vec<Calendar>) -> Self {
        Self { all }
    }

    /// The tenant's own.
    pub fn tenant(&self) -> Option<&Calendar> {
        self.all.iter().find(|calendar| calendar.place.is_none())
    }

    /// A person's: of their department, else of their country, else the tenant's.
    pub fn of(&self, person: &Person) -> Option<&Calendar> {
        let by = |wanted: Option<Place>| {
            self.all
                .iter()
                .find(|one| wanted.is_some() && one.place == wanted)
        };
        by(person.department.clone().map(Place::Department))
            .or_else(|| by(person.country.clone().map(Place::Country)))
            .or_else(|| self.tenant())
    }

    /// Where a person's days begin and end: in the zone of their place, else in the tenant's.
    pub fn zone_of(&self, person: Option<&Person>, tenant: Tz) -> Tz {
        person
            .and_then(|person| self.of(person))
            .filter(|calendar| calendar.place.is_some())
            .map_or(tenant, |calendar| calendar.zone)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    fn berlin() -> Calendar {
        Calendar::nine_to_five("default", Tz::Europe__Berlin)
    }

    fn at(calendar: &Calendar, text: &str) -> Instant {
        calendar.instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn working_days_keep_the_time_of_day_and_skip_what_is_off() {
        let mut calendar = berlin();
        calendar.holidays.insert(
            date("2026-05-01"),
            Holiday {
                name: "Labour Day".into(),
                half: false,
            },
        );
        for (from, count, to) in [
            ("2026-01-05 10:00", 2, "2026-01-07 10:00"), // Monday to Wednesday
            ("2026-01-08 10:00", 2, "2026-01-12 10:00"), // Thursday to Monday
            ("2026-01-10 12:00", 2, "2026-01-14 09:00"), // Saturday counts from Monday 9:00
            ("2026-01-05 20:00", 1, "2026-01-07 09:00"), // after work counts from Tuesday 9:00
            ("2026-01-05 07:00", 1, "2026-01-06 09:00"),
            ("2026-01-05 10:00", 0, "2026-01-05 10:00"),
            ("2026-04-30 16:00", 1, "2026-05-04 16:00"), // over a holiday and a weekend
            ("2026-03-27 10:00", 1, "2026-03-30 10:00"), // over the change to summer time
        ] {
            assert_eq!(
                calendar.add_days(at(&calendar, from), count),
                Ok(at(&calendar, to)),
                "{from} + {count}"
            );
        }
    }

    #[test]
    fn a_shorter_day_pulls_the_deadline_to_its_end() {
        let mut calendar = berlin();
        calendar.working[4] = vec![Stretch {
            from: 9 * 60,
            to: 15 * 60,
        }];
        calendar.working[0] = vec![
            Stretch {
                from: 9 * 60,
                to: 750,
            },
            Stretch {
                from: 780,
                to: 17 * 60,
            },
        ];
        assert_eq!(
            calendar.add_days(at(&calendar, "2026-01-08 16:30"), 1),
            Ok(at(&calendar, "2026-01-09 15:00"))
        );
        assert_eq!(
            calendar.add_days(at(&calendar, "2026-01-09 12:45"), 1),
            Ok(at(&calendar, "2026-01-12 13:00"))
        );
    }

    #[test]
    fn working_minutes_run_over_breaks_nights_and_weekends() {
        let mut calendar = berlin();
        calendar.working[0] = vec![
            Stretch {
                from: 9 * 60,
                to: 750,
            },
            Stretch {
                from: 780,
                to: 17 * 60,
            },
        ];
        for (from, minutes, to) in [
            ("2026-01-05 12:00", 60, "2026-01-05 13:30"),
            ("2026-01-05 16:00", 120, "2026-01-06 10:00"),
            ("2026-01-09 16:00", 60, "2026-01-09 17:00"),
            ("2026-01-09 16:00", 61, "2026-01-12 09:01"),
            ("2026-01-10 16:00", 0, "2026-01-12 09:00"),
        ] {
            assert_eq!(
                calendar.add_minutes(at(&calendar, from), minutes),
                Ok(at(&calendar, to)),
                "{from} + {minutes}"
            );
        }
    }

    #[test]
    fn half_days_and_make_up_days_count_as_what_they_are() {
        let mut calendar = berlin();
        calendar.holidays.insert(
            date("2026-12-24"),
            Holiday {
                name: "Christmas Eve".into(),
                half: true,
            },
        );
        calendar.working_days.insert(date("2026-05-09"));
        assert_eq!(calendar.halves_in(date("2026-12-21"), date("2026-12-25")), 9);
        assert_eq!(
            calendar.stretches(date("2026-12-24")),
            [Stretch { from: 540, to: 780 }]
        );
        assert_eq!(calendar.halves(date("2026-05-09")), 2, "a Saturday made up for");
        assert_eq!(calendar.halves_between(date("2026-01-09"), date("2026-01-12")), 2);
        assert_eq!(
            calendar.halves_between(date("2026-01-12"), date("2026-01-09")),
            -2
        );
        assert_eq!(calendar.halves_between(date("2026-01-09"), date("2026-01-10")), 0);
    }

    #[test]
    fn halves_lie_over_the_hours_of_a_day() {
        let mut calendar = berlin();
        let eve = Holiday {
            name: "Christmas Eve".into(),
            half: true,
        };
        calendar.holidays.insert(date("2026-12-24"), eve);
        let stretch = |from: u16, to: u16| {
            vec![Stretch {
                from: from * 60,
                to: to * 60,
            }]
        };
        calendar.working[2] = stretch(14, 18); // Wednesday
        calendar.working[4] = stretch(8, 13); // Friday
        for (first, last, from_noon, until_noon, halves) in [
            ("2026-12-24", "2026-12-24", false, false, 1),
            ("2026-12-24", "2026-12-24", false, true, 1),
            ("2026-12-24", "2026-12-24", true, false, 0),
            ("2026-12-22", "2026-12-24", true, true, 3), // half of Tuesday, Wednesday's afternoon, the morning of the 24th
            ("2026-01-09", "2026-01-09", false, false, 1), // a Friday
            ("2026-01-09", "2026-01-09", false, true, 1),
            ("2026-01-09", "2026-01-12", true, false, 2), // to Monday
            ("2026-01-07", "2026-01-07", false, true, 0), // a Wednesday
            ("2026-01-05", "2026-01-05", false, true, 1), // an ordinary Monday
            ("2026-01-05", "2026-01-10", true, true, 7),  // until noon of Saturday
        ] {
            let found = calendar.halves_of(date(first), date(last), from_noon, until_noon);
            assert_eq!(found, halves, "{first} {last} {from_noon} {until_noon}");
        }
        calendar.working = std::array::from_fn(|_| stretch(9, 13));
        assert_eq!(
            calendar.halves(date("2026-01-09")),
            2,
            "where all days are short, they are whole days"
        );
        calendar.working = std::array::from_fn(|day| if day == 0 { stretch(8, 18) } else { stretch(12, 14) });
        assert_eq!(
            calendar.halves(date("2026-01-06")),
            1,
            "no day on which something is worked is free"
        );
    }

    #[test]
    fn no_working_time_is_said_and_never_looped_over() {
        let mut calendar = berlin();
        calendar.working = Default::default();
        assert_eq!(
            calendar.add_days(at(&calendar, "2026-01-05 10:00"), 1),
            Err(NoWorkingTime)
        );
        assert_eq!(
            calendar.add_minutes(at(&calendar, "2026-01-05 10:00"), 1),
            Err(NoWorkingTime)
        );
    }

    #[test]
    fn a_person_has_the_calendar_of_their_place() {
        let place = |name: &str, place| Calendar {
            place: Some(place),
            ..Calendar::nine_to_five(name, Tz::UTC)
        };
        let calendars = Calendars::new(vec![
            berlin(),
            place("china", Place::Country("CN".into())),
            place("night", Place::Department("Care".into())),
        ]);
        let mut person: Person = serde_json::from_value(serde_json::json!({
            "id": crate::id::UserId(uuid::Uuid::nil()), "name": "Ann", "email": "a@b.c", "active": true, "manager": null, "department": null,
            "title": null, "grade": null, "country": null, "cost_center": null, "limit": null, "roles": [], "groups": [], "skills": []
        }))
        .unwrap();
        assert_eq!(calendars.of(&person).unwrap().name, "default");
        let zone = |person: &Person| calendars.zone_of(Some(person), Tz::Europe__Kyiv);
        assert_eq!(
            zone(&person),
            Tz::Europe__Kyiv,
            "the tenant's, whatever its calendar says"
        );
        person.country = Some("CN".into());
        assert_eq!(calendars.of(&person).unwrap().name, "china");
        assert_eq!(zone(&person), Tz::UTC);
        person.department = Some("Care".into());
        assert_eq!(calendars.of(&person).unwrap().name, "night");
    }

    proptest! {
        #[test]
        fn deadlines_lie_in_working_time_and_grow(start in 0_i64..4_000_000_000_000, count in 0_u32..60, minutes in 0_u32..5_000) {
            let calendar = berlin();
            let start = Instant::from_millis(start);
            let (one, two) = (calendar.add_days(start, count).unwrap(), calendar.add_days(start, count + 1).unwrap());
            prop_assert!(start <= one && one < two);
            prop_assert!(calendar.works_at(one));
            let (less, more) = (calendar.add_minutes(start, minutes).unwrap(), calendar.add_minutes(start, minutes + 1).unwrap());
            prop_assert!(start <= less && less < more);
            prop_assert!(calendar.works_at(less) || calendar.works_at(less.plus(TimeDelta::milliseconds(-1))));
        }
    }
}
