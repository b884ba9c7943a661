//! What stands in a cell, before it is known what its column holds.

use chrono::NaiveDate;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Date;
use rust_decimal::Decimal;

use crate::parse::Scalar;

/// What a part of a cell says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said<'n> {
    Any,
    Empty,
    Unlimited,
    Value(Literal<'n>),
    Range {
        low: Option<End<'n>>,
        high: Option<End<'n>>,
    },
}

/// An end of a range, and whether it belongs to it.
pub(super) type End<'n> = (Literal<'n>, bool);

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Literal<'n> {
    pub text: &'n str,
    pub kind: Kind,
}

/// What a value can be by how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Number(Decimal),
    Percent(Decimal),
    Money(Decimal, Currency),
    Date(Date),
    YesNo(bool),
    Text,
}

impl<'n> Said<'n> {
    pub(super) fn of(scalar: &'n Scalar) -> Self {
        let text = scalar.text.trim();
        match text {
            "any" => return Self::Any,
            "empty" => return Self::Empty,
            "unlimited" => return Self::Unlimited,
            _ => {}
        }
        if let Some(range) = range(text) {
            return range;
        }
        let mut value = Literal::of(text);
        // What stands in quotes is a text: `"0123"`.
        if !scalar.plain {
            value.kind = Kind::Text;
        }
        Self::Value(value)
    }
}

/// `under 5`, `up to 5`, `from 5`, `above 5`, `5 to 7`; none of words that only begin so, like `from Berlin`.
fn range(text: &str) -> Option<Said<'_>> {
    let after = |word: &str| {
        let end = Literal::of(text.strip_prefix(word)?.strip_prefix(' ')?.trim());
        end.is_end().then_some(end)
    };
    if let Some(low) = after("from") {
        return Some(Said::Range {
            low: Some((low, true)),
            high: None,
        });
    }
    if let Some(low) = after("above") {
        return Some(Said::Range {
            low: Some((low, false)),
            high: None,
        });
    }
    if let Some(high) = after("up to") {
        return Some(Said::Range {
            low: None,
            high: Some((high, true)),
        });
    }
    if let Some(high) = after("under") {
        return Some(Said::Range {
            low: None,
            high: Some((high, false)),
        });
    }
    let (low, high) = text.split_once(" to ")?;
    let (low, high) = (Literal::of(low.trim()), Literal::of(high.trim()));
    (low.is_end() && high.is_end()).then_some(Said::Range {
        low: Some((low, true)),
        high: Some((high, false)),
    })
}

impl<'n> Literal<'n> {
    pub(super) fn of(text: &'n str) -> Self {
        Self {
            text,
            kind: kind(text),
        }
    }

    /// Whether it can be the end of a range.
    fn is_end(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::YesNo(_))
    }
}

fn kind(text: &str) -> Kind {
    if let Some(number) = number(text) {
        return Kind::Number(number);
    }
    if let Some(number) = text.strip_suffix('%').and_then(|text| number(text.trim_end())) {
        return Kind::Percent(number);
    }
    if let Some((amount, currency)) = text.split_once(' ')
        && let (Some(amount), Ok(currency)) = (number(amount), currency.trim().parse())
    {
        return Kind::Money(amount, currency);
    }
    match text {
        "true" => Kind::YesNo(true),
        "false" => Kind::YesNo(false),
        _ => match text.parse::<NaiveDate>() {
            Ok(date) if text.len() == 10 => Kind::Date(date),
            _ => Kind::Text,
        },
    }
}

/// Digits with a point at most.
fn number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.ends_with(|letter: char| letter.is_ascii_digit())
        && digits
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter == '.');
    fits.then(|| text.parse().ok())?
}
