//! The generated files: what the binary says of itself, committed so that every change is a diff somebody reads.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::clients;
use crate::tidy::root;

/// A generated file, and the words that make the binary say it.
const GENERATED: &[(&str, &[&str])] = &[
    ("api-spec/openapi.json", &["openapi"]),
    ("api-spec/asyncapi.json", &["openapi", "--events"]),
    ("api-spec/problems.md", &["openapi", "--problems"]),
    ("api-spec/workflow.schema.json", &["openapi", "--workflow-schema"]),
    ("docs/workflows/findings.md", &["openapi", "--findings"]),
];

/// Writes the files and what the clients take from them, or only compares.
pub(crate) fn run(check: bool, binary: Option<&Path>) -> anyhow::Result<()> {
    let root = root();
    let mut stale = Vec::new();
    for (file, words) in GENERATED {
        let said = say(&root, words, binary)?;
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
    stale.extend(clients::write(&root, check)?);
    anyhow::ensure!(
        stale.is_empty(),
        "stale: {}; run `cargo xtask spec` and read the diff",
        stale.join(", ")
    );
    Ok(())
}

fn say(root: &Path, words: &[&str], binary: Option<&Path>) -> anyhow::Result<String> {
    let mut command = match binary {
        Some(binary) => Command::new(binary),
        None => {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command.args(["run", "--quiet", "--package", "countersign-server", "--"]);
            command
        }
    };
    let output = command
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
