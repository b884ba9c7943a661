//! Rules of the house that a machine can check; also run by `cargo test`.
//!
//! Each rule returns what is wrong, as `place: what, and what to do`.

use std::path::{Path, PathBuf};

mod graph;
mod rooms;
mod sizes;
mod words;

/// A source file of the project, read once.
pub(crate) struct Source {
    /// From the project's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The lines that run in production: up to the first test module.
    pub(crate) fn production(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        code.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
    }
}

/// The project's root: of the checkout that it is run in, else of the one that it was built in.
pub(crate) fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let around = here
        .ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").is_file());
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    around.or_else(|| built.parent()).unwrap_or(built).to_owned()
}

/// All that is untidy.
pub(crate) fn faults(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut sources = Vec::new();
    for folder in ["crates", "migrations", "tests", "xtask"] {
        read(&root.join(folder), root, &mut sources)?;
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    let mut faults = graph::faults(root)?;
    faults.extend(rooms::faults(&sources));
    faults.extend(sizes::faults(
        &sources,
        &std::fs::read_to_string(root.join("xtask/sizes.txt"))?,
    ));
    faults.extend(words::faults(&sources));
    Ok(faults)
}

/// Prints what is untidy, and fails if anything is.
pub(crate) fn report(root: &Path) -> anyhow::Result<()> {
    let faults = faults(root)?;
    for fault in &faults {
        eprintln!("{fault}");
    }
    anyhow::ensure!(faults.is_empty(), "{} things are untidy", faults.len());
    eprintln!("tidy");
    Ok(())
}

fn read(folder: &Path, root: &Path, into: &mut Vec<Source>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                read(&path, root, into)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path)?;
            let path = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            into.push(Source { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let faults = super::faults(&super::root()).unwrap_or_else(|error| vec![error.to_string()]);
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
