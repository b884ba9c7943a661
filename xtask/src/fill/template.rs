//! A row that the server wrote, taken apart so that copies of it can be made: its own ids, instants, name, number and
//! amount are what differs between two copies.

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat};
use countersign_kernel::{id, text};
use uuid::Uuid;

/// The name of what copies are made of.
pub(super) const NAME: &str = "Prototype of copies";
/// Its amount, without decimals.
pub(super) const AMOUNT: i64 = 918_273;

/// As it stands in a column.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
}

/// Rows of a table.
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What one copy has of its own.
pub(super) struct Own {
    /// In the order of the template's.
    pub(super) ids: Vec<Uuid>,
    pub(super) later_ms: i64,
    pub(super) name: String,
    pub(super) number: String,
    pub(super) amount: i64,
}

/// What a template looks for.
pub(super) struct Marks<'a> {
    pub(super) ids: &'a [Uuid],
    pub(super) number: &'a str,
}

/// A row to be copied.
pub(super) struct Template {
    pub(super) table: &'static str,
    pub(super) columns: Vec<String>,
    parts: Vec<Part>,
}

enum Part {
    Same(Cell),
    Id(usize),
    Text(Vec<Segment>),
    /// The amount, in units of which so many are a whole one.
    Amount(i64),
    Key(Vec<Segment>),
    SortKey(Vec<Segment>),
}

#[derive(Debug)]
enum Segment {
    Same(String),
    /// As the API writes ids, without the prefix.
    Encoded(usize),
    Hyphened(usize),
    Instant {
        millis: i64,
        zulu: bool,
    },
    Name,
    Number,
    Amount,
}

impl Template {
    /// The templates of these rows.
    pub(super) fn all(table: &'static str, rows: Rows, marks: &Marks<'_>) -> anyhow::Result<Vec<Self>> {
        let Rows { columns, rows } = rows;
        rows.iter()
            .map(|row| {
                let parts = columns.iter().zip(row);
                let parts = parts.map(|(column, cell)| Part::read(column, cell, &columns, row, marks));
                Ok(Self {
                    table,
                    parts: parts.collect::<anyhow::Result<_>>()?,
                    columns: columns.clone(),
                })
            })
            .collect()
    }

    pub(super) fn copy(&self, own: &Own) -> Vec<Cell> {
        self.parts.iter().map(|part| part.copy(own)).collect()
    }
}

impl Part {
    fn read(
        column: &str,
        cell: &Cell,
        columns: &[String],
        row: &[Cell],
        marks: &Marks<'_>,
    ) -> anyhow::Result<Self> {
        let written = |suffix: &str| -> Option<Vec<Segment>> {
            let base = column.strip_suffix(suffix)?;
            let place = columns.iter().position(|column| column == base)?;
            match row.get(place)? {
                Cell::Text(text) => Some(segments(text, marks)),
                _ => None,
            }
        };
        if let Some(text) = written("_key") {
            return Ok(Self::Key(text));
        }
        if let Some(text) = written("_sort") {
            return Ok(Self::SortKey(text));
        }
        Ok(match cell {
            Cell::Id(uuid) => match marks.ids.iter().position(|own| own == uuid) {
                Some(place) => Self::Id(place),
                None => Self::Same(cell.clone()),
            },
            Cell::Text(text) => Self::Text(segments(text, marks)),
            Cell::Integer(number) if column == "amount_minor" => {
                let units = number.checked_div(AMOUNT).filter(|units| *units > 0);
                Self::Amount(units.context("a prototype has another amount than was asked for")?)
            }
            other => Self::Same(other.clone()),
        })
    }

    fn copy(&self, own: &Own) -> Cell {
        match self {
            Self::Same(cell) => cell.clone(),
            Self::Id(place) => own.ids.get(*place).copied().map_or(Cell::Null, Cell::Id),
            Self::Text(segments) => Cell::Text(told(segments, own)),
            Self::Amount(units) => Cell::Integer(own.amount * units),
            Self::Key(segments) => Cell::Text(text::index_key(&told(segments, own))),
            Self::SortKey(segments) => Cell::Bytes(text::sort_key(&told(segments, own))),
        }
    }
}

fn told(segments: &[Segment], own: &Own) -> String {
    let id = |place: &usize| own.ids.get(*place).copied().unwrap_or_default();
    segments.iter().fold(String::new(), |mut all, segment| {
        match segment {
            Segment::Same(text) => all.push_str(text),
            Segment::Encoded(place) => all.push_str(&id::encode(id(place))),
            Segment::Hyphened(place) => all.push_str(&id(place).to_string()),
            Segment::Instant { millis, zulu } => {
                let at = DateTime::from_timestamp_millis(millis + own.later_ms).unwrap_or_default();
                let digits = if *zulu {
                    SecondsFormat::Millis
                } else {
                    SecondsFormat::AutoSi
                };
                all.push_str(&at.to_rfc3339_opts(digits, *zulu));
            }
            Segment::Name => all.push_str(&own.name),
            Segment::Number => all.push_str(&own.number),
            Segment::Amount => all.push_str(&own.amount.to_string()),
        }
        all
    })
}

fn segments(text: &str, marks: &Marks<'_>) -> Vec<Segment> {
    let (mut found, mut same) = (Vec::new(), String::new());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let behind_prefix = same.ends_with('_');
        let after_word = same.ends_with(|letter: char| letter.is_alphanumeric());
        match segment(rest, behind_prefix, after_word, marks) {
            Some((segment, length)) => {
                if !same.is_empty() {
                    found.push(Segment::Same(std::mem::take(&mut same)));
                }
                found.push(segment);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                same.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    if !same.is_empty() {
        found.push(Segment::Same(same));
    }
    found
}

/// What a text begins with that differs from copy to copy, and how long it is.
fn segment(text: &str, behind_prefix: bool, after_word: bool, marks: &Marks<'_>) -> Option<(Segment, usize)> {
    let own = |uuid: Uuid| marks.ids.iter().position(|own| *own == uuid);
    if behind_prefix {
        let place = text.get(..26).and_then(id::decode).and_then(own)?;
        return Some((Segment::Encoded(place), 26));
    }
    if after_word {
        return None;
    }
    if text.starts_with(NAME) {
        return Some((Segment::Name, NAME.len()));
    }
    if !marks.number.is_empty() && text.starts_with(marks.number) {
        return Some((Segment::Number, marks.number.len()));
    }
    let amount = AMOUNT.to_string();
    if text.starts_with(&amount) {
        return Some((Segment::Amount, amount.len()));
    }
    if let Some(place) = text.get(..36).and_then(|text| text.parse().ok()).and_then(own) {
        return Some((Segment::Hyphened(place), 36));
    }
    instant(text)
}

fn instant(text: &str) -> Option<(Segment, usize)> {
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || "-:.TZ+".contains(letter)));
    let length = end.unwrap_or(text.len());
    let at = DateTime::parse_from_rfc3339(text.get(..length)?).ok()?;
    let instant = Segment::Instant {
        millis: at.timestamp_millis(),
        zulu: text.get(..length)?.ends_with('Z'),
    };
    Some((instant, length))
}

#[cfg(test)]
mod tests {
    use super::{Marks, NAME, Own, segments, told};
    use countersign_kernel::id;
    use uuid::Uuid;

    #[test]
    fn a_copy_has_its_own_ids_instants_and_words() {
        let (was, is, other) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        let text = |id: Uuid, name: &str, at: &str| {
            let (shown, strange) = (id::show("deal", id), id::show("user", other));
            format!(r#"{{"id":"{shown}","raw":"{id}","owner":"{strange}","name":"{name}","at":"{at}"}}"#)
        };
        let marks = Marks {
            ids: &[was],
            number: "",
        };
        let own = Own {
            ids: vec![is],
            later_ms: 1_500,
            name: "Ромашка 7".to_owned(),
            number: String::new(),
            amount: 5,
        };
        let before = text(was, NAME, "2026-11-29T16:03:16.000Z");
        let after = text(is, "Ромашка 7", "2026-11-29T16:03:17.500Z");
        assert_eq!(told(&segments(&before, &marks), &own), after);
        assert_eq!(
            told(&segments("2026-11-29T16:03:16.5+00:00", &marks), &own),
            "2026-11-29T16:03:18+00:00"
        );
    }
}
