//! Fields that rows have by what somebody published, not by their table: `form.amount`.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{FilterField, FilterType, Value};
use crate::text;

/// A field of rows that belong together. Its values stand in a table of their own, as bytes in their order, so that one index
/// serves all types.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// As the API calls it: `form.amount`.
    pub path: String,
    /// What it holds, and whether a text is compared as people write it.
    pub field: FilterField,
    /// The words that it may be, if it is a choice.
    pub words: Vec<String>,
    pub table: &'static MemberTable,
    /// What the rows have in common: the name of their workflow.
    pub group: String,
    /// As the table calls it: `amount`.
    pub name: String,
}

/// Where values of members stand: a row for each row of the list and each of its members, with its `tenant_id`, `name`, `empty` (1
/// where there is no value, else 0) and `value`, as [`Value::in_order`] makes it.
#[derive(Debug, PartialEq)]
pub struct MemberTable {
    pub name: &'static str,
    /// The column that holds the id of the row of the list.
    pub owner: &'static str,
    /// The column that holds what they have in common.
    pub group: &'static str,
    /// The index on tenant, group, `name`, `empty`, `value` and owner.
    pub index: &'static str,
}

/// What stands in front of each member's name.
pub const PREFIX: &str = "form";

/// The field of a member of this type: the filter and the order are those of [`Member`].
pub const fn member_field(of: FilterType, written: bool) -> FilterField {
    let mut field = FilterField::new(PREFIX, of).sortable();
    field.written = written;
    field
}

/// The member of this path.
pub(super) fn named<'a>(members: &'a [Arc<Member>], path: &str) -> Option<&'a Arc<Member>> {
    members.iter().find(|member| member.path == path)
}

impl Value {
    /// Bytes in the order of values of one type, equal for equal values. They begin with a letter for the type, so that values
    /// of two types are never equal, and those of one stand together. Texts that people write are compared by their key;
    /// amounts stand by currency.
    pub fn in_order(&self, written: bool) -> Vec<u8> {
        let (letter, bytes) = match self {
            Self::Text(text) if written => (b't', text::index_key(text).into_bytes()),
            Self::Text(text) => (b'w', text.clone().into_bytes()),
            Self::Integer(number) => (b'n', digits(Decimal::from(*number))),
            Self::Number(number) => (b'n', digits(*number)),
            Self::Money(money) => {
                let mut bytes = money.currency.code().as_bytes().to_vec();
                bytes.extend(ascending(money.minor));
                (b'm', bytes)
            }
            Self::Date(date) => (b'd', date.to_string().into_bytes()),
            Self::Instant(at) => (b'i', ascending(at.millis()).to_vec()),
            Self::YesNo(yes) => (b'y', vec![u8::from(*yes)]),
            Self::Id(id) => (b'r', id.as_bytes().to_vec()),
        };
        let mut all = vec![letter];
        all.extend(bytes);
        all
    }

    /// What values are compared with by order: those that begin so. Amounts of another currency are not compared.
    pub fn comparable(&self, written: bool) -> Vec<u8> {
        let mut bytes = self.in_order(written);
        bytes.truncate(if matches!(self, Self::Money(_)) { 4 } else { 1 });
        bytes
    }
}

/// Big-endian, with the sign turned round: the less the smaller.
fn ascending(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}

const NEGATIVE: u8 = 0;
const ZERO: u8 = 1;
const POSITIVE: u8 = 2;

/// A sign; the power of ten of the first digit; the digits, of which none at the end is 0. All but the sign is turned round where
/// it is negative, and ends behind every digit.
fn digits(number: Decimal) -> Vec<u8> {
    let number = number.normalize();
    if number.is_zero() {
        return vec![ZERO];
    }
    let written = number.mantissa().unsigned_abs().to_string();
    let places = i64::try_from(written.len()).unwrap_or(i64::MAX) - i64::from(number.scale());
    // At most 29 digits, so -28 to 29.
    let power = u8::try_from(places.saturating_add(100)).unwrap_or(u8::MAX);
    let significant = written.trim_end_matches('0').bytes();
    let mut bytes = vec![power];
    bytes.extend(significant);
    if number.is_sign_positive() {
        bytes.insert(0, POSITIVE);
    } else {
        for byte in &mut bytes {
            *byte = !*byte;
        }
        bytes.push(u8::MAX);
        bytes.insert(0, NEGATIVE);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::Value;

    fn number(mantissa: i64, scale: u32) -> Decimal {
        Decimal::new(mantissa, scale)
    }

    proptest! {
        #[test]
        fn numbers_stand_in_their_order(one: i64, other in prop_oneof![any::<i64>(), -200i64..200], from in 0u32..20, to in 0u32..20) {
            let (one, other) = (number(one, from), number(other, to));
            let bytes = |number| Value::Number(number).in_order(false);
            prop_assert_eq!(bytes(one).cmp(&bytes(other)), one.cmp(&other));
        }

        #[test]
        fn near_numbers_stand_in_their_order(one in -2_000i64..2_000, other in -2_000i64..2_000, from in 0u32..3, to in 0u32..3) {
            let (one, other) = (number(one, from), number(other, to));
            let bytes = |number| Value::Number(number).in_order(false);
            prop_assert_eq!(bytes(one).cmp(&bytes(other)), one.cmp(&other));
        }
    }

    #[test]
    fn what_is_equal_has_the_same_bytes() {
        let bytes = |value: Value, written| value.in_order(written);
        assert_eq!(
            bytes(Value::Number(number(150, 2)), false),
            bytes(Value::Number(number(15, 1)), false)
        );
        assert_eq!(
            bytes(Value::Integer(7), false),
            bytes(Value::Number(number(700, 2)), false)
        );
        assert_eq!(
            bytes(Value::Text("Straße".to_owned()), true),
            bytes(Value::Text("STRASSE".to_owned()), true)
        );
        assert_ne!(
            bytes(Value::Text("a".to_owned()), false),
            bytes(Value::Text("A".to_owned()), false)
        );
    }
}
