//! Numbers as JSON writes them, and the decimals that they are: digit for digit, or not at all.

use rust_decimal::Decimal;
use serde_json::{Number, Value};

/// Whether a text is digits with at most one point and one minus (`-12.50`), as the API documents numbers in texts.
pub fn is_written(text: &str) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, "0"));
    [whole, part]
        .iter()
        .all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The decimal of a number in a text; `None` for any other text, and for what a decimal cannot hold without rounding.
pub fn exact(text: &str) -> Option<Decimal> {
    is_written(text)
        .then(|| Decimal::from_str_exact(text).ok())
        .flatten()
}

/// The decimal that a JSON number is.
pub fn of_json(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    let Some((digits, power)) = text.split_once('e') else {
        return exact(&text);
    };
    let digits = exact(digits)?;
    let power: i64 = power.parse().ok()?;
    // Places to the right; a whole number with zeros behind it has none.
    let places = i64::from(digits.scale()) - power;
    let mut moved = digits;
    moved.set_scale(u32::try_from(places.max(0)).ok()?).ok()?;
    (places..0).try_fold(moved, |so_far, _| so_far.checked_mul(Decimal::TEN))
}

/// A decimal as JSON: a number where every reader of 64-bit numbers sees all its digits, else a text of them.
pub fn to_json(number: Decimal) -> Value {
    let text = number.normalize().to_string();
    match kept(&text) {
        Some(number) => Value::Number(number),
        None => Value::String(text),
    }
}

/// The JSON number that is written here, where reading it keeps every digit: integers of 64 bits, and up to 15 digits of any other.
pub fn kept(text: &str) -> Option<Number> {
    let number: Number = text.parse().ok()?;
    (number.is_i64() || number.is_u64() || significant(&number.to_string()) == significant(text))
        .then_some(number)
}

/// The digits of a number without the zeros around them, and the power of ten of the first; the same for all ways to write it.
fn significant(text: &str) -> (bool, String, i64) {
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{}{part}", whole.trim_start_matches('-'));
    let first = all.trim_start_matches('0');
    let bare = first.trim_end_matches('0').to_owned();
    if bare.is_empty() {
        return (false, bare, 0);
    }
    let before = (whole.trim_start_matches('-').len() + first.len()) as i64 - all.len() as i64;
    let power = power.parse().unwrap_or(i64::MAX / 2);
    (whole.starts_with('-'), bare, before.saturating_add(power))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_number_is_kept_with_every_digit_or_not_at_all() {
        for text in [
            "0",
            "-0",
            "0.0",
            "0e5",
            "12",
            "12.50",
            "-0.001",
            "1e3",
            "1E+3",
            "1.5e-9",
            "1e300",
            "100000000000000000000",
            "0.1",
            "0.3",
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775808",
            "123456789012345",
            "1.23456789012345e-200",
        ] {
            assert!(kept(text).is_some(), "{text}");
        }
        for text in [
            "18446744073709551616",
            "-9223372036854775809",
            "1234567890123456.89",
            "12345678901234567.89",
            "0.1234567890123456789",
            "33.333333333333333333",
            "1.0000000000000000000001",
            "0.300000000000000040001",
            "1e400",
            "1e-400",
        ] {
            assert!(kept(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_decimal_of_a_json_number_is_its_digits() {
        for (text, is) in [
            ("12.50", Some("12.5")),
            ("-3", Some("-3")),
            ("1e3", Some("1000")),
            ("1.5e-9", Some("0.0000000015")),
            ("1e28", Some("10000000000000000000000000000")),
            ("1e29", None),
            ("1e-30", None),
            ("18446744073709551615", Some("18446744073709551615")),
        ] {
            let read = of_json(&text.parse().unwrap()).map(|number| number.normalize().to_string());
            assert_eq!(read.as_deref(), is, "{text}");
        }
    }

    #[test]
    fn digits_are_read_as_they_are_documented() {
        for (text, fits) in [
            ("12.50", true),
            ("-0", true),
            ("79228162514264337593543950335", true),
            ("0.0000000000000000000000000001", true),
            ("79228162514264337593543950336", false),
            ("0.00000000000000000000000000001", false),
            ("1_000", false),
            ("+1", false),
            (".5", false),
            ("1.", false),
            ("1e3", false),
            ("", false),
            ("-", false),
            (" 1", false),
            ("٣", false),
        ] {
            assert_eq!(exact(text).is_some(), fits, "{text}");
        }
    }

    #[test]
    fn a_decimal_goes_to_json_and_back() {
        for text in [
            "12.5",
            "0.3333333333333333333333333333",
            "1234567890123456.89",
            "18446744073709551616",
            "-7",
        ] {
            let json = to_json(text.parse().unwrap());
            let back = match &json {
                Value::Number(number) => of_json(number),
                other => exact(other.as_str().unwrap()),
            };
            assert_eq!(back, exact(text), "{json}");
            assert_eq!(json.is_string(), text.len() > 16, "{json}");
        }
    }
}
