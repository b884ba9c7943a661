//! The generated files: what the binary says of itself, committed so that every change is a diff somebody reads.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::tidy::root;

/// A generated file, and the words that make the binary say it.
const GENERATED: &[(&str, &[&str])] = &[
    ("api-spec/openapi.json", &["openapi"]),
    ("api-spec/asyncapi.json", &["openapi", "--events"]),
    ("api-spec/problems.md", &["openapi", "--problems"]),
    ("api-spec/workflow.schema.json", &["openapi", "--workflow-schema"]),
    ("docs/workflows/findings.md", &["openapi", "--findings"]),
];

/// Writes the files, or only compares them.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let root = root();
    let mut stale = Vec::new();
    for (file, words) in GENERATED {
        let said = say(&root, words)?;
        let path = root.join(file);
        if std::fs::read_to_string(&path).is_ok_and(|kept| kept == said) {
            continue;
        }
        if check {
            stale.push(*file);
        } else {
            std::fs::create_dir_all(path.parent().unwrap_or(&root))?;
            std::fs::write(&path, said).with_context(|| format!("{file} could not be written"))?;
            eprintln!("wrote {file}");
        }
    }
    if types_are_stale(&root)? {
        if check {
            stale.push(TYPES);
        } else {
            write_types(&root)?;
            eprintln!("wrote {TYPES}");
        }
    }
    anyhow::ensure!(
        stale.is_empty(),
        "stale: {}; run `cargo xtask spec` and read the diff",
        stale.join(", ")
    );
    Ok(())
}

/// Types for the example in TypeScript, which Node makes from the document.
const TYPES: &str = "examples/ts-client/src/api.d.ts";
const DOCUMENT: &str = "api-spec/openapi.json";

/// Whether the types were made from another document than the one that lies there.
fn types_are_stale(root: &Path) -> anyhow::Result<bool> {
    let of = stamp(&read(root, DOCUMENT)?);
    Ok(!read(root, TYPES)?.starts_with(&of))
}

fn write_types(root: &Path) -> anyhow::Result<()> {
    let example = root.join("examples/ts-client");
    let install: Option<&[&str]> =
        (!example.join("node_modules").is_dir()).then_some(&["ci", "--no-audit", "--no-fund"]);
    for words in install.into_iter().chain([&["run", "types"][..]]) {
        let ran = Command::new("npm").args(words).current_dir(&example).output();
        let ran = ran.with_context(|| {
            format!("{TYPES} is older than {DOCUMENT}, and npm, which makes it, does not run")
        })?;
        anyhow::ensure!(
            ran.status.success(),
            "npm {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let made = stamp(&read(root, DOCUMENT)?) + &read(root, TYPES)?;
    std::fs::write(root.join(TYPES), made).with_context(|| format!("{TYPES} could not be written"))
}

fn read(root: &Path, file: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(root.join(file)).with_context(|| format!("{file} cannot be read"))
}

/// Names a document by its hash (FNV-1a), which is enough to tell it from the one before.
fn stamp(document: &str) -> String {
    let hash = document.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("// Of {DOCUMENT} {hash:016x}; `cargo xtask spec` writes both.\n")
}

fn say(root: &Path, words: &[&str]) -> anyhow::Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "countersign-server", "--"])
        .args(words)
        .current_dir(root)
        .output()
        .context("the binary could not run")?;
    let faults = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(
        output.status.success(),
        "countersign {}: {faults}",
        words.join(" ")
    );
    String::from_utf8(output.stdout).context("the binary said no UTF-8")
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT, TYPES, types_are_stale};
    use crate::tidy::root;

    #[test]
    fn the_types_of_the_example_are_those_of_the_document() {
        let stale = types_are_stale(&root()).is_ok_and(|stale| stale);
        assert!(
            !stale,
            "{TYPES} is older than {DOCUMENT}: run `cargo xtask spec`, with npm at hand"
        );
    }
}
