//! Leave: its types and their rules, what they entitle to, what days away take, and the ledger as it is and will be.
//!
//! One pure function ([`ledger`]) makes the ledger of a person and a type at any date out of what is kept, the rules and the
//! terms of employment. What it finds to be due is what a run keeps; what it adds up to is the balance that is shown and that a
//! request is held against ([`reserve`]).

mod amount;
mod asked;
mod days;
mod employment;
mod entitlement;
mod ledger;
mod reserve;
mod rules;
mod story;

use chrono::{Datelike, Months};
use countersign_kernel::calendar::Place;
use countersign_kernel::text::Text;
use countersign_kernel::time::Date;

pub use amount::{Amount, How, Rounding};
pub use asked::{AsksForLeave, LeaveWanted, is_for, leave_wanted};
pub use days::{Away, DayTaken, Why, takes};
pub use employment::{Employment, Terms, WorkingTime, week_days};
pub use entitlement::{Grant, grants};
pub use ledger::{Account, Bucket, Entry, EntryKind, Line, ledger};
pub use reserve::{Short, Use, available, reserve};
pub use rules::{Asked, Broken, broken_rules, is_in_reach};
pub(crate) use story::play;
pub use story::{LeaveStory, Takes};

use crate::expr::Expr;

/// The types of leave of a place, as a file says them.
#[derive(Debug, Clone)]
pub struct LeaveTypes {
    pub name: String,
    pub title: Option<Text>,
    /// Whose they are; of whoever has no nearer ones where none is said.
    pub place: Option<Place>,
    /// The first day that the ledger counts: what was before is brought in by adjustments.
    pub starts: Date,
    pub year: YearStart,
    pub types: Vec<LeaveType>,
    pub tests: Vec<LeaveStory>,
}

impl LeaveTypes {
    pub fn of(&self, name: &str) -> Option<&LeaveType> {
        self.types.iter().find(|one| one.name == name)
    }
}

/// When a leave year begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearStart {
    On {
        month: u32,
        day: u32,
    },
    /// On the day on which the person joined, each year.
    Joining,
}

impl YearStart {
    /// The first day of the leave year that a date is in.
    pub fn period_of(self, date: Date, joined: Option<Date>) -> Date {
        let (month, day) = match (self, joined) {
            (Self::On { month, day }, _) => (month, day),
            (Self::Joining, Some(joined)) => (joined.month(), joined.day()),
            (Self::Joining, None) => (1, 1),
        };
        let in_year = |year| {
            // 29 February is 28 February in other years.
            Date::from_ymd_opt(year, month, day).or_else(|| Date::from_ymd_opt(year, month, 28))
        };
        let this = in_year(date.year()).unwrap_or(date);
        if this <= date {
            this
        } else {
            in_year(date.year() - 1).unwrap_or(this)
        }
    }

    /// The first day of the next one.
    pub fn after(self, period: Date, joined: Option<Date>) -> Date {
        // A year and two months later lies surely inside the next one.
        self.period_of(period + Months::new(14), joined)
    }
}

/// What leave is counted in, and the least that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    HalfDay,
    Hour,
}

impl Unit {
    pub const ALL: [(&'static str, Self); 3] = [
        ("day", Self::Day),
        ("half_day", Self::HalfDay),
        ("hour", Self::Hour),
    ];

    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, unit)| *unit == self)
            .map_or("day", |(word, _)| word)
    }

    /// What amounts are in: `day` or `hour`.
    pub fn measure(self) -> &'static str {
        if self == Self::Hour { "hour" } else { "day" }
    }
}

/// Which days of a range count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    WorkingDays,
    CalendarDays,
}

/// Who reads why somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonSeenBy {
    /// Those who may read the request.
    Approvers,
    /// And whoever sees the team's calendar: the type's title stands there.
    Everyone,
    Hr,
}

/// A kind of leave.
#[derive(Debug, Clone)]
pub struct LeaveType {
    pub name: String,
    pub title: Text,
    pub unit: Unit,
    pub paid: bool,
    /// Whose it is, of `person`; everybody's where nothing is said.
    pub who: Option<Expr>,
    pub counts: Counts,
    /// None: as much as is approved.
    pub entitlement: Option<Entitlement>,
    pub carry_over: CarryOver,
    /// So much more than there is may be taken, and is owed then.
    pub may_go_below: Amount,
    /// To be asked for so many days ahead.
    pub notice_days: u32,
    /// In one piece at most.
    pub longest: Option<Amount>,
    /// With evidence where it is longer than this.
    pub evidence_after: Option<Amount>,
    pub blackouts: Vec<Blackout>,
    pub reason_seen_by: ReasonSeenBy,
}

/// Days on which a type cannot be taken.
#[derive(Debug, Clone)]
pub struct Blackout {
    pub from: Date,
    pub until: Date,
    pub why: Text,
}

/// What a year brings.
#[derive(Debug, Clone)]
pub struct Entitlement {
    /// Of somebody who works full time for the whole year.
    pub per_year: Amount,
    /// From so many completed years of service on; ascending.
    pub seniority: Vec<(u32, Amount)>,
    /// A step counts from the next month on; else from the next leave year on.
    pub steps_at_once: bool,
    pub accrues: Accrues,
    pub pro_rata: ProRata,
    pub rounding: Rounding,
    /// What is earned can be used from so many months after joining on.
    pub waits_months: u32,
    /// More than this is never there.
    pub cap: Option<Amount>,
}

/// When what a year brings is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accrues {
    /// All of it when the leave year begins.
    UpFront,
    /// A part on the first day of each month.
    Monthly,
    /// A part when each month is over.
    EndOfMonth,
    /// A part when each pay period is over: so many days, counted from a date.
    PayPeriod { days: u32, from: Date },
    /// So much for so many hours of working time, when each month is over; a year brings `per_year` at most.
    HoursWorked { amount: Amount, hours: u32 },
}

/// What joining, leaving and other hours within a year make of what it brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProRata {
    /// By the day.
    Days,
    /// A twelfth for each month that is worked from its first to its last day.
    FullMonths,
    /// A twelfth for each month in which a day is worked.
    StartedMonths,
    /// Whole for whoever joins in the first half or leaves in the second, half a year later at least; else as by full months.
    HalfYears,
    /// Nothing: whoever is there has it whole, whatever their hours.
    Whole,
}

/// What becomes of what is left when a leave year ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarryOver {
    /// None: all of it.
    pub at_most: Option<Amount>,
    /// To be taken until this month and day; without end where none is said.
    pub until: Option<(u32, u32)>,
}

impl CarryOver {
    pub const NOTHING: Self = Self {
        at_most: Some(Amount::ZERO),
        until: None,
    };

    /// The last day on which what was carried into this leave year can be taken.
    pub(crate) fn last_day(self, period: Date) -> Option<Date> {
        let (month, day) = self.until?;
        let in_year =
            |year| Date::from_ymd_opt(year, month, day).or_else(|| Date::from_ymd_opt(year, month, 28));
        let this = in_year(period.year())?;
        if this >= period {
            Some(this)
        } else {
            in_year(period.year() + 1)
        }
    }
}
