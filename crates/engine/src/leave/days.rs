//! What days away take, day by day, and why.

use countersign_kernel::calendar::days;
use countersign_kernel::time::Date;

use super::employment::WorkingTime;
use super::{Amount, Counts, LeaveType, Unit};

/// When somebody wants to be away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    pub first: Date,
    pub last: Date,
    /// From noon of the first day.
    pub start_half: bool,
    /// Until noon of the last.
    pub end_half: bool,
    /// So many hours of a single day alone.
    pub hours: Option<Amount>,
}

/// A day of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayTaken {
    pub date: Date,
    /// In the unit of the type.
    pub takes: Amount,
    pub why: Why,
}

/// Why a day takes what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Worked,
    /// Half of it is asked for, or worked.
    Half,
    Hours,
    /// Days off are counted, too.
    Counted,
    DayOff,
    Holiday(String),
    HalfHoliday(String),
    /// Worked though it would be a day off.
    MakeUp,
    NotEmployed,
}

impl Why {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Half => "half",
            Self::Hours => "hours",
            Self::Counted => "counted",
            Self::DayOff => "day_off",
            Self::Holiday(_) => "holiday",
            Self::HalfHoliday(_) => "half_holiday",
            Self::MakeUp => "make_up_day",
            Self::NotEmployed => "not_employed",
        }
    }

    /// What the holiday is called.
    pub fn holiday(&self) -> Option<&str> {
        match self {
            Self::Holiday(name) | Self::HalfHoliday(name) => Some(name),
            _ => None,
        }
    }
}

/// Day by day what leave of this type takes.
pub fn takes(of: &LeaveType, working: &WorkingTime, away: Away) -> Vec<DayTaken> {
    let one = |date: Date| {
        let (takes, why) = day(of, working, away, date);
        DayTaken { date, takes, why }
    };
    days(away.first, away.last).map(one).collect()
}

fn day(of: &LeaveType, working: &WorkingTime, away: Away, date: Date) -> (Amount, Why) {
    if !working.employment().is_employed(date) {
        return (Amount::ZERO, Why::NotEmployed);
    }
    // Whether the morning and the afternoon are asked for.
    let morning = !(away.start_half && date == away.first);
    let afternoon = !(away.end_half && date == away.last);
    if of.counts == Counts::CalendarDays {
        let halves = i64::from(morning) + i64::from(afternoon);
        return (Amount::of_thousandths(halves * 500), Why::Counted);
    }
    let calendar = working.on(date);
    let halves = calendar.halves_of(date, date, !morning, !afternoon);
    let all = calendar.halves(date);
    let takes = match of.unit {
        Unit::Day | Unit::HalfDay => Amount::of_thousandths(halves * 500),
        Unit::Hour => {
            let whole = working.minutes(date);
            let asked = if all == 0 { whole } else { whole * halves / all };
            away.hours.map_or_else(
                || Amount::hours_of(asked),
                |hours| hours.min(Amount::hours_of(whole)),
            )
        }
    };
    let holiday = calendar.holidays.get(&date);
    let why = match holiday {
        _ if calendar.working_days.contains(&date) => Why::MakeUp,
        Some(holiday) if all == 0 => Why::Holiday(holiday.name.clone()),
        Some(holiday) => Why::HalfHoliday(holiday.name.clone()),
        None if all == 0 => Why::DayOff,
        None if of.unit == Unit::Hour && away.hours.is_some() => Why::Hours,
        None if halves < 2 => Why::Half,
        None => Why::Worked,
    };
    (takes, why)
}
