//! Quantities and percentages: whole ten-thousandths, never a float.

use std::fmt;

use countersign_kernel::number::is_written;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Decimal places that are kept.
const PLACES: usize = 4;
const ONE: i64 = 10_000;

/// A number with at most four decimal places, as whole ten-thousandths. Written as a text: `"2.5"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i64);

impl Number {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(ONE);
    pub const SMALLEST: Self = Self(1);
    pub const HUNDRED: Self = Self(100 * ONE);
    pub const MOST_QUANTITY: Self = Self(1_000_000_000 * ONE);

    pub const fn of_ten_thousandths(number: i64) -> Self {
        Self(number)
    }

    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// Digits with at most one point; more than four places that say something are none.
    pub fn read(text: &str) -> Option<Self> {
        if !is_written(text) || text.len() > 40 {
            return None;
        }
        let (sign, bare) = text.strip_prefix('-').map_or((1, text), |bare| (-1, bare));
        let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
        let part = part.trim_end_matches('0');
        if part.len() > PLACES {
            return None;
        }
        let digits: i64 = format!("{whole}{part:0<PLACES$}").parse().ok()?;
        Some(Self(sign * digits))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        let part = format!("{part:0>PLACES$}");
        match part.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            part => write!(f, "{sign}{whole}.{part}"),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("no number of at most four decimal places"))
    }
}

impl utoipa::PartialSchema for Number {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(WRITTEN))
            .into()
    }
}

impl utoipa::ToSchema for Number {}

/// How the document describes it.
const WRITTEN: &str = r"^[0-9]+(\.[0-9]+)?$";

/// A number as a caller writes it: its bounds are judged with everything else that is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Written(pub String);

impl utoipa::PartialSchema for Written {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Number::schema()
    }
}

impl utoipa::ToSchema for Written {}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn a_number_is_written_as_it_was_read_but_for_zeros() {
        for (text, written) in [
            ("0", "0"),
            ("2.50", "2.5"),
            ("007.1", "7.1"),
            ("0.0001", "0.0001"),
            ("1000000000.0000", "1000000000"),
            ("-3.25", "-3.25"),
        ] {
            let read = Number::read(text).map(|number| number.to_string());
            assert_eq!(read.as_deref(), Some(written), "{text}");
        }
        for text in [
            "",
            ".5",
            "1.",
            "1e3",
            "+1",
            "0.00001",
            "99999999999999999999",
            " 1",
            "1,5",
        ] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }
}
