//! `workflow watch`: what there is to say of a file, whenever it or what stands beside it is saved.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use clap::Args;

use super::workflow::{Language, Read};
use crate::files;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Args)]
pub(crate) struct Watch {
    file: PathBuf,
    /// Where the picture is drawn; without it, beside the file: expense.svg.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    language: Language,
}

/// A file as it was last saved.
type Saved = (PathBuf, Option<(SystemTime, u64)>);

impl Watch {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        // A name that is mistyped is told at once; what is missing later may be being saved.
        std::fs::metadata(&self.file).with_context(|| format!("{} cannot be read", self.file.display()))?;
        let mut seen = Vec::new();
        loop {
            let now = self.saved()?;
            // Many editors put a new file in the old one's place.
            if now != seen && self.file.exists() {
                self.tell();
                seen = now;
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The file, and what it is checked against.
    fn saved(&self) -> anyhow::Result<Vec<Saved>> {
        let file = std::path::absolute(&self.file)?;
        let mut all = vec![file.clone()];
        for folder in file.ancestors().skip(1) {
            all.push(folder.join("people.yaml"));
        }
        // Of a file in a folder of its own kind, what stands in the folder above counts as well.
        for folder in file.ancestors().skip(1).take(2) {
            all.extend(files::documents(folder).unwrap_or_default());
        }
        all.sort();
        all.dedup();
        Ok(all.into_iter().map(|path| (path.clone(), stamp(&path))).collect())
    }

    fn tell(&self) {
        if let Err(error) = self.look() {
            errln!("{error:#}");
        }
    }

    fn look(&self) -> anyhow::Result<()> {
        let locale = self.language.locale();
        let read = Read::file(&self.file)?;
        read.print_check(locale);
        if !read.checked.is_ok() || read.holds_no_workflow() {
            return Ok(());
        }
        let workflow = read.workflow(locale)?;
        let report = countersign_engine::play(workflow, &read.around);
        outln!("{}", report.display(&read.name(), locale));
        let picture = self
            .picture
            .clone()
            .unwrap_or_else(|| self.file.with_extension("svg"));
        std::fs::write(&picture, countersign_engine::svg(workflow, locale))
            .with_context(|| format!("{} cannot be written", picture.display()))?;
        outln!("{} is drawn\n", picture.display());
        Ok(())
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}
