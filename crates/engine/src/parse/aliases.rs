//! A part that is named once with `&` and repeated with `*` is one mistake, however often it is repeated.

use std::collections::BTreeMap;

use super::Fault;
use super::source::{Place, Source};
use crate::finding::words;

/// Of the faults about one name the first stays, and says on which lines the others stand.
pub(super) fn told_once(source: &Source, faults: &mut Vec<Fault>) {
    let mut repeated: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    faults.retain(|fault| match name(source, fault) {
        None => true,
        Some(name) => match repeated.get_mut(&name) {
            Some(lines) => {
                lines.push(fault.place.line);
                false
            }
            None => {
                repeated.insert(name, Vec::new());
                true
            }
        },
    });
    for fault in faults {
        let Some(name) = name(source, fault) else { continue };
        let mut lines = repeated.remove(&name).unwrap_or_default();
        lines.sort_unstable();
        lines.dedup();
        if !lines.is_empty() {
            let lines = lines
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            fault.hint = Some(words!(
                "Nothing is copied by `&` and `*` here: write out again what `{name}` stands for, also on line {lines}.",
                "这里不能用 `&` 和 `*` 复制：请重新写出 `{name}` 所代表的内容，第 {lines} 行也是。"
            ));
        }
    }
}

/// What a fault about `&` or `*` names. Where a part with a name is told, the sign stands before it.
fn name(source: &Source, fault: &Fault) -> Option<String> {
    if fault.code != "alias" {
        return None;
    }
    let Place { line, column, .. } = fault.place;
    let line = source.line(line);
    let from = column.saturating_sub(1);
    let sign = |at: &usize| matches!(line.get(*at), Some('&' | '*'));
    let at = Some(from)
        .filter(sign)
        .or_else(|| (0..from.min(line.len())).rev().find(sign))?;
    let name: String = line
        .iter()
        .skip(at + 1)
        .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
        .collect();
    Some(name).filter(|name| !name.is_empty())
}
