//! Numbers, with every digit that was sent.

use super::{Shaped, wrong};
use crate::finding::{Words, words};
use countersign_kernel::number;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Decimal places of a number: more are a slip, or the rest of a division.
const PLACES_MAX: u32 = 12;

pub(super) fn number(json: &Json) -> Shaped {
    match sent_decimal(json)? {
        Some(number) if number.normalize().scale() <= PLACES_MAX => Ok(json.clone()),
        Some(_) => wrong(words!(
            "A number has at most {PLACES_MAX} decimal places.",
            "数字最多 {PLACES_MAX} 位小数。"
        )),
        None => wrong(words!("A number is wanted, like 12.5.", "应为数字，如 12.5。")),
    }
}

pub(super) fn integer(json: &Json) -> Shaped {
    match sent_decimal(json)? {
        Some(number) if number.fract().is_zero() => Ok(json.clone()),
        _ => wrong(words!("A whole number is wanted.", "应为整数。")),
    }
}

/// The number that was sent, digit for digit; nothing where it is none, and a refusal where it has more digits than a decimal holds.
fn sent_decimal(json: &Json) -> Result<Option<Decimal>, (String, &'static str, Words)> {
    let found = match json {
        Json::Number(number) => number::of_json(number),
        Json::String(digits) if number::is_written(digits) => number::exact(digits),
        _ => return Ok(None),
    };
    match found {
        Some(number) => Ok(Some(number)),
        None => Err((
            String::new(),
            "too_many_digits",
            words!(
                "A number has at most 28 digits, before and after the point together.",
                "数字最多 28 位（小数点前后合计）。"
            ),
        )),
    }
}
