//! Rows as bytes: CSV as spreadsheets read it, or a JSON object on each line.

use countersign_kernel::text::harmless;
use countersign_web::Problem;
use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    JsonLines,
}

/// What stands in a column of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Nothing,
    Text(String),
    Whole(i64),
    /// Digits of money: a number to spreadsheets, and a text to programs, which would take it for a float.
    Digits(String),
}

impl Cell {
    /// As a spreadsheet shows it and calculates nothing.
    fn csv(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => harmless(text).into_owned(),
            Self::Whole(number) => number.to_string(),
            // An import would ask whether `1.234` is a thousand; of `1.2340` it need not.
            Self::Digits(digits) => match digits.split_once('.') {
                Some((_, places)) if places.len() == 3 => format!("{digits}0"),
                _ => digits.clone(),
            },
        }
    }

    fn json(self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) | Self::Digits(text) => text.into(),
            Self::Whole(number) => number.into(),
        }
    }
}

impl Form {
    /// What stands before the first row.
    pub fn head(self, names: &[String]) -> Result<Vec<u8>, Problem> {
        match self {
            Self::JsonLines => Ok(Vec::new()),
            Self::Csv => {
                // Spreadsheets take a file for UTF-8 only if it says so.
                let mut bytes = b"\xef\xbb\xbf".to_vec();
                let mut writer = csv(&mut bytes);
                writer.write_record(names).map_err(Problem::internal)?;
                finish(writer)?;
                Ok(bytes)
            }
        }
    }

    pub fn rows(self, names: &[String], rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        match self {
            Self::Csv => {
                let mut writer = csv(&mut bytes);
                for row in rows {
                    let cells = row.iter().map(Cell::csv);
                    writer.write_record(cells).map_err(Problem::internal)?;
                }
                finish(writer)?;
            }
            Self::JsonLines => {
                for row in rows {
                    // In the order of the columns.
                    for (place, (name, cell)) in names.iter().zip(row).enumerate() {
                        let before = if place == 0 { '{' } else { ',' };
                        let member = format!("{before}{}:{}", Value::from(name.as_str()), cell.json());
                        bytes.extend(member.into_bytes());
                    }
                    bytes.extend(b"}\n");
                }
            }
        }
        Ok(bytes)
    }
}

fn csv(bytes: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(bytes)
}

fn finish(mut writer: Writer<&mut Vec<u8>>) -> Result<(), Problem> {
    writer.flush().map_err(Problem::internal)
}
