//! Who may do what, as the walks over the rights see it. `cargo xtask matrix` writes it as a table.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;

/// Where `cargo xtask matrix` wants what was seen: a folder.
const FOLDER: &str = "RIGHTS_MATRIX";

/// What operations answered to callers: operation → caller → statuses.
#[derive(Debug, Default)]
pub struct Matrix(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Matrix {
    /// One answer.
    pub fn saw(&mut self, operation: &str, caller: &str, answer: impl ToString) {
        let row = self.0.entry(operation.to_owned()).or_default();
        row.entry(caller.to_owned())
            .or_default()
            .insert(answer.to_string());
    }

    /// Keeps it for the table, if one is wanted. Each walk has a name of its own.
    pub fn keep(&self, walk: &str) -> anyhow::Result<()> {
        let Some(folder) = std::env::var_os(FOLDER) else {
            return Ok(());
        };
        let path = std::path::Path::new(&folder).join(format!("{walk}.json"));
        std::fs::write(&path, serde_json::to_vec(&self.0)?).with_context(|| path.display().to_string())
    }
}
