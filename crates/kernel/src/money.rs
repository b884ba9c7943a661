//! Money: whole minor units and a currency. Never a float, never a decimal column.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::Words;

/// An ISO 4217 currency that has minor units (so no gold, no test codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    scale: u8,
}

/// What is wrong with an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{0:?} is not the code of a currency, like EUR")]
    UnknownCurrency(String),
    #[error("an amount is written in digits with a point, like \"1800.00\"")]
    Malformed,
    #[error("{currency} has {scale} decimal places, not {given}")]
    TooFine {
        currency: Currency,
        scale: u8,
        given: u32,
    },
    #[error("the amount is too large")]
    TooLarge,
    #[error("{0} and {1} do not add")]
    OtherCurrency(Currency, Currency),
}

impl MoneyError {
    /// What is wrong, for whoever wrote it.
    pub fn words(&self) -> Words {
        match self {
            Self::UnknownCurrency(code) => Words::new(
                format!("{code:?} is not the code of a currency, like EUR."),
                format!("{code:?} 不是货币代码（例如 EUR）。"),
            ),
            Self::Malformed => Words::fixed(
                "An amount is written in digits with a point, like \"1800.00\".",
                "金额用数字和小数点书写，例如 \"1800.00\"。",
            ),
            Self::TooFine {
                currency,
                scale,
                given,
            } => Words::new(
                format!("{currency} has {scale} decimal places, not {given}."),
                format!("{currency} 有 {scale} 位小数，而不是 {given} 位。"),
            ),
            Self::TooLarge => Words::fixed("The amount is too large.", "金额过大。"),
            Self::OtherCurrency(one, two) => Words::new(
                format!("{one} and {two} do not add."),
                format!("{one} 与 {two} 不能相加。"),
            ),
        }
    }
}

impl Currency {
    pub const EUR: Self = Self {
        code: *b"EUR",
        scale: 2,
    };

    /// Decimal places, by ISO 4217.
    pub fn scale(self) -> u8 {
        self.scale
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(text.chars().take(12).collect());
        let known = iso_currency::Currency::from_code(text).ok_or_else(unknown)?;
        // X** are metals, funds and test codes; XAF, XOF, XPF, XCD and XCG are spent by people.
        let spendable = !text.starts_with('X') || matches!(text, "XAF" | "XOF" | "XPF" | "XCD" | "XCG");
        let scale = known.exponent().filter(|_| spendable).ok_or_else(unknown)?;
        let code = <[u8; 3]>::try_from(text.as_bytes()).map_err(|_| unknown())?;
        Ok(Self {
            code,
            scale: u8::try_from(scale).map_err(|_| unknown())?,
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in whole minor units. Two currencies do not add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Money as it is written: `{"amount": "1800.00", "currency": "EUR"}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    amount: String,
    currency: Currency,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads `1800`, `1800.5`, `-3.00`; refuses signs other than minus, exponents, blanks, other digits,
    /// and more decimal places than the currency has.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let digits = amount.strip_prefix('-').unwrap_or(amount);
        let (whole, part) = match digits.split_once('.') {
            Some((whole, part)) if !part.is_empty() => (whole, part),
            Some(_) => return Err(MoneyError::Malformed),
            None => (digits, ""),
        };
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(part) || amount.len() > 100 {
            return Err(MoneyError::Malformed);
        }
        let scale = usize::from(currency.scale);
        if part.len() > scale {
            return Err(MoneyError::TooFine {
                currency,
                scale: currency.scale,
                given: part.len() as u32,
            });
        }
        let text = format!("{whole}{part:0<scale$}");
        let minor: i64 = text
            .trim_start_matches('0')
            .parse()
            .or_else(|error: std::num::ParseIntError| {
                if *error.kind() == std::num::IntErrorKind::Empty {
                    Ok(0)
                } else {
                    Err(MoneyError::TooLarge)
                }
            })?;
        Ok(Self {
            minor: if amount.starts_with('-') { -minor } else { minor },
            currency,
        })
    }

    /// The amount as a decimal, for arithmetic.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, u32::from(self.currency.scale))
    }

    /// Back from a decimal; refuses what the currency cannot hold exactly.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Self::parse(&amount.normalize().to_string(), currency)
    }

    /// The amount alone: `1800.00`.
    pub fn amount(self) -> String {
        self.decimal().to_string()
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::OtherCurrency(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

/// What amounts of one currency come to: exact, also where no single amount could be as large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    minor: i128,
    pub currency: Currency,
}

impl Sum {
    /// `high` counts whole 2³² of minor units: so a database adds up both halves, each within 64 bits.
    pub fn of_halves(high: i64, low: i64, currency: Currency) -> Self {
        Self {
            minor: (i128::from(high) << 32) + i128::from(low),
            currency,
        }
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::OtherCurrency(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The amount alone: `180000000000000000.00`.
    pub fn amount(self) -> String {
        let scale = usize::from(self.currency.scale);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = scale + 1);
        match digits.split_at_checked(digits.len() - scale) {
            Some((whole, part)) if !part.is_empty() => format!("{sign}{whole}.{part}"),
            _ => format!("{sign}{digits}"),
        }
    }
}

/// How many there are, and what they come to in each currency: two currencies do not add.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub count: u64,
    /// By the currency's code.
    sums: BTreeMap<String, Sum>,
}

impl Tally {
    /// So many more, which come to this.
    pub fn add(&mut self, count: u64, sum: Option<Sum>) -> Result<(), MoneyError> {
        self.count += count;
        let Some(sum) = sum else { return Ok(()) };
        let code = sum.currency.code().to_owned();
        let sum = match self.sums.get(&code) {
            Some(known) => known.checked_add(sum)?,
            None => sum,
        };
        self.sums.insert(code, sum);
        Ok(())
    }

    /// One sum for each currency, by its code.
    pub fn sums(self) -> Vec<Sum> {
        self.sums.into_values().collect()
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            amount: self.amount(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            amount: self.amount(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Self::parse(&written.amount, written.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property(
                "amount",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(r"^-?[0-9]+(\.[0-9]+)?$")),
            )
            .property(
                "currency",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some("^[A-Z]{3}$")),
            )
            .required("amount")
            .required("currency")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Money {}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_strictly_and_filled_up() {
        let read = |text: &str| Money::parse(text, Currency::EUR).map(|money| money.minor);
        assert_eq!(read("1800.00"), Ok(180_000));
        assert_eq!(read("1800.5"), Ok(180_050));
        assert_eq!(read("-0.01"), Ok(-1));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("000.10"), Ok(10));
        assert!(matches!(read("1.999"), Err(MoneyError::TooFine { .. })));
        assert_eq!(read(&"9".repeat(60)), Err(MoneyError::TooLarge));
        for text in [
            "", " 1.00", "1,000.00", "NaN", "+1.00", "0x10", "٣", "1e3", "1.", ".5", "-", "--1",
        ] {
            assert_eq!(read(text), Err(MoneyError::Malformed), "{text}");
        }
    }

    #[test]
    fn sums_are_exact_beyond_64_bits() {
        let halves = |minor: i64, times: i64, code: &str| {
            let high = (minor >> 32) * times;
            Sum::of_halves(high, (minor & 0xffff_ffff) * times, code.parse().unwrap()).amount()
        };
        assert_eq!(halves(i64::MAX, 2, "EUR"), "184467440737095516.14");
        assert_eq!(halves(-i64::MAX, 3, "KWD"), "-27670116110564327.421");
        assert_eq!(halves(i64::MAX, 100, "JPY"), "922337203685477580700");
        assert_eq!(halves(-5, 1, "EUR"), "-0.05");
        assert_eq!(halves(0, 1, "EUR"), "0.00");
    }

    #[test]
    fn scale_comes_from_iso_4217() {
        for (code, scale) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("XOF", 0)] {
            assert_eq!(code.parse::<Currency>().map(Currency::scale), Ok(scale), "{code}");
        }
        for code in ["ZZZ", "XAU", "XXX", "XTS", "eur", "EURO", ""] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
        assert_eq!(Money::new(5, Currency::EUR).amount(), "0.05");
    }
}
