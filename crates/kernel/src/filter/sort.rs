//! `sort=-amount,created_at`.

use super::value::short;
use super::{Fault, FilterField, Noun};
use crate::text::{Words, nearest};

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SortKey {
    pub field: FilterField,
    pub descending: bool,
}

const MOST: usize = 4;

/// Reads an order, and ends it with the id, so that no two rows are equal.
pub fn sort(noun: &Noun, text: &str) -> Result<Vec<SortKey>, Fault> {
    let mut keys: Vec<SortKey> = Vec::new();
    for part in text.split(',') {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        let field = noun
            .fields
            .iter()
            .find(|field| field.name == name && field.sortable);
        let field = *field.ok_or_else(|| unknown(noun, name))?;
        if keys.iter().any(|key| key.field.name == name) || keys.len() == MOST {
            return Err(fault(Words::fixed(
                "sort names at most four fields, each once.",
                "sort 最多四个字段，且不能重复。",
            )));
        }
        keys.push(SortKey { field, descending });
    }
    if !keys.iter().any(|key| key.field.name == "id") {
        let descending = keys.last().is_some_and(|key| key.descending);
        keys.push(SortKey {
            field: FilterField::id(noun.object),
            descending,
        });
    }
    Ok(keys)
}

fn unknown(noun: &Noun, name: &str) -> Fault {
    let known: Vec<&str> = noun
        .fields
        .iter()
        .filter(|field| field.sortable)
        .map(|field| field.name)
        .collect();
    let (given, list) = (short(name), known.join(", "));
    let (en, zh) = nearest(name, known.iter().copied()).map_or((String::new(), String::new()), |near| {
        (format!(" Did you mean {near}?"), format!("是否想写 {near}？"))
    });
    fault(Words::new(
        format!("Nothing here is sorted by {given}.{en} sort takes {list}, each with - for descending."),
        format!("这里不能按 {given} 排序。{zh}sort 可用：{list}，加 - 为降序。"),
    ))
}

fn fault(detail: Words) -> Fault {
    Fault {
        place: "sort".to_owned(),
        code: "bad_sort",
        detail,
    }
}
