//! Cells with a delimiter between them, as RFC 4180 says and as spreadsheets write it.

use std::io::Read;

use countersign_kernel::text::bare;
use countersign_web::Fault;
use csv::{Reader, ReaderBuilder, StringRecord};

use super::{Format, Misread, Parts, Row, check_cell, check_columns, check_rows, fault};

const DELIMITERS: [u8; 4] = *b",;\t|";

/// Bytes of a header that is looked at for its delimiter.
const LOOKED_AT: usize = 64 * 1024;

pub(super) fn read(text: &str) -> Result<Parts, Fault> {
    let (told, text, skipped) = told(text);
    let delimiter = told.unwrap_or_else(|| guess(text));
    let mut reader = reader(text.as_bytes(), delimiter);
    let mut record = StringRecord::new();
    let mut headers: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| unreadable(&error))?
    {
        let line = line(text, &record) + skipped;
        for cell in &record {
            check_cell(line, cell)?;
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if headers.is_empty() {
            headers = named(&record);
            check_columns(&headers)?;
            continue;
        }
        rows.push(row(line, &record, &headers));
        check_rows(rows.len())?;
    }
    Ok((Format::Csv(char::from(delimiter)), headers, rows))
}

/// Excel may say the delimiter in a line of its own: `sep=;`.
fn told(text: &str) -> (Option<u8>, &str, u64) {
    let line = text.lines().next().unwrap_or_default();
    let rest = || text.split_once('\n').map_or("", |(_, rest)| rest);
    match line.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) if delimiter.is_ascii() => (Some(*delimiter), rest(), 1),
        _ => (None, text, 0),
    }
}

/// The delimiter that parts the header into most columns.
fn guess(text: &str) -> u8 {
    let head = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let columns = |delimiter: u8| {
        let mut record = StringRecord::new();
        let read = reader(head.as_bytes(), delimiter).read_record(&mut record);
        read.map_or(0, |_| record.len())
    };
    // Of those that part it alike, the first.
    let best = DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|delimiter| columns(*delimiter));
    best.unwrap_or(b',')
}

fn reader<R: Read>(source: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(source)
}

/// Where a record begins: blank lines before it are passed over with it.
fn line(text: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else {
        return 0;
    };
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| b"\r\n".contains(byte));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// The header; a column without a name is called by its place, and those behind the last name are none.
fn named(record: &StringRecord) -> Vec<String> {
    let named = record
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.trim().is_empty());
    let last = named.map(|(place, _)| place + 1).last();
    let names = record.iter().take(last.unwrap_or(0)).enumerate();
    names
        .map(|(place, name)| match name.trim() {
            "" => format!("({})", place + 1),
            name => name.to_owned(),
        })
        .collect()
}

fn row(line: u64, record: &StringRecord, headers: &[String]) -> Row {
    let more = record
        .iter()
        .skip(headers.len())
        .any(|cell| !cell.trim().is_empty());
    let is_header = || {
        record
            .iter()
            .zip(headers)
            .all(|(cell, header)| cell.trim() == header)
    };
    let misread = if more {
        Some(Misread::Ragged(record.len()))
    } else if record.len() >= headers.len() && is_header() {
        Some(Misread::Header)
    } else {
        None
    };
    Row {
        line,
        cells: record.iter().map(|cell| bare(cell.trim())).collect(),
        misread,
    }
}

fn unreadable(error: &csv::Error) -> Fault {
    fault(
        "not_text",
        format!("The file cannot be read as CSV: {error}."),
        format!("文件无法作为 CSV 读取：{error}。"),
    )
}
