//! Who may do what, as a table to read: what the walks over every operation of the OpenAPI document (`tests/it/rights`) saw. A
//! walk that finds anything wrong, or an operation that it cannot fill, fails here too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Context as _;

use crate::acceptance::Acceptance;
use crate::tidy::root;

/// Operation → column → what was seen.
type Rows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Where the walks keep what they saw.
const FOLDER: &str = "RIGHTS_MATRIX";
/// What each walk keeps.
const WALKS: [&str; 4] = ["callers", "expand", "ids", "roles"];

/// The columns, in order; what a walk adds stands behind them.
const COLUMNS: [&str; 25] = [
    "scope",
    "role",
    "anonymous",
    "revoked key",
    "expired key",
    "disabled person",
    "key of a disabled person",
    "signed out",
    "key with another scope",
    "key with only the scope",
    "key that reads",
    "key without a role",
    "no role",
    "ceo",
    "finance",
    "legal",
    "hr",
    "admin",
    "role taken, session",
    "role taken, key",
    "another company: path",
    "another company: body",
    "another company: row",
    "another company: filter",
    "a colleague: path",
];

const STYLE: &str = "body{font:13px system-ui}table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:2px 6px}\
thead th{position:sticky;top:0;background:#fff;vertical-align:bottom;max-width:7em}tbody th{position:sticky;left:0;\
background:#fff;text-align:left;white-space:nowrap}.s2{background:#dfd}.s4{background:#fed}.s404{background:#eef}";

pub(crate) fn run() -> anyhow::Result<()> {
    let root = root();
    let folder = root.join("target/matrix");
    // What an earlier run kept does not stand in for a walk that ended.
    std::fs::remove_dir_all(&folder).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    std::fs::create_dir_all(&folder)?;
    Acceptance {
        tests: &["rights::"],
        binary: None,
        set: vec![(FOLDER, folder.as_os_str())],
        unset: &[],
    }
    .run()?;
    let mut rows = Rows::new();
    for walk in WALKS {
        let path = folder.join(format!("{walk}.json"));
        let bytes = std::fs::read(&path).with_context(|| format!("the walk {walk} kept nothing"))?;
        for (operation, cells) in serde_json::from_slice::<Rows>(&bytes)? {
            let row = rows.entry(operation).or_default();
            for (column, seen) in cells {
                row.entry(column).or_default().extend(seen);
            }
        }
    }
    std::fs::write(root.join("target/matrix.html"), page(&rows)?)?;
    println!("target/matrix.html: {} operations", rows.len());
    Ok(())
}

fn page(rows: &Rows) -> anyhow::Result<String> {
    let seen: BTreeSet<&str> = rows
        .values()
        .flat_map(BTreeMap::keys)
        .map(String::as_str)
        .collect();
    let further = seen.iter().copied().filter(|column| !COLUMNS.contains(column));
    let columns: Vec<&str> = COLUMNS.into_iter().chain(further).collect();
    let mut page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Who may do what</title><style>{STYLE}</style>\
         <table><thead><tr><th>operation</th>"
    );
    for column in &columns {
        write!(page, "<th>{}</th>", escaped(column))?;
    }
    page.push_str("</tr></thead><tbody>\n");
    for (operation, cells) in rows {
        write!(page, "<tr><th>{}</th>", escaped(operation))?;
        for column in &columns {
            let seen: Vec<&str> = cells
                .get(*column)
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            write!(
                page,
                "<td class=\"{}\">{}</td>",
                class(&seen),
                escaped(&seen.join(" "))
            )?;
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table>\n");
    Ok(page)
}

/// Taken, refused, or not there.
fn class(seen: &[&str]) -> &'static str {
    let all = |begin: &str| !seen.is_empty() && seen.iter().all(|one| one.starts_with(begin));
    if all("2") {
        "s2"
    } else if all("404") {
        "s404"
    } else if all("4") {
        "s4"
    } else {
        ""
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
