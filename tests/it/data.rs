//! Real data by others, read where `COUNTERSIGN_DATA` names its folder; without it the tests of it have nothing to do.
#![expect(
    clippy::disallowed_methods,
    reason = "where the data is stands in the environment"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The name under which a row's first cell stands too, whatever the file calls it.
pub(crate) const FIRST: &str = "";

/// Rows by column name.
pub(crate) type Table = Vec<HashMap<String, String>>;

/// The folder, if there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var("COUNTERSIGN_DATA").ok()?;
    let path = PathBuf::from(&folder);
    let path = if path.is_relative() {
        countersign_acceptance::server::root().join(path)
    } else {
        path
    };
    assert!(
        path.is_dir(),
        "COUNTERSIGN_DATA names {folder}, which is no folder"
    );
    Some(path)
}

/// A comma-separated file without quotes.
pub(crate) fn table(path: &Path) -> anyhow::Result<Table> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines
        .next()
        .context("an empty file")?
        .trim_start_matches('\u{feff}')
        .split(',')
        .collect();
    let row = |line: &str| {
        let cells = line.trim_end_matches('\r').split(',').map(str::to_owned);
        let mut row: HashMap<String, String> =
            names.iter().map(|name| (*name).to_owned()).zip(cells).collect();
        let first = names
            .first()
            .and_then(|name| row.get(*name))
            .cloned()
            .unwrap_or_default();
        row.insert(FIRST.to_owned(), first);
        row
    };
    Ok(lines.filter(|line| !line.is_empty()).map(row).collect())
}
