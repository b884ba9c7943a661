//! Runs acceptance tests (`tests/`) against the server's binary.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Names another binary than the one that is built beside the tests.
const BINARY: &str = "TESTED_BINARY";

/// The tests that these arguments choose, each with its server.
pub(crate) struct Acceptance<'a> {
    /// Arguments of the tests' own program: names, `--ignored` …
    pub(crate) tests: &'a [&'a str],
    /// The server's binary; none: a debug build.
    pub(crate) binary: Option<&'a Path>,
    pub(crate) set: Vec<(&'a str, &'a OsStr)>,
    pub(crate) unset: &'a [&'a str],
}

/// The whole workspace with a test, so that dependencies have the features that `cargo test --workspace` builds them with.
const BUILT: &str = "build --workspace --locked --bin countersign --test acceptance";
const TESTED: &str = "test --workspace --locked --quiet --test acceptance --";

impl Acceptance<'_> {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        if self.binary.is_none() {
            self.cargo(&BUILT.split(' ').collect::<Vec<_>>())?;
        }
        let arguments: Vec<&str> = TESTED.split(' ').chain(self.tests.iter().copied()).collect();
        self.cargo(&arguments)
    }

    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(crate::tidy::root());
        command.envs(self.set.iter().copied());
        for name in self.unset {
            command.env_remove(name);
        }
        if let Some(binary) = self.binary {
            command.env(BINARY, binary);
        }
        let done = command.status()?;
        anyhow::ensure!(done.success(), "cargo {} failed", arguments.join(" "));
        Ok(())
    }
}
