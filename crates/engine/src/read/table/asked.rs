//! Whether what is in force can ask a table as it has until now.

use crate::definition::{Column, Signature};
use crate::finding::{Words, words};
use crate::read::desk::{Desk, Map};
use crate::surroundings::Surroundings;

/// Tells of what asks the table with other values, or for others, than it has now.
pub(super) fn asked_otherwise(
    desk: &Desk<'_>,
    map: &Map<'_>,
    table: &str,
    signature: &Signature,
    around: &Surroundings,
) {
    let broken = around
        .asked
        .iter()
        .find(|asking| asking.table == table && !signature.serves(&asking.as_was));
    let (Some(asking), Some(node)) = (broken, map.get("given")) else {
        return;
    };
    let ((kind, name), was) = (&asking.by, &asking.as_was);
    let (given, gives) = (columns(&was.given), columns(&was.gives));
    let (all, all_zh) = if was.all {
        (", as a list", "（列表）")
    } else {
        ("", "")
    };
    let kind_zh = if *kind == "workflow" {
        "工作流"
    } else {
        "自动化"
    };
    desk.error(
        "asked-otherwise",
        node,
        Words::new(
            format!("The {kind} `{name}` asks this table with {given} for {gives}{all}, and it can no longer be asked so."),
            format!("{kind_zh} `{name}` 以 {given} 向此表查询 {gives}{all_zh}，现在已无法这样查询。"),
        ),
        words!(
            "Keep these columns and add others to what it gives; or publish a table of another name, and let `{name}` ask that one first.",
            "请保留这些列，可在给出的列中增加；或以另一名称发布新表，先让 `{name}` 查询新表。"
        ),
    );
}

fn columns(columns: &[Column]) -> String {
    let all: Vec<String> = columns
        .iter()
        .map(|column| {
            let (name, of) = (&column.name, column.of.word());
            let empty = if column.optional { ", empty" } else { "" };
            format!("`{name}` ({of}{empty})")
        })
        .collect();
    all.join(", ")
}
