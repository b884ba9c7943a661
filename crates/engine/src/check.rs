//! `check`: text in; a checked definition out, or findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::deadline::{Deadline, TooCostly};
use crate::definition::{Document, Signature};
use crate::finding::{Finding, words};
use crate::parse::{Node, Yaml, parse};
use crate::read::Desk;
use crate::surroundings::Surroundings;

/// What came of checking a file.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Only where no finding is an error.
    pub document: Option<Document>,
    /// All of them, in the order of the file.
    pub findings: Vec<Finding>,
    /// The tables that its expressions ask, as they were then: a text is read by these for ever.
    pub asks: BTreeMap<String, Signature>,
}

impl Checked {
    pub fn is_ok(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }
}

/// Kinds of documents.
const KINDS: [&str; 5] = ["workflow", "automation", "calendar", "table", "leave_types"];

/// Checks a file against what is around it.
pub fn check(text: &str, around: &Surroundings) -> Checked {
    checked(text, around, &Deadline::none())
}

/// The same for whoever waits no longer than this.
pub fn check_within(
    text: &str,
    around: &Surroundings,
    deadline: &Deadline<'_>,
) -> Result<Checked, TooCostly> {
    deadline.kept(checked(text, around, deadline))
}

fn checked(text: &str, around: &Surroundings, deadline: &Deadline<'_>) -> Checked {
    let parsed = parse(text);
    let desk = Desk::new(&parsed, deadline);
    for fault in &parsed.faults {
        desk.fault(fault);
    }
    let document = match &parsed.root {
        Some(root) => {
            let document = document(&desk, root, around);
            if let Some(document) = &document {
                crate::circles::find(&desk, root, document, around);
            }
            document
        }
        None => {
            if parsed.faults.is_empty() {
                empty(&desk);
            }
            None
        }
    };
    let tables = desk.asked().into_iter();
    let asks = tables.filter_map(|name| {
        let signature = around.tables.get(&name)?.signature.clone();
        Some((name, signature))
    });
    let asks = asks.collect();
    let findings = desk.finish();
    let document = document.filter(|_| !findings.iter().any(Finding::is_error));
    Checked {
        document,
        findings,
        asks,
    }
}

fn empty(desk: &Desk<'_>) {
    let node = Node {
        yaml: Yaml::Broken,
        from: 0,
        to: 1,
    };
    desk.error(
        "not-a-document",
        &node,
        words!("The file is empty.", "文件为空。"),
        words!(
            "Begin it with `workflow: NAME`, `automation: NAME`, `calendar: NAME`, `table: NAME` or `leave_types: NAME`.",
            "请以 `workflow: 名称`、`automation: 名称`、`calendar: 名称`、`table: 名称` 或 `leave_types: 名称` 开头。"
        ),
    );
}

fn document(desk: &Desk<'_>, root: &Node, around: &Surroundings) -> Option<Document> {
    let Yaml::Map(entries) = &root.yaml else {
        if root.is_null() {
            empty(desk);
        } else {
            desk.wrong_kind(
                root,
                words!(
                    "names and values, like `workflow: expense`",
                    "名称和值，如 `workflow: expense`"
                ),
                None,
            );
        }
        return None;
    };
    let (first, name) = entries.iter().find_map(|(key, _)| Some((key, key.text()?)))?;
    let kind = entries
        .iter()
        .filter_map(|(key, _)| key.text())
        .find(|name| KINDS.contains(name));
    match kind {
        // A program that writes JSON, whose keys stand in quotes, may give them any order.
        Some(kind) if kind != name && first.scalar().is_none_or(|key| key.plain) => {
            desk.error(
                "not-a-document",
                first,
                words!(
                    "The first key says what the file is; here it is `{name}`.",
                    "第一个键说明文件类型；这里是 `{name}`。"
                ),
                words!(
                    "Put `{kind}: …` on the first line.",
                    "请把 `{kind}: …` 放在第一行。"
                ),
            );
            None
        }
        Some("workflow") => {
            crate::read::workflow(desk, root, around).map(|workflow| Document::Workflow(Box::new(workflow)))
        }
        Some("automation") => crate::read::automation(desk, root, around)
            .map(|automation| Document::Automation(Box::new(automation))),
        Some("table") => crate::read::table(desk, root, around).map(|table| Document::Table(Arc::new(table))),
        Some("leave_types") => {
            crate::read::leave_types(desk, root, around).map(|types| Document::LeaveTypes(Arc::new(types)))
        }
        Some(_) => crate::read::calendar(desk, root).map(|calendar| Document::Calendar(Box::new(calendar))),
        None => {
            no_kind(desk, first, name);
            None
        }
    }
}

/// A first key that says nothing of what the file is.
fn no_kind(desk: &Desk<'_>, first: &Node, name: &str) {
    let hint = match countersign_kernel::text::nearest(name, KINDS) {
        Some(near) => words!("Did you mean `{near}: …`?", "是否想写 `{near}: …`？"),
        None => words!(
            "Begin it with `workflow: NAME`, `automation: NAME`, `calendar: NAME`, `table: NAME` or `leave_types: NAME`.",
            "请以 `workflow: 名称`、`automation: 名称`、`calendar: 名称`、`table: 名称` 或 `leave_types: 名称` 开头。"
        ),
    };
    desk.error(
        "not-a-document",
        first,
        words!(
            "The first key says what the file is, and `{name}` says nothing.",
            "第一个键说明文件类型，而 `{name}` 没有说明。"
        ),
        hint,
    );
}
