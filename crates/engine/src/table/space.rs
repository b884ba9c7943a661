//! The values that a column can be given, cut at every value that its cells name: inside a piece all cells say the same.

use chrono::Datelike;
use countersign_kernel::money::Currency;
use countersign_kernel::text;
use rust_decimal::Decimal;

use crate::definition::{Cell, ColumnType, Part};
use crate::expr::{Fault, Value};

/// The pieces of what a column can be given, by number; the last one is that nothing is given.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    of: ColumnType,
    cuts: Cuts,
    /// Whether nothing can be given.
    optional: bool,
    /// Of money: that of the cells.
    currency: Currency,
}

#[derive(Debug, Clone)]
enum Cuts {
    /// Before the first value, the first value, between it and the second, and so on.
    Values(Vec<Decimal>),
    /// Each text, and last every other.
    Texts(Vec<String>),
    /// No, and yes.
    YesNo,
}

/// A piece of a column's values, for people.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Point {
    /// Whatever it is.
    Anything,
    Empty,
    YesNo(bool),
    Text(String),
    OtherText,
    Value(Decimal),
    Between(Option<Decimal>, Option<Decimal>),
}

impl Space {
    pub(super) fn of(of: ColumnType, optional: bool, currency: Currency, cells: &[&Cell]) -> Self {
        let parts = cells.iter().flat_map(|cell| match cell {
            Cell::Any => [].iter(),
            Cell::OneOf(parts) => parts.iter(),
        });
        let cuts = match of {
            ColumnType::YesNo => Cuts::YesNo,
            ColumnType::Text => {
                let texts = parts.filter_map(|part| match part {
                    Part::Value(Value::Text(text)) => Some(text::key(text)),
                    _ => None,
                });
                let mut texts: Vec<String> = texts.collect();
                texts.sort_unstable();
                texts.dedup();
                Cuts::Texts(texts)
            }
            _ => {
                let mut values: Vec<Decimal> = parts.flat_map(ends).collect();
                values.sort_unstable();
                values.dedup();
                Cuts::Values(values)
            }
        };
        Self {
            of,
            cuts,
            optional,
            currency,
        }
    }

    /// How many pieces there are.
    pub(super) fn pieces(&self) -> usize {
        self.nothing() + 1
    }

    /// The piece of nothing.
    fn nothing(&self) -> usize {
        match &self.cuts {
            Cuts::Values(values) => 2 * values.len() + 1,
            Cuts::Texts(texts) => texts.len() + 1,
            Cuts::YesNo => 2,
        }
    }

    /// In which piece a value lies.
    pub(super) fn piece(&self, value: &Value, tenant: Currency) -> Result<usize, Fault> {
        if value.is_empty() {
            return Ok(self.nothing());
        }
        let missing = || Fault::Missing("a value that a table is asked with".to_owned());
        match (&self.cuts, value) {
            (Cuts::YesNo, Value::YesNo(yes)) => Ok(usize::from(*yes)),
            (Cuts::Texts(texts), Value::Text(text)) => {
                let found = texts.binary_search(&text::key(text));
                Ok(found.unwrap_or(texts.len()))
            }
            (Cuts::Values(values), _) => {
                let number = ordinal(value).ok_or_else(missing)?;
                if !values.is_empty() {
                    self.same_currency(value, tenant)?;
                }
                Ok(match values.binary_search(&number) {
                    Ok(place) => 2 * place + 1,
                    Err(place) => 2 * place,
                })
            }
            _ => Err(missing()),
        }
    }

    /// A bare number is money of the tenant's currency, on either side.
    fn same_currency(&self, value: &Value, tenant: Currency) -> Result<(), Fault> {
        let (one, other) = match (self.of, value) {
            (ColumnType::Money, Value::Money(_, currency)) => (*currency, self.currency),
            (ColumnType::Money, _) => (tenant, self.currency),
            (_, Value::Money(_, currency)) => (*currency, tenant),
            _ => return Ok(()),
        };
        if one == other {
            Ok(())
        } else {
            Err(Fault::OtherCurrency(one, other))
        }
    }

    /// The pieces that a cell holds for, from and to; both ends count.
    pub(super) fn spans(&self, cell: &Cell) -> Vec<(usize, usize)> {
        match cell {
            Cell::Any => vec![(0, self.nothing())],
            Cell::OneOf(parts) => parts.iter().filter_map(|part| self.span(part)).collect(),
        }
    }

    fn span(&self, part: &Part) -> Option<(usize, usize)> {
        let place = |value: &Value| match &self.cuts {
            Cuts::YesNo => matches!(value, Value::YesNo(true)).then_some(1).or(Some(0)),
            Cuts::Texts(texts) => match value {
                Value::Text(text) => texts.binary_search(&text::key(text)).ok(),
                _ => None,
            },
            Cuts::Values(values) => {
                let found = values.binary_search(&ordinal(value)?);
                found.ok().map(|place| 2 * place + 1)
            }
        };
        match part {
            Part::Empty => Some((self.nothing(), self.nothing())),
            Part::Value(value) => place(value).map(|place| (place, place)),
            Part::Range { low, high } => {
                let from = match low {
                    Some(low) => place(&low.value)? + usize::from(!low.inside),
                    None => 0,
                };
                let to = match high {
                    Some(high) => place(&high.value)? - usize::from(!high.inside),
                    None => self.nothing() - 1,
                };
                (from <= to).then_some((from, to))
            }
        }
    }

    /// Whether something can be given that lies in a piece: between two cents there is nothing.
    pub(super) fn is_real(&self, piece: usize) -> bool {
        if piece == self.nothing() {
            return self.optional;
        }
        let (Cuts::Values(values), Some(unit)) = (&self.cuts, self.unit()) else {
            return true;
        };
        let (place, between) = (piece / 2, piece.is_multiple_of(2));
        match (
            place.checked_sub(1).and_then(|before| values.get(before)),
            values.get(place),
        ) {
            (Some(low), Some(high)) if between => high.checked_sub(*low).is_none_or(|width| width > unit),
            _ => true,
        }
    }

    /// The least step between two values; none where there is always one between.
    fn unit(&self) -> Option<Decimal> {
        match self.of {
            ColumnType::Integer | ColumnType::Date => Some(Decimal::ONE),
            ColumnType::Money => Some(Decimal::new(1, u32::from(self.currency.scale()))),
            ColumnType::Number | ColumnType::Percent | ColumnType::Text | ColumnType::YesNo => None,
        }
    }

    /// What lies in a piece.
    pub(crate) fn point(&self, piece: usize) -> Point {
        if piece == self.nothing() {
            return Point::Empty;
        }
        match &self.cuts {
            Cuts::YesNo => Point::YesNo(piece == 1),
            Cuts::Texts(texts) if texts.is_empty() => Point::Anything,
            Cuts::Texts(texts) => texts.get(piece).cloned().map_or(Point::OtherText, Point::Text),
            Cuts::Values(values) if values.is_empty() => Point::Anything,
            Cuts::Values(values) => {
                let (place, between) = (piece / 2, piece.is_multiple_of(2));
                let before = place.checked_sub(1).and_then(|place| values.get(place)).copied();
                let here = values.get(place).copied();
                match here {
                    Some(value) if !between => Point::Value(value),
                    _ => Point::Between(before, here),
                }
            }
        }
    }

    /// How a number of this column is written.
    pub(crate) fn written(&self, number: Decimal) -> String {
        let value = match self.of {
            ColumnType::Money => Value::Money(number, self.currency),
            ColumnType::Percent => Value::Percent(number),
            ColumnType::Date => day(number).map_or(Value::Number(number), Value::Date),
            _ => Value::Number(number),
        };
        value.to_string()
    }
}

/// The ends of a part as numbers.
fn ends(part: &Part) -> Vec<Decimal> {
    match part {
        Part::Empty => Vec::new(),
        Part::Value(value) => ordinal(value).into_iter().collect(),
        Part::Range { low, high } => [low, high]
            .into_iter()
            .flatten()
            .filter_map(|bound| ordinal(&bound.value))
            .collect(),
    }
}

/// Where a value lies among those of its column.
pub(crate) fn ordinal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) | Value::Percent(number) | Value::Money(number, _) => Some(*number),
        Value::Date(date) => Some(date.num_days_from_ce().into()),
        _ => None,
    }
}

fn day(number: Decimal) -> Option<countersign_kernel::time::Date> {
    chrono::NaiveDate::from_num_days_from_ce_opt(number.try_into().ok()?)
}
