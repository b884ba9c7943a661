//! How the numbers and dates of a column are read, where they could be read in two ways.

use countersign_kernel::text::Words;
use countersign_web::Fault;

use super::Column;
use crate::imports::fields::Holds;
use crate::imports::shape::NewImport;
use crate::imports::sheet::{Format, Sheet};
use crate::imports::value::{Readings, dates, number};
use crate::imports::words::{DateOrder, DecimalMark};

impl Column {
    /// Settles how its numbers or dates are read: as was said, or as its values tell.
    pub(super) fn tell_apart(
        &mut self,
        sheet: &Sheet,
        place: usize,
        ask: &NewImport,
        faults: &mut Vec<Fault>,
    ) {
        let field = self.field.as_deref().and_then(|name| ask.kind.field(name));
        let cells = || {
            let rows = sheet.rows.iter().filter(|row| row.misread.is_none());
            rows.map(|row| (row.line, row.cell(place)))
        };
        match field.map(|field| field.holds) {
            Some(Holds::Amount) => {
                // Programs write JSON, with a point.
                let said = ask
                    .decimal
                    .or((sheet.format == Format::JsonLines).then_some(DecimalMark::Point));
                match said.map_or_else(
                    || settled(cells(), number),
                    |said| Ok(Some(said == DecimalMark::Point)),
                ) {
                    Ok(point) => {
                        self.decimal = point.map(|point| {
                            if point {
                                DecimalMark::Point
                            } else {
                                DecimalMark::Comma
                            }
                        });
                    }
                    Err((line, cell)) => faults.push(self.ambiguous_decimal(line, cell)),
                }
            }
            Some(Holds::Date | Holds::ClosedOn) => {
                let said = ask.date_order;
                match said.map_or_else(
                    || settled(cells(), dates),
                    |said| Ok(Some(said == DateOrder::DayMonthYear)),
                ) {
                    Ok(day) => {
                        self.date_order = day.map(|day| {
                            if day {
                                DateOrder::DayMonthYear
                            } else {
                                DateOrder::MonthDayYear
                            }
                        });
                    }
                    Err((line, cell)) => faults.push(self.ambiguous_date(line, cell)),
                }
            }
            _ => {}
        }
    }

    fn ambiguous_decimal(&self, line: u64, cell: &str) -> Fault {
        let (name, Readings { one, other }) = (&self.name, number(cell));
        let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
        Fault::at(
            "/decimal",
            "ambiguous_decimal",
            Words::new(
                format!(
                    "{cell:?} in column {name:?}, line {line}, is {one} with a decimal point and {other} with a decimal comma: say as `decimal` which is meant."
                ),
                format!(
                    "第 {line} 行“{name}”列的“{cell}”按小数点为 {one}，按小数逗号为 {other}：请用 `decimal` 说明。"
                ),
            ),
        )
    }

    fn ambiguous_date(&self, line: u64, cell: &str) -> Fault {
        let (name, Readings { one, other }) = (&self.name, dates(cell));
        let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
        Fault::at(
            "/date_order",
            "ambiguous_date",
            Words::new(
                format!(
                    "{cell:?} in column {name:?}, line {line}, is {one} or {other}: say as `date_order` which is meant."
                ),
                format!("第 {line} 行“{name}”列的“{cell}”可能是 {one} 或 {other}：请用 `date_order` 说明。"),
            ),
        )
    }
}

/// Which of two readings a column's values have: the one that some of them have alone, where others have both. None where each
/// tells by itself.
fn settled<'a, X: PartialEq>(
    cells: impl Iterator<Item = (u64, &'a str)>,
    read: impl Fn(&str) -> Readings<X>,
) -> Result<Option<bool>, (u64, &'a str)> {
    let (mut one_alone, mut other_alone, mut ambiguous) = (false, false, None);
    for (line, cell) in cells {
        let readings = read(cell);
        if readings.is_ambiguous() {
            ambiguous.get_or_insert((line, cell));
        }
        one_alone |= readings.one.is_some() && readings.other.is_none();
        other_alone |= readings.other.is_some() && readings.one.is_none();
    }
    match (ambiguous, one_alone, other_alone) {
        (_, true, false) => Ok(Some(true)),
        (_, false, true) => Ok(Some(false)),
        (None, ..) => Ok(None),
        (Some(unsettled), ..) => Err(unsettled),
    }
}
