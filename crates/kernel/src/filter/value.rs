//! Values as filters and cursors write them.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde::Deserialize as _;
use uuid::Uuid;

use super::{FilterField, FilterType, Member, Surroundings};
use crate::id;
use crate::money::{Currency, Money, MoneyError};
use crate::number;
use crate::text::{Words, a, nearest};
use crate::time::{Date, Instant};

/// A value of a field, typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Number(Decimal),
    Money(Money),
    Date(Date),
    Instant(Instant),
    YesNo(bool),
    Id(Uuid),
}

impl Value {
    /// Which comes first; nothing where the two cannot be compared, as with two currencies.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => Some(one.cmp(two)),
            (Self::Integer(one), Self::Integer(two)) => Some(one.cmp(two)),
            (Self::Number(one), Self::Number(two)) => Some(one.cmp(two)),
            (Self::Money(one), Self::Money(two)) => {
                (one.currency == two.currency).then(|| one.minor.cmp(&two.minor))
            }
            (Self::Date(one), Self::Date(two)) => Some(one.cmp(two)),
            (Self::Instant(one), Self::Instant(two)) => Some(one.cmp(two)),
            (Self::YesNo(one), Self::YesNo(two)) => Some(one.cmp(two)),
            (Self::Id(one), Self::Id(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }

    /// Reads what a filter says, by the field's type.
    pub(super) fn read(field: &FilterField, text: &str, around: &Surroundings<'_>) -> Result<Self, Words> {
        Self::named(field.name, field.of, text, around)
    }

    /// The same of a member.
    pub(super) fn of_member(member: &Member, text: &str, around: &Surroundings<'_>) -> Result<Self, Words> {
        let field = &member.field;
        if !member.words.is_empty() {
            let words: Vec<&str> = member.words.iter().map(String::as_str).collect();
            return choice(&member.path, &words, text);
        }
        Self::named(&member.path, field.of, text, around)
    }

    fn named(name: &str, of: FilterType, text: &str, around: &Surroundings<'_>) -> Result<Self, Words> {
        match of {
            FilterType::Text => match long_text(text) {
                None => Ok(Self::Text(text.to_owned())),
                Some(detail) => Err(detail),
            },
            FilterType::Choice(words) => choice(name, words, text),
            FilterType::Integer => text
                .parse()
                .map(Self::Integer)
                .map_err(|_| not_a_number(name, text)),
            FilterType::Number => number::exact(text)
                .map(Self::Number)
                .ok_or_else(|| no_decimal(name, text)),
            FilterType::Money => money(text, around.currency)
                .map(Self::Money)
                .map_err(|why| no_money(name, &why)),
            FilterType::Date => date(text).map(Self::Date).ok_or_else(|| no_date(name, text)),
            FilterType::Instant => text
                .parse()
                .map(Self::Instant)
                .map_err(|_| no_instant(name, text)),
            FilterType::YesNo => yes_no(text).map(Self::YesNo).ok_or_else(|| no_yes_no(name, text)),
            FilterType::Person if text == "me" => Ok(Self::Id(around.me.0)),
            FilterType::Person => record(name, "user", text, true),
            FilterType::Record(kind) => record(name, kind, text, false),
        }
    }

    /// The value of a field, from the JSON of the row that shows it.
    pub fn of_view(field: &FilterField, shown: &serde_json::Value) -> Option<Self> {
        let text = shown.as_str();
        match field.of {
            FilterType::Text | FilterType::Choice(_) => text.map(|text| Self::Text(text.to_owned())),
            FilterType::Integer => shown.as_i64().map(Self::Integer),
            FilterType::Number => match shown {
                serde_json::Value::Number(number) => number::of_json(number),
                _ => text.and_then(number::exact),
            }
            .map(Self::Number),
            FilterType::Money => Money::deserialize(shown).ok().map(Self::Money),
            FilterType::Date => text.and_then(date).map(Self::Date),
            FilterType::Instant => text.and_then(|text| text.parse().ok()).map(Self::Instant),
            FilterType::YesNo => shown.as_bool().map(Self::YesNo),
            FilterType::Person | FilterType::Record(_) => {
                text.and_then(id::any).map(|(_, uuid)| Self::Id(uuid))
            }
        }
    }

    /// As a cursor keeps it.
    pub fn to_key(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Money(money) => format!("{} {}", money.currency, money.minor),
            Self::Date(date) => date.to_string(),
            Self::Instant(at) => at.millis().to_string(),
            Self::YesNo(yes) => yes.to_string(),
            Self::Id(uuid) => uuid.simple().to_string(),
        }
    }

    /// Back from a cursor.
    pub fn of_key(field: &FilterField, key: &str) -> Option<Self> {
        match field.of {
            FilterType::Text | FilterType::Choice(_) => Some(Self::Text(key.to_owned())),
            FilterType::Integer => key.parse().ok().map(Self::Integer),
            FilterType::Number => number::exact(key).map(Self::Number),
            FilterType::Money => {
                let (currency, minor) = key.split_once(' ')?;
                let money = Money::new(minor.parse().ok()?, currency.parse().ok()?);
                Some(Self::Money(money))
            }
            FilterType::Date => date(key).map(Self::Date),
            FilterType::Instant => key
                .parse()
                .ok()
                .map(|millis| Self::Instant(Instant::from_millis(millis))),
            FilterType::YesNo => yes_no(key).map(Self::YesNo),
            FilterType::Person | FilterType::Record(_) => Uuid::try_parse(key).ok().map(Self::Id),
        }
    }
}

/// Letters of a text that is looked for: a database refuses far longer ones.
const LETTERS: usize = 1_000;

/// What is said of a text that is too long to be looked for.
pub fn long_text(text: &str) -> Option<Words> {
    text.chars().nth(LETTERS).map(|_| {
        Words::fixed(
            "A text to look for has at most 1,000 characters.",
            "要查找的文本最多 1,000 个字符。",
        )
    })
}

pub(super) fn yes_no(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn choice(name: &str, words: &[&str], text: &str) -> Result<Value, Words> {
    if words.contains(&text) {
        return Ok(Value::Text(text.to_owned()));
    }
    let (given, known) = (short(text), words.join(", "));
    Err(match nearest(text, words.iter().copied()) {
        Some(near) => Words::new(
            format!("{given} is no {name}; did you mean {near}? It may be {known}."),
            format!("{name} 没有 {given} 这个值；是否想写 {near}？可用：{known}。"),
        ),
        None => Words::new(
            format!("{given} is no {name}; it may be {known}."),
            format!("{name} 没有 {given} 这个值；可用：{known}。"),
        ),
    })
}

/// `1000` in the tenant's currency, or `1000 EUR`.
fn money(text: &str, currency: Currency) -> Result<Money, MoneyError> {
    match text.split_once(' ') {
        Some((amount, code)) => Money::parse(amount, code.parse()?),
        None => Money::parse(text, currency),
    }
}

fn date(text: &str) -> Option<Date> {
    let form = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    form.then(|| text.parse().ok()).flatten()
}

fn record(name: &str, kind: &'static str, text: &str, person: bool) -> Result<Value, Words> {
    match id::any(text) {
        Some((found, uuid)) if found == kind => Ok(Value::Id(uuid)),
        Some((found, _)) => Err(Words::new(
            format!(
                "{name} takes the id of {}; this is the id of {}.",
                a(kind),
                a(found)
            ),
            format!("{name} 需要 {kind} 的 id；这是 {found} 的 id。"),
        )),
        None => {
            let me = if person {
                (", or me", "，或 me")
            } else {
                ("", "")
            };
            let given = short(text);
            Err(Words::new(
                format!("{name} takes the id of {}{}; {given} is none.", a(kind), me.0),
                format!("{name} 需要 {kind} 的 id{}；{given} 不是。", me.1),
            ))
        }
    }
}

fn no_decimal(name: &str, text: &str) -> Words {
    let given = short(text);
    Words::new(
        format!("{name} takes a number like 12.5; {given} is none."),
        format!("{name} 需要数字，例如 12.5；{given} 不是。"),
    )
}

fn not_a_number(name: &str, text: &str) -> Words {
    let given = short(text);
    Words::new(
        format!("{name} takes a whole number; {given} is none."),
        format!("{name} 需要整数；{given} 不是。"),
    )
}

fn no_money(name: &str, why: &MoneyError) -> Words {
    let why = why.words();
    Words::new(
        format!("{name} takes an amount like 1000, or 1000 EUR. {}", why.en),
        format!("{name} 需要金额，例如 1000 或 1000 EUR。{}", why.zh),
    )
}

fn no_date(name: &str, text: &str) -> Words {
    let given = short(text);
    Words::new(
        format!("{name} takes a date like 2026-03-31; {given} is none."),
        format!("{name} 需要日期，例如 2026-03-31；{given} 不是。"),
    )
}

fn no_instant(name: &str, text: &str) -> Words {
    let given = short(text);
    Words::new(
        format!("{name} takes an instant like 2026-03-02T09:00:00Z; {given} is none."),
        format!("{name} 需要时刻，例如 2026-03-02T09:00:00Z；{given} 不是。"),
    )
}

pub(super) fn no_yes_no(name: &str, text: &str) -> Words {
    let given = short(text);
    Words::new(
        format!("{name} is true or false; {given} is neither."),
        format!("{name} 只能是 true 或 false；{given} 不是。"),
    )
}

/// What somebody wrote, cut so that an answer stays readable.
pub(super) fn short(text: &str) -> String {
    let cut: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(60)
        .collect();
    format!("{cut:?}")
}
