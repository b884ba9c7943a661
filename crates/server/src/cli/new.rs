//! `workflow new`: a file to begin with.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::workflow::Language;
use crate::files;
use crate::shipped::{self, public_holidays};

/// What a copy may be of, by the key that its first line has.
const KINDS: [&str; 2] = ["workflow", "calendar"];

#[derive(Args)]
pub(crate) struct New {
    /// The name of the workflow or calendar, in small letters, digits and hyphens: home-office.
    name: String,
    /// What it begins as: the name of a workflow that ships (contract, expense, leave, travel-claim), a place whose public holidays
    /// ship (de-by, cn, us: `workflow calendars` lists them), or a file.
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
        let text = self.text()?;
        let (kind, text) = renamed(&text, &self.name).with_context(|| {
            let lines = KINDS.map(|kind| format!("`{kind}:`")).join(" or ");
            format!(
                "{} holds no workflow and no calendar: no line begins with {lines}",
                self.from
            )
        })?;
        if let Some(told) = self.bad_name(kind, &text)? {
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
        if let Some(text) = shipped::workflow(&self.from).or_else(|| public_holidays::calendar(&self.from)) {
            return Ok(text.to_owned());
        }
        std::fs::read_to_string(&self.from).with_context(|| {
            let names = shipped::names().collect::<Vec<_>>().join(", ");
            format!(
                "{:?} is none of the workflows that ship ({names}) and no place that `countersign workflow calendars` lists, and cannot \
                 be read as a file",
                self.from
            )
        })
    }

    /// What is wrong with the name, as the checker says it.
    fn bad_name(&self, kind: &str, text: &str) -> anyhow::Result<Option<String>> {
        let (around, _) = files::surroundings(&self.into.join("new.yaml"))?;
        let checked = countersign_engine::check(text, &around);
        let mut findings = checked.findings.iter();
        let place = format!("/{kind}");
        let bad = findings.find(|finding| finding.is_error() && finding.path == place);
        Ok(bad.map(|finding| finding.display(&self.name, self.language.locale())))
    }
}

/// What the text holds, and the text under another name; its words and comments stay.
fn renamed(text: &str, name: &str) -> Option<(&'static str, String)> {
    let (kind, old) = text.lines().find_map(|line| {
        let kind = KINDS
            .into_iter()
            .find(|kind| line.strip_prefix(kind).is_some_and(|rest| rest.starts_with(':')))?;
        Some((kind, line))
    })?;
    // Comments may stand above it, so that the place is that of the line.
    let at = text.find(&format!("\n{old}")).map_or(0, |before| before + 1);
    let (before, rest) = text.split_at(at);
    Some((
        kind,
        format!("{before}{}", rest.replacen(old, &format!("{kind}: {name}"), 1)),
    ))
}

/// Writes what is not there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = std::fs::File::create_new(path);
    let mut file = file.with_context(|| format!("{} cannot be made", path.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))
}
