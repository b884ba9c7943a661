//! Types for TypeScript, which Node makes from the document.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use super::{DOCUMENT, read};

const PACKAGE: &str = "clients/typescript";
pub(super) const FILE: &str = "clients/typescript/src/api.ts";

/// Whether the types were made from another document than the one that lies there.
pub(super) fn are_stale(root: &Path) -> anyhow::Result<bool> {
    let of = stamp(&read(root, DOCUMENT)?);
    Ok(!read(root, FILE)?.starts_with(&of))
}

pub(super) fn write(root: &Path) -> anyhow::Result<()> {
    let package = root.join(PACKAGE);
    let install: Option<&[&str]> =
        (!package.join("node_modules").is_dir()).then_some(&["ci", "--no-audit", "--no-fund"]);
    for words in install.into_iter().chain([&["run", "types"][..]]) {
        let ran = Command::new("npm").args(words).current_dir(&package).output();
        let ran = ran.with_context(|| {
            format!("{FILE} is older than {DOCUMENT}, and npm, which makes it, does not run")
        })?;
        anyhow::ensure!(
            ran.status.success(),
            "npm {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let made = stamp(&read(root, DOCUMENT)?) + &read(root, FILE)?;
    std::fs::write(root.join(FILE), made).with_context(|| format!("{FILE} could not be written"))
}

/// Names a document by its hash (FNV-1a), which is enough to tell it from the one before.
fn stamp(document: &str) -> String {
    let hash = document.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("// Of {DOCUMENT} {hash:016x}; `cargo xtask clients` writes it.\n")
}
