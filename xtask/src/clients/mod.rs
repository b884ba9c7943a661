//! What of the clients is generated from the API's document.

use std::path::Path;

use anyhow::Context as _;

use crate::tidy::root;

mod kinds;
mod python;
mod types;

const DOCUMENT: &str = "api-spec/openapi.json";

/// A generated file and its text.
struct Made {
    file: &'static str,
    text: String,
}

/// Writes the files, or only compares them.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let stale = write(&root(), check)?;
    anyhow::ensure!(
        stale.is_empty(),
        "stale: {}; run `cargo xtask clients` and read the diff",
        stale.join(", ")
    );
    Ok(())
}

/// Writes what is stale, or with `check` only names it.
pub(crate) fn write(root: &Path, check: bool) -> anyhow::Result<Vec<&'static str>> {
    let mut stale = Vec::new();
    for Made { file, text } in made(root)? {
        if std::fs::read_to_string(root.join(file)).is_ok_and(|kept| kept == text) {
            continue;
        }
        if check {
            stale.push(file);
        } else {
            std::fs::write(root.join(file), text).with_context(|| format!("{file} could not be written"))?;
            eprintln!("wrote {file}");
        }
    }
    if types::are_stale(root)? {
        if check {
            stale.push(types::FILE);
        } else {
            types::write(root)?;
            eprintln!("wrote {}", types::FILE);
        }
    }
    Ok(stale)
}

/// Everything that needs no other program to be made.
fn made(root: &Path) -> anyhow::Result<Vec<Made>> {
    let table = read(root, kinds::SOURCE)?;
    let kinds = kinds::read(&table);
    let document = python::Document::read(&read(root, DOCUMENT)?)?;
    let of = |file, text| Made { file, text };
    Ok(vec![
        of(kinds::TYPESCRIPT, kinds::typescript(&kinds)),
        of(kinds::PYTHON, kinds::python(&kinds)),
        of(python::MODELS, python::models(&document)),
        of(python::OPERATIONS, python::operations(&document)),
    ])
}

fn read(root: &Path, file: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(root.join(file)).with_context(|| format!("{file} cannot be read"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clients_are_those_of_the_document() {
        let stale = super::write(&crate::tidy::root(), true);
        let stale = stale.unwrap_or_else(|_| vec!["all: something cannot be read"]);
        assert!(
            stale.is_empty(),
            "stale: {}: run `cargo xtask clients`, with npm at hand",
            stale.join(", ")
        );
    }
}
