//! Reports: what is taken by whom and when, and what is owed on a day; as JSON, and as tables for spreadsheets.

mod liability;
mod taken;

use std::collections::BTreeMap;

use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text::harmless;
use countersign_rules::scene::Scene;
use countersign_web::{Ctx, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

pub(crate) use self::liability::report_leave_liability;
pub(crate) use self::taken::report_leave_taken;
use crate::leave::rights;

/// As what a report is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportFormat {
    Json,
    Csv,
}

/// Whether a table is asked for: in the query, else by `Accept`.
fn as_table(ctx: &Ctx, format: Option<ReportFormat>) -> bool {
    match format {
        Some(format) => format == ReportFormat::Csv,
        None => ctx.preferred(&["application/json", "text/csv"]) == Some("text/csv"),
    }
}

/// What a table is sent as.
const CSV: &str = "text/csv; charset=utf-8";
/// Spreadsheets take a file for UTF-8 only if it begins like this.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rows of a table, behind what was written of it before. What a spreadsheet would calculate is marked.
fn write_rows<const COLUMNS: usize>(
    table: Vec<u8>,
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(table);
    for row in rows {
        writer.write_record(row).map_err(Problem::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// A cell that people wrote; empty where there is nothing.
fn text(cell: Option<&str>) -> String {
    harmless(cell.unwrap_or_default()).into_owned()
}

/// People of a department, or all, whose leave the caller may see.
fn visible<'a>(ctx: &Ctx, scene: &'a Scene, department: Option<&str>) -> BTreeMap<UserId, &'a Person> {
    let directory = &scene.directory;
    let fits = |person: &&Person| department.is_none_or(|name| person.department.as_deref() == Some(name));
    let people = directory.people.values().filter(fits);
    let seen = people.filter(|person| rights::may_see(&ctx.caller, directory, person.id));
    seen.map(|person| (person.id, person)).collect()
}
