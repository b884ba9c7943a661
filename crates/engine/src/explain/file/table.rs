//! A table as a file again.

use super::{Page, approval::who, quoted, words};
use crate::definition::{Bound, Cell, Column, Otherwise, Part, Table};
use crate::expr::Value;

pub(in crate::explain) fn table(table: &Table) -> String {
    let mut page = Page::default();
    page.pair(0, "table", &table.name);
    if let Some(title) = &table.title {
        page.pair(0, "title", &words(title));
    }
    if let Some(owners) = &table.owners {
        page.pair(0, "owners", &who(owners));
    }
    page.pair(0, "given", &columns(&table.signature.given));
    page.pair(0, "gives", &columns(&table.signature.gives));
    page.pair(0, "take", table.take.word());
    page.line(0, "rows:");
    for row in &table.rows {
        let cells = row.cells.iter().map(cell);
        let all: Vec<String> = cells.chain(row.gives.iter().map(value)).collect();
        page.line(1, &format!("- [{}]", all.join(", ")));
    }
    match &table.otherwise {
        Some(Otherwise::Gives(values)) => page.pair(0, "otherwise", &listed(values)),
        Some(Otherwise::Nothing) => page.pair(0, "otherwise", "[]"),
        None => {}
    }
    page.text
}

fn columns(columns: &[Column]) -> String {
    let all: Vec<String> = columns
        .iter()
        .map(|column| format!("{}: {}", column.name, column.of.word()))
        .collect();
    format!("{{{}}}", all.join(", "))
}

fn listed(values: &[Value]) -> String {
    format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(", "))
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Any => "any".to_owned(),
        Cell::OneOf(parts) => match parts.as_slice() {
            [one] => part(one),
            many => format!("[{}]", many.iter().map(part).collect::<Vec<_>>().join(", ")),
        },
    }
}

fn part(part: &Part) -> String {
    let word = |bound: &Bound, inside: &str, outside: &str| {
        let word = if bound.inside { inside } else { outside };
        format!("{word} {}", value(&bound.value))
    };
    match part {
        Part::Empty => "empty".to_owned(),
        Part::Value(one) => value(one),
        Part::Range {
            low: Some(low),
            high: Some(high),
        } => format!("{} to {}", value(&low.value), value(&high.value)),
        Part::Range { low: Some(low), .. } => word(low, "from", "above"),
        Part::Range { high: Some(high), .. } => word(high, "up to", "under"),
        Part::Range { .. } => "any".to_owned(),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Empty => "empty".to_owned(),
        Value::YesNo(yes) => yes.to_string(),
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}
