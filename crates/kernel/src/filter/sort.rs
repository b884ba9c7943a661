//! `sort=-amount,created_at`.

use std::sync::Arc;

use super::member::{self, Member};
use super::value::short;
use super::{Fault, FilterField, Noun};
use crate::text::{Words, nearest};

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// Of a member, what it holds alone.
    pub field: FilterField,
    /// What rows have by what somebody published: then it is the first key, and the id the only other.
    pub member: Option<Arc<Member>>,
    pub descending: bool,
}

impl SortKey {
    /// As the API calls it.
    pub fn name(&self) -> &str {
        let member = self.member.as_ref().map(|member| member.path.as_str());
        member.unwrap_or(self.field.name)
    }
}

const MOST: usize = 4;

/// Reads an order, and ends it with the id, so that no two rows are equal.
pub fn sort(noun: &Noun, text: &str, members: &[Arc<Member>]) -> Result<Vec<SortKey>, Fault> {
    let mut keys: Vec<SortKey> = Vec::new();
    for part in text.split(',') {
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        let member = member::named(members, name).cloned();
        let mut fields = noun.fields.iter();
        let field = match &member {
            Some(member) => Some(member.field),
            None => fields.find(|field| field.name == name && field.sortable).copied(),
        };
        let field = field.ok_or_else(|| unknown(noun, name, members))?;
        if member.is_some() && text.contains(',') {
            return Err(fault(Words::new(
                format!("sort names {name} alone, without other fields."),
                format!("sort 按 {name} 排序时不能再加其他字段。"),
            )));
        }
        if keys.iter().any(|key| key.field.name == name) || keys.len() == MOST {
            return Err(fault(Words::fixed(
                "sort names at most four fields, each once.",
                "sort 最多四个字段，且不能重复。",
            )));
        }
        keys.push(SortKey {
            field,
            member,
            descending,
        });
    }
    if !keys.iter().any(|key| key.field.name == "id") {
        let descending = keys.last().is_some_and(|key| key.descending);
        keys.push(SortKey {
            field: FilterField::id(noun.object),
            member: None,
            descending,
        });
    }
    Ok(keys)
}

fn unknown(noun: &Noun, name: &str, members: &[Arc<Member>]) -> Fault {
    let fields = noun.fields.iter().filter(|field| field.sortable);
    let known: Vec<&str> = fields
        .map(|field| field.name)
        .chain(members.iter().map(|member| member.path.as_str()))
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
