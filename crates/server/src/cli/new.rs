//! `workflow new`: a file to begin with.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::workflow::Language;
use crate::{files, shipped};

#[derive(Args)]
pub(crate) struct New {
    /// The workflow's name, in small letters, digits and hyphens: home-office.
    name: String,
    /// What it begins as: the name of a workflow that ships (contract, expense, leave, travel-claim), or a file.
    #[arg(long, value_name = "NAME or FILE", default_value = "expense")]
    from: String,
    /// The folder in which NAME.yaml is made.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    language: Language,
}

impl New {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let text = renamed(&self.text()?, &self.name)
            .with_context(|| format!("{} holds no workflow: no line begins with `workflow:`", self.from))?;
        if let Some(told) = self.bad_name(&text)? {
            anyhow::bail!("{told}");
        }
        let path = self.into.join(format!("{}.yaml", self.name));
        write(&path, &text)?;
        let shown = path.display();
        outln!("{shown} is made. Change it, and see what comes of it whenever you save:");
        outln!("countersign workflow watch {shown}");
        Ok(ExitCode::SUCCESS)
    }

    fn text(&self) -> anyhow::Result<String> {
        if let Some(text) = shipped::workflow(&self.from) {
            return Ok(text.to_owned());
        }
        std::fs::read_to_string(&self.from).with_context(|| {
            let names = shipped::names().collect::<Vec<_>>().join(", ");
            format!(
                "{:?} is none of the workflows that ship ({names}), and cannot be read as a file",
                self.from
            )
        })
    }

    /// What is wrong with the name, as the checker says it.
    fn bad_name(&self, text: &str) -> anyhow::Result<Option<String>> {
        let (around, _) = files::surroundings(&self.into.join("new.yaml"))?;
        let checked = countersign_engine::check(text, &around);
        let mut findings = checked.findings.iter();
        let bad = findings.find(|finding| finding.is_error() && finding.path == "/workflow");
        Ok(bad.map(|finding| finding.display(&self.name, self.language.locale())))
    }
}

/// The text under another name; its words and comments stay.
fn renamed(text: &str, name: &str) -> Option<String> {
    let old = text.lines().find(|line| line.starts_with("workflow:"))?;
    Some(text.replacen(old, &format!("workflow: {name}"), 1))
}

/// Writes what is not there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = std::fs::File::create_new(path);
    let mut file = file.with_context(|| format!("{} cannot be made", path.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))
}
