//! A file as rows of cells, each with its line in the file. Bounded in bytes, rows, columns and the length of a cell.

mod decode;
mod delimited;
mod lines;

use countersign_kernel::cache::Weigh;
use countersign_kernel::text::Words;
use countersign_web::Fault;
use csv::StringRecord;

use super::words::Charset;

/// Bytes of a file.
pub const BYTES_MAX: usize = 20 * 1024 * 1024;
/// Rows behind the header.
pub const ROWS_MAX: usize = 100_000;
pub const COLUMNS_MAX: usize = 200;
/// Characters of a cell: what the cell of a spreadsheet holds.
pub const CELL_MAX: usize = 32_767;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What its encoding is called.
    pub encoding: &'static str,
    pub format: Format,
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
}

/// How cells stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With the delimiter.
    Csv(char),
    /// A JSON object on each line.
    JsonLines,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins in the file, counted from one.
    pub line: u64,
    /// As many as there are headers, or fewer: what is missing is empty. Without blanks around them, and without what only keeps
    /// spreadsheets from calculating.
    pub cells: StringRecord,
    /// Why it cannot be read as a row.
    pub misread: Option<Misread>,
}

/// Why a row is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misread {
    /// More cells than there are headers.
    Ragged(usize),
    /// The header, again.
    Header,
    NotAnObject,
    Nested,
}

impl Row {
    /// A cell, without blanks around it.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }
}

impl Weigh for Sheet {
    fn bytes(&self) -> usize {
        let rows = self.rows.iter();
        rows.map(|row| row.cells.as_slice().len() + row.cells.len() * 8 + 160)
            .sum()
    }
}

impl Misread {
    pub fn code(self) -> &'static str {
        match self {
            Self::Ragged(_) => "ragged_row",
            Self::Header => "repeated_header",
            Self::NotAnObject | Self::Nested => "wrong_form",
        }
    }

    pub fn words(self) -> Words {
        match self {
            Self::Ragged(cells) => Words::new(
                format!(
                    "This row has {cells} cells, more than there are columns: put a value that holds a delimiter in quotes."
                ),
                format!("此行有 {cells} 个单元格，多于列数：含分隔符的值请加引号。"),
            ),
            Self::Header => Words::fixed("This is the header again.", "此行是重复的表头。"),
            Self::NotAnObject => Words::fixed(
                "This line is no JSON object: write one object on each line.",
                "此行不是 JSON 对象：请每行写一个对象。",
            ),
            Self::Nested => Words::fixed(
                "A value is a text, a number, true, false or null, or an object of these.",
                "值只能是文本、数字、true、false、null，或由它们组成的对象。",
            ),
        }
    }
}

/// Reads a file.
pub fn read(bytes: &[u8], encoding: Option<Charset>) -> Result<Sheet, Fault> {
    let (text, encoding) = decode::decode(bytes, encoding)?;
    let is_json = text.trim_start().starts_with('{');
    let (format, headers, rows) = if is_json {
        lines::read(&text)?
    } else {
        delimited::read(&text)?
    };
    if headers.is_empty() || rows.is_empty() {
        return Err(fault(
            "no_rows",
            "The file has no rows: the first line names the columns, and each further one is a record.",
            "文件中没有数据行：第一行为列名，其后每行为一条记录。",
        ));
    }
    Ok(Sheet {
        encoding,
        format,
        headers,
        rows,
    })
}

/// What is read of a file: its form, its columns, its rows.
type Parts = (Format, Vec<String>, Vec<Row>);

fn fault(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Fault {
    Fault::at("/file", code, Words::new(en.into(), zh.into()))
}

fn check_columns(headers: &[String]) -> Result<(), Fault> {
    if headers.len() > COLUMNS_MAX {
        let many = headers.len();
        return Err(fault(
            "too_many_columns",
            format!(
                "The file has {many} columns; at most {COLUMNS_MAX} are taken: leave out those that are not needed."
            ),
            format!("文件有 {many} 列，最多 {COLUMNS_MAX} 列：请删去不需要的列。"),
        ));
    }
    let mut seen = std::collections::HashSet::new();
    match headers.iter().find(|header| !seen.insert(header.as_str())) {
        Some(twice) => Err(fault(
            "repeated_column",
            format!("Two columns are called {twice:?}: rename or delete one of them."),
            format!("有两列都叫“{twice}”：请重命名或删除其中一列。"),
        )),
        None => Ok(()),
    }
}

fn check_rows(rows: usize) -> Result<(), Fault> {
    if rows <= ROWS_MAX {
        return Ok(());
    }
    Err(fault(
        "too_many_rows",
        format!("The file has more than {ROWS_MAX} rows: divide it."),
        format!("文件超过 {ROWS_MAX} 行：请拆分。"),
    ))
}

fn check_cell(line: u64, cell: &str) -> Result<(), Fault> {
    // Cheap for almost all: no letter takes less than a byte.
    if cell.len() <= CELL_MAX || cell.chars().count() <= CELL_MAX {
        return Ok(());
    }
    Err(fault(
        "cell_too_long",
        format!(
            "A cell of the row at line {line} has more than {CELL_MAX} characters: is a quotation mark missing?"
        ),
        format!("第 {line} 行起的某个单元格超过 {CELL_MAX} 个字符：是否缺少引号？"),
    ))
}

#[cfg(test)]
mod tests;
