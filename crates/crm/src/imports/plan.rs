//! How a file is read: which column holds which field, by what rows find records, what numbers and dates mean. What a file does
//! not tell by itself is never guessed: it is refused with the choice to make ([`readings`]).

mod readings;

use std::collections::{BTreeMap, BTreeSet};

use countersign_kernel::money::Currency;
use countersign_kernel::text::{Words, nearest};
use countersign_web::Fault;
use serde::{Deserialize, Serialize};

use super::fields::{Holds, known, source_of};
use super::row::did_you_mean;
use super::shape::NewImport;
use super::sheet::{Format, Row, Sheet};
use super::words::{Charset, DateOrder, DecimalMark, ImportKind, MatchOn};
use crate::record::external::is_source;

/// What was settled when an import began, for all of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub kind: ImportKind,
    /// As it was asked for, and as the file was read.
    pub charset: Option<Charset>,
    pub encoding: String,
    pub delimiter: Option<char>,
    pub columns: Vec<Column>,
    pub match_on: MatchOn,
    pub source: Option<String>,
    /// What an amount without a currency is in.
    pub currency: Currency,
    pub create_missing: bool,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub field: Option<String>,
    pub decimal: Option<DecimalMark>,
    pub date_order: Option<DateOrder>,
    pub example: Option<String>,
}

/// Characters of an example.
const EXAMPLE: usize = 80;

impl Plan {
    /// Settles how a file is read, or says all that has to be said first.
    pub fn make(sheet: &Sheet, ask: &NewImport, currency: Currency) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let (mut columns, system) = mapped(sheet, ask, &mut faults);
        let has = |columns: &[Column], name: &str| {
            columns.iter().any(|column| column.field.as_deref() == Some(name))
        };
        let match_on = match ask.match_on {
            Some(asked) => asked,
            None if has(&columns, "id") => MatchOn::Id,
            None if has(&columns, "external_id") => MatchOn::ExternalId,
            None => own_key(ask.kind),
        };
        check_key(ask.kind, match_on, &columns, &mut faults);
        let mut source = None;
        if match_on == MatchOn::ExternalId {
            source = ask.source.clone().or(system);
            check_source(source.as_deref(), &mut faults);
        } else {
            // Ids that nobody asks for are not kept.
            for column in &mut columns {
                column.field.take_if(|field| field == "external_id");
            }
        }
        if match_on != MatchOn::Id {
            for column in &mut columns {
                column.field.take_if(|field| field == "id");
            }
        }
        for (place, column) in columns.iter_mut().enumerate() {
            column.tell_apart(sheet, place, ask, &mut faults);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            kind: ask.kind,
            charset: ask.encoding,
            encoding: sheet.encoding.to_owned(),
            delimiter: match sheet.format {
                Format::Csv(delimiter) => Some(delimiter),
                Format::JsonLines => None,
            },
            columns,
            match_on,
            source,
            currency,
            create_missing: ask.create_missing,
        })
    }

    /// Where a field stands.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.field.as_deref() == Some(field))
    }

    /// What a row says of a field; empty where it says nothing.
    pub fn cell<'a>(&self, row: &'a Row, field: &str) -> &'a str {
        self.place(field).map_or("", |place| row.cell(place))
    }

    /// The name of what a row is about, put together from its parts if need be.
    pub fn name(&self, row: &Row) -> String {
        let whole = self.cell(row, "name");
        if !whole.is_empty() {
            return whole.to_owned();
        }
        let parts = ["first_name", "last_name"].map(|field| self.cell(row, field));
        parts.join(" ").trim().to_owned()
    }

    /// The column that holds a field, or a part of it.
    pub fn column_of(&self, field: &str) -> Option<&str> {
        let parts: &[&str] = if field == "name" {
            &["name", "last_name", "first_name"]
        } else {
            &[field]
        };
        let place = parts.iter().find_map(|part| self.place(part))?;
        self.columns.get(place).map(|column| column.name.as_str())
    }

    /// Further scopes that its rows need: what they name is looked for.
    pub fn scopes(&self) -> BTreeSet<&'static str> {
        let mut scopes = BTreeSet::from([self.kind.of().write]);
        for column in &self.columns {
            let field = column.field.as_deref().and_then(|name| self.kind.field(name));
            match field.map(|field| field.holds) {
                Some(Holds::Account) => {
                    scopes.insert(crate::accounts::KIND.read);
                    if self.create_missing {
                        scopes.insert(crate::accounts::KIND.write);
                    }
                }
                Some(Holds::Pipeline | Holds::Stage) => {
                    scopes.insert(crate::pipelines::KIND.read);
                }
                Some(Holds::Owner) => {
                    scopes.insert("identity:users:read");
                }
                _ => {}
            }
        }
        scopes
    }
}

/// By what rows find records where nothing else is said.
pub fn own_key(kind: ImportKind) -> MatchOn {
    kind.keys().first().copied().unwrap_or(MatchOn::Name)
}

/// The columns with their fields, as they were said or as their names tell; and whose export it is, if that tells too.
fn mapped(sheet: &Sheet, ask: &NewImport, faults: &mut Vec<Fault>) -> (Vec<Column>, Option<String>) {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, field) in &ask.mapping {
        if !sheet.headers.contains(name) {
            faults.push(no_column(name, &sheet.headers));
        }
        let Some(field) = field else { continue };
        if ask.kind.field(field).is_none() {
            faults.push(no_field(name, field, ask.kind));
        } else if let Some(other) = taken.insert(field, name) {
            faults.push(said_twice(name, other, field));
        }
    }
    let mut systems = BTreeSet::new();
    let mut columns = Vec::with_capacity(sheet.headers.len());
    let mut guessed = BTreeSet::new();
    for (place, name) in sheet.headers.iter().enumerate() {
        let mut told = known(ask.kind, name);
        if let Some(known) = told.as_mut().filter(|known| known.field == "id")
            && !holds_ids(sheet, place, ask.kind)
        {
            known.field = "external_id";
        }
        let field = match ask.mapping.get(name) {
            Some(said) => said.clone(),
            None => told
                .map(|told| told.field)
                .filter(|field| name == field || !own_column(sheet, ask, field))
                .filter(|field| !taken.contains_key(field) && guessed.insert(*field))
                .map(str::to_owned),
        };
        systems.extend(told.and_then(|told| told.system));
        let mut cells = sheet.rows.iter().filter(|row| row.misread.is_none());
        let example = cells.find_map(|row| Some(row.cell(place)).filter(|cell| !cell.is_empty()));
        columns.push(Column {
            name: name.clone(),
            field,
            decimal: None,
            date_order: None,
            example: example.map(|cell| cell.chars().take(EXAMPLE).collect()),
        });
    }
    // A column that says whose ids it holds says it for sure.
    let ids = columns
        .iter()
        .find(|column| column.field.as_deref() == Some("external_id"));
    let said = ids.and_then(|column| source_of(&column.name));
    let system = said.or(systems.first().copied().filter(|_| systems.len() == 1));
    let system = system.map(str::to_owned);
    (columns, system)
}

/// Whether a column is called as the field itself: it is meant before any that is called in other words.
fn own_column(sheet: &Sheet, ask: &NewImport, field: &str) -> bool {
    !ask.mapping.contains_key(field) && sheet.headers.iter().any(|name| name == field)
}

/// Whether a column holds ids of the kind's own records, as an export writes them. One where nothing stands holds no others.
fn holds_ids(sheet: &Sheet, place: usize, kind: ImportKind) -> bool {
    let rows = sheet.rows.iter().filter(|row| row.misread.is_none());
    let mut ids = rows
        .map(|row| row.cell(place))
        .filter(|cell| !cell.is_empty())
        .peekable();
    ids.peek().is_none() || ids.any(|cell| kind.is_id(cell))
}

fn at(member: &str, name: &str) -> String {
    format!("{member}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn no_column(name: &str, headers: &[String]) -> Fault {
    let near = nearest(name, headers.iter().map(String::as_str));
    let (en, zh) = did_you_mean(near);
    Fault::at(
        at("/mapping", name),
        "unknown_column",
        Words::new(
            format!("The file has no column {name:?}.{en}"),
            format!("文件中没有“{name}”列。{zh}"),
        ),
    )
}

fn no_field(name: &str, field: &str, kind: ImportKind) -> Fault {
    let names: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
    let near = nearest(field, names.iter().copied());
    let (en, zh) = near.map_or_else(Default::default, |near| {
        (format!(" Did you mean {near}?"), format!("是否指 {near}？"))
    });
    let (of, names) = (kind.as_str(), names.join(", "));
    Fault::at(
        at("/mapping", name),
        "unknown_field",
        Words::new(
            format!("{of} have no field {field:?}: a column holds one of {names}.{en}"),
            format!("{of} 没有字段“{field}”：可用字段为 {names}。{zh}"),
        ),
    )
}

fn said_twice(name: &str, other: &str, field: &str) -> Fault {
    Fault::at(
        at("/mapping", name),
        "repeated",
        Words::new(
            format!("{field} is held by {other:?} already: one column for each field."),
            format!("{field} 已由“{other}”列对应：每个字段只对应一列。"),
        ),
    )
}

/// Rows find their records by something that they say.
fn check_key(kind: ImportKind, match_on: MatchOn, columns: &[Column], faults: &mut Vec<Fault>) {
    if !matches!(match_on, MatchOn::Id | MatchOn::ExternalId) && !kind.keys().contains(&match_on) {
        let keys: Vec<&str> = kind.keys().iter().map(|key| key.as_str()).collect();
        let (of, keys) = (kind.as_str(), keys.join(" or "));
        return faults.push(Fault::at(
            "/match_on",
            "bad_value",
            Words::new(
                format!("{of} are matched on id, external_id or {keys}."),
                format!("{of} 可按 id、external_id 或 {keys} 匹配。"),
            ),
        ));
    }
    let has = |name: &str| columns.iter().any(|column| column.field.as_deref() == Some(name));
    let named = has("name") || has("first_name") || has("last_name");
    let (missing, present) = match match_on {
        MatchOn::Id => ("id", has("id")),
        MatchOn::ExternalId => ("external_id", has("external_id")),
        MatchOn::Email => ("email", has("email") || named),
        MatchOn::Domain => ("domain", has("domain") || named),
        MatchOn::Name => ("name", named),
    };
    if !present {
        faults.push(Fault::at(
            "/mapping",
            "no_key",
            Words::new(
                format!("No column holds {missing}, by which rows find their records: say in `mapping` which one does."),
                format!("没有列对应 {missing}（用于匹配记录）：请在 `mapping` 中指定。"),
            ),
        ));
    }
}

fn check_source(source: Option<&str>, faults: &mut Vec<Fault>) {
    let (code, words) = match source {
        Some(source) if is_source(source) => return,
        Some(_) => (
            "bad_value",
            Words::fixed(
                "A source is 1 to 64 lower-case letters, digits, _ or -, like erp.",
                "来源为 1 到 64 个小写字母、数字、_ 或 -，例如 erp。",
            ),
        ),
        None => (
            "missing",
            Words::fixed(
                "A column holds ids of another system: say as `source` which system that is, or leave the column out (`mapping`).",
                "有一列是其他系统的 id：请用 `source` 说明是哪个系统，或在 `mapping` 中将该列设为 null。",
            ),
        ),
    };
    faults.push(Fault::at("/source", code, words));
}

#[cfg(test)]
mod tests;
