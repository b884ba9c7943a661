//! Values, and how they are written.

use std::collections::BTreeMap;
use std::fmt;

use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::number;
use countersign_kernel::time::{Date, Instant};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// A value of the expression language. Decimals are exact; there are no floats.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Empty,
    YesNo(bool),
    Number(Decimal),
    /// In percent: 10 % is 10.
    Percent(Decimal),
    /// Arithmetic may leave more decimal places than the currency has.
    Money(Decimal, Currency),
    /// Of what a table gives: above every number.
    Unlimited,
    Text(String),
    Date(Date),
    Instant(Instant),
    Duration(Span),
    DateRange(DateRange),
    Person(UserId),
    List(Vec<Value>),
    Group(BTreeMap<String, Value>),
}

/// How [`Value::Unlimited`] is written.
pub(crate) const UNLIMITED: &str = "unlimited";

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// By the clock, in milliseconds; a day is 24 hours.
    Clock(i64),
    /// Only working days count.
    WorkingDays(Decimal),
    /// Only working time counts, in minutes.
    WorkingMinutes(i64),
}

impl Span {
    /// Every unit that a length of time can be counted in.
    pub const UNITS: [&str; 14] = [
        "minutes",
        "hours",
        "days",
        "weeks",
        "minute",
        "hour",
        "day",
        "week",
        "working days",
        "working day",
        "working hours",
        "working hour",
        "working minutes",
        "working minute",
    ];

    /// So many of a unit; `None` where the unit is none, or the length too great or too fine.
    pub fn of(count: Decimal, unit: &str) -> Option<Self> {
        let size = |unit_size: i64| -> Option<i64> {
            let whole = count.checked_mul(unit_size.into())?.normalize();
            whole.fract().is_zero().then(|| whole.to_string().parse().ok())?
        };
        match unit {
            "minute" | "minutes" => size(60_000).map(Self::Clock),
            "hour" | "hours" => size(3_600_000).map(Self::Clock),
            "day" | "days" => size(86_400_000).map(Self::Clock),
            "week" | "weeks" => size(604_800_000).map(Self::Clock),
            "working day" | "working days" => Some(Self::WorkingDays(count)),
            "working hour" | "working hours" => size(60).map(Self::WorkingMinutes),
            "working minute" | "working minutes" => size(1).map(Self::WorkingMinutes),
            _ => None,
        }
    }

    /// Reads `2 working days`, as YAML keys and stories write it.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        let count = count
            .parse::<Decimal>()
            .ok()
            .filter(|count| !count.is_sign_negative())?;
        Self::of(count, &unit.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Whether it has no length.
    pub fn is_nothing(self) -> bool {
        match self {
            Self::Clock(count) | Self::WorkingMinutes(count) => count == 0,
            Self::WorkingDays(days) => days.is_zero(),
        }
    }

    /// Whether only working time counts.
    pub fn needs_calendar(self) -> bool {
        !matches!(self, Self::Clock(_))
    }
}

/// Dates from and to, both counted; a half leaves out half a day at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    pub start: Date,
    pub end: Date,
    /// Begins at noon of the first day.
    pub start_half: bool,
    /// Ends at noon of the last day.
    pub end_half: bool,
}

impl DateRange {
    /// Days without halves.
    pub fn whole(start: Date, end: Date) -> Self {
        Self {
            start,
            end,
            start_half: false,
            end_half: false,
        }
    }

    /// Both ends counted, halves taken off.
    pub fn days(&self) -> Decimal {
        let whole = Decimal::from((self.end - self.start).num_days() + 1);
        whole - self.halves()
    }

    fn halves(&self) -> Decimal {
        Decimal::new(5 * (i64::from(self.start_half) + i64::from(self.end_half)), 1)
    }
}

impl Value {
    /// Nothing there: also a text of blanks and a list without items.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// As the API writes it.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::YesNo(yes) => json!(yes),
            Self::Number(number) | Self::Percent(number) => number::to_json(*number),
            Self::Money(amount, currency) => {
                json!({"amount": money_text(*amount, *currency), "currency": currency})
            }
            Self::Unlimited => json!(UNLIMITED),
            Self::Text(text) => json!(text),
            Self::Date(date) => json!(date.to_string()),
            Self::Instant(at) => json!(at.to_string()),
            Self::Duration(span) => json!(span.to_string()),
            Self::DateRange(range) => json!({
                "start": range.start.to_string(), "end": range.end.to_string(),
                "start_half": range.start_half, "end_half": range.end_half,
            }),
            Self::Person(id) => json!(id.to_string()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Group(parts) => parts
                .iter()
                .map(|(name, part)| (name.clone(), part.to_json()))
                .collect(),
        }
    }
}

/// With at least the currency's decimal places.
fn money_text(amount: Decimal, currency: Currency) -> String {
    let scale = u32::from(currency.scale());
    let mut amount = amount.normalize();
    if amount.scale() < scale {
        amount.rescale(scale);
    }
    amount.to_string()
}

impl fmt::Display for Value {
    /// As people read it inside a text; nothing for what is empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::YesNo(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Percent(number) => write!(f, "{}%", number.normalize()),
            Self::Money(amount, currency) => write!(f, "{} {currency}", money_text(*amount, *currency)),
            Self::Unlimited => f.write_str(UNLIMITED),
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => write!(f, "{date}"),
            Self::Instant(at) => write!(f, "{at}"),
            Self::Duration(span) => write!(f, "{span}"),
            Self::DateRange(range) if range.start == range.end => write!(f, "{}", range.start),
            Self::DateRange(range) => write!(f, "{} to {}", range.start, range.end),
            Self::Person(id) => write!(f, "{id}"),
            Self::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if place == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Group(parts) => {
                let shown: Vec<String> = parts
                    .values()
                    .filter(|part| !part.is_empty())
                    .map(Self::to_string)
                    .collect();
                f.write_str(&shown.join(", "))
            }
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |f: &mut fmt::Formatter<'_>, count: Decimal, unit: &str| {
            let count = count.normalize();
            write!(
                f,
                "{count} {unit}{}",
                if count == Decimal::ONE { "" } else { "s" }
            )
        };
        const UNITS: [(i64, &str); 5] = [
            (604_800_000, "week"),
            (86_400_000, "day"),
            (3_600_000, "hour"),
            (60_000, "minute"),
            (1_000, "second"),
        ];
        match self {
            Self::Clock(millis) => {
                let fits = |(size, _): &&(i64, &str)| *millis != 0 && millis % size == 0;
                let (size, unit) = UNITS.iter().find(fits).copied().unwrap_or((1_000, "second"));
                counted(f, Decimal::from(*millis) / Decimal::from(size), unit)
            }
            Self::WorkingDays(days) => counted(f, *days, "working day"),
            Self::WorkingMinutes(minutes) if minutes % 60 == 0 => {
                counted(f, Decimal::from(minutes / 60), "working hour")
            }
            Self::WorkingMinutes(minutes) => counted(f, Decimal::from(*minutes), "working minute"),
        }
    }
}
