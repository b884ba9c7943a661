//! The rows that were refused, as a file to be mended and imported again.

use countersign_kernel::text::{Locale, harmless};
use csv::{Terminator, WriterBuilder};

use super::prepared::Prepared;
use super::row::RowFault;
use super::sheet::Format;
use super::store::rows;

/// What stands beside the file's own columns; importing the file again leaves these out.
const BESIDE: [&str; 4] = ["import_line", "import_column", "import_value", "import_reason"];

/// The file: the refused rows as they were, each with where and why.
pub fn csv(prepared: &Prepared, refused: &[rows::Model], locale: Locale) -> Result<Vec<u8>, csv::Error> {
    let sheet = &prepared.sheet;
    let delimiter = match sheet.format {
        Format::Csv(delimiter) => u8::try_from(delimiter).unwrap_or(b','),
        Format::JsonLines => b',',
    };
    // Spreadsheets take a file for UTF-8 only if it says so.
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .from_writer(&mut bytes);
    writer.write_record(sheet.headers.iter().map(String::as_str).chain(BESIDE))?;
    for row in refused {
        let number = usize::try_from(row.row_number).unwrap_or(usize::MAX);
        let Some(cells) = sheet.rows.get(number) else {
            continue;
        };
        let faults = row
            .faults
            .as_deref()
            .and_then(|faults| serde_json::from_str(faults).ok());
        let faults: Vec<RowFault> = faults.unwrap_or_default();
        let place = |column: &str| sheet.headers.iter().position(|header| header == column);
        let value = |fault: &RowFault| match &fault.column {
            Some(column) => place(column).map_or("", |place| cells.cell(place)).to_owned(),
            None if cells.misread.is_some() => cells.cells.iter().collect::<Vec<_>>().join(" "),
            None => String::new(),
        };
        let column = |fault: &RowFault| fault.column.clone().unwrap_or_default();
        let reason = |fault: &RowFault| locale.pick(fault.en.as_str(), fault.zh.as_str()).to_owned();
        let own = (0..sheet.headers.len()).map(|column| match cells.misread {
            Some(super::sheet::Misread::NotAnObject | super::sheet::Misread::Nested) => String::new(),
            _ => cells.cell(column).to_owned(),
        });
        let beside = [
            cells.line.to_string(),
            told(&faults, column),
            told(&faults, value),
            told(&faults, reason),
        ];
        writer.write_record(own.chain(beside).map(|cell| harmless(&cell).into_owned()))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// What is said of each fault, in order.
fn told(faults: &[RowFault], of: impl Fn(&RowFault) -> String) -> String {
    let told: Vec<String> = faults.iter().map(of).collect();
    told.join("\n").trim().to_owned()
}
