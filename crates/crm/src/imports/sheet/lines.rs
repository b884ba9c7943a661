//! A JSON object on each line. An object in a value is taken apart: `{"amount": {"currency": …}}` is `amount.currency`.

use std::collections::HashMap;

use countersign_web::Fault;
use csv::StringRecord;
use serde_json::{Map, Value};

use super::{COLUMNS_MAX, Format, Misread, Parts, Row, check_cell, check_columns, check_rows};

/// Letters of a line that is no object, to be shown.
const SHOWN: usize = 200;

pub(super) fn read(text: &str) -> Result<Parts, Fault> {
    let mut headers: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line_number = at as u64 + 1;
        if line.trim().is_empty() {
            continue;
        }
        let mut cells = Vec::new();
        let misread = match serde_json::from_str::<Map<String, Value>>(line) {
            Err(_) => Some(Misread::NotAnObject),
            Ok(object) => flatten(&object, "", &mut cells).err(),
        };
        for (name, cell) in &cells {
            check_cell(line_number, cell)?;
            if !places.contains_key(name) {
                places.insert(name.clone(), headers.len());
                headers.push(name.clone());
                // Objects may each name another column.
                if headers.len() > COLUMNS_MAX {
                    check_columns(&headers)?;
                }
            }
        }
        let cells = match misread {
            None => placed(&places, cells),
            Some(_) => StringRecord::from(vec![line.chars().take(SHOWN).collect::<String>()]),
        };
        rows.push(Row {
            line: line_number,
            cells,
            misread,
        });
        check_rows(rows.len())?;
    }
    Ok((Format::JsonLines, headers, rows))
}

fn flatten(
    object: &Map<String, Value>,
    within: &str,
    cells: &mut Vec<(String, String)>,
) -> Result<(), Misread> {
    for (name, value) in object {
        let name = format!("{within}{}", name.trim());
        let cell = match value {
            Value::Null => String::new(),
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Object(inner) if within.is_empty() => {
                flatten(inner, &format!("{name}."), cells)?;
                continue;
            }
            Value::Object(_) | Value::Array(_) => return Err(Misread::Nested),
        };
        cells.push((name, cell));
    }
    Ok(())
}

fn placed(places: &HashMap<String, usize>, cells: Vec<(String, String)>) -> StringRecord {
    let place = |name: &String| places.get(name).copied().unwrap_or_default();
    let last = cells.iter().map(|(name, _)| place(name)).max();
    let mut record = vec![String::new(); last.map_or(0, |last| last + 1)];
    for (name, cell) in cells {
        if let Some(slot) = record.get_mut(place(&name)) {
            *slot = cell;
        }
    }
    StringRecord::from(record)
}
