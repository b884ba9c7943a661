//! An amount of leave: so many days or hours, to the thousandth.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Serialize, Serializer};

/// Thousandths of a day or hour; exact, and never a float in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(i64);

/// A year has fewer hours than this, and so has every sum of a life's work.
const MOST: i64 = 1_000_000_000;

impl Amount {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(1_000);
    pub const HALF: Self = Self(500);

    pub const fn of_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// So many whole ones.
    pub const fn whole(count: u32) -> Self {
        Self(count as i64 * 1_000)
    }

    /// Hours of so many minutes, to the nearest thousandth.
    pub fn hours_of(minutes: i64) -> Self {
        Self((minutes * 1_000 + 30) / 60)
    }

    /// `20`, `2.5`: at most three decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Digits alone: no exponent, and no sign but that of what is owed.
        let is_plain = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-');
        Self::of_decimal(text.parse().ok().filter(|_| text.chars().all(is_plain))?)
    }

    /// The same number, if it has at most three decimals.
    pub fn of_decimal(number: Decimal) -> Option<Self> {
        let thousandths = number.checked_mul(Decimal::ONE_THOUSAND)?;
        let whole = thousandths.is_integer().then(|| thousandths.to_i64()).flatten()?;
        (whole.abs() <= MOST).then_some(Self(whole))
    }

    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 3).normalize()
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

/// As a number with its digits: `12.5`.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            // Three decimals below a thousand million are written as they are.
            serializer.serialize_f64(self.decimal().to_f64().unwrap_or_default())
        }
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// How an entitlement is made round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    pub how: How,
    /// To a multiple of this.
    pub step: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Nearest,
    Up,
    Down,
}

impl Rounding {
    /// To the thousandth: what an amount can be.
    pub const FINEST: Self = Self {
        how: How::Nearest,
        step: Amount(1),
    };

    /// `up to 0.5`, `down to 1`, `nearest 0.25`.
    pub fn parse(text: &str) -> Option<Self> {
        let (how, step) = [
            ("up to ", How::Up),
            ("down to ", How::Down),
            ("nearest ", How::Nearest),
        ]
        .into_iter()
        .find_map(|(word, how)| Some((how, text.trim().strip_prefix(word)?)))?;
        let step = Amount::parse(step).filter(|step| step.0 > 0)?;
        Some(Self { how, step })
    }

    /// Half a step is made up.
    pub fn of(self, exact: Decimal) -> Amount {
        let step = self.step.decimal();
        // Sums of twelfths may miss a whole step by what 28 digits leave out.
        let steps = (exact / step).round_dp(12);
        let whole = match self.how {
            How::Nearest => (steps + Decimal::new(5, 1)).floor(),
            How::Up => steps.ceil(),
            How::Down => steps.floor(),
        };
        Amount::of_decimal(whole * step).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn amounts_are_read_and_written_with_their_digits() {
        for (text, shown) in [
            ("20", "20"),
            ("2.5", "2.5"),
            ("-0.125", "-0.125"),
            ("7.80", "7.8"),
        ] {
            let amount = Amount::parse(text).unwrap();
            assert_eq!(amount.to_string(), shown);
            assert_eq!(serde_json::to_string(&amount).unwrap(), shown);
        }
        for wrong in ["", "a", "1.2345", "1e3", "99999999999"] {
            assert_eq!(Amount::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Amount::hours_of(468).to_string(), "7.8");
    }

    #[test]
    fn rounding_is_as_it_says() {
        for (rule, exact, rounded) in [
            ("up to 0.5", "8.1", "8.5"),
            ("down to 0.5", "8.4", "8"),
            ("nearest 0.5", "8.25", "8.5"),
            ("nearest 1", "7.5", "8"),
            ("nearest 1", "-7.5", "-7"),
            ("up to 1", "20.0000000000000001", "20"),
        ] {
            let rule = Rounding::parse(rule).unwrap();
            assert_eq!(rule.of(exact.parse().unwrap()), Amount::parse(rounded).unwrap());
        }
        assert_eq!(Rounding::parse("up"), None);
        assert_eq!(Rounding::parse("up to 0"), None);
    }
}
