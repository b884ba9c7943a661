//! Workflow files on the command line: nothing is saved, and nothing is sent but by `publish`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use countersign_engine::definition::{Document, Workflow as Definition};
use countersign_engine::{Checked, Surroundings};
use countersign_kernel::text::Locale;
use serde_json::json;

use super::new::New;
use super::publish::Publish;
use super::simulate::Simulate;
use super::watch::Watch;
use crate::files::{self, Unread};
use crate::shipped::public_holidays;

/// Check, test, try, explain, draw or publish workflow files.
#[derive(Subcommand)]
pub(crate) enum Workflow {
    /// Find every mistake, each with its place and a remedy.
    Check(Files),
    /// Run the stories under `tests:`, and say which steps no story reached.
    Test(Files),
    /// Say what would happen to a submission, with nothing saved.
    Simulate(Simulate),
    /// Print the file with every default filled in.
    Explain(One),
    /// Draw the workflow.
    Diagram(Diagram),
    /// Begin a workflow or a calendar as a copy of one that ships or stands in a file, under a name of its own.
    New(New),
    /// List the places whose public holidays ship as calendars.
    Calendars(Language),
    /// Check, test and draw a file again whenever it is saved, until this is stopped.
    Watch(Watch),
    /// Send files to a running server, as their next versions. Where a second person is wanted, they wait for one.
    Publish(Publish),
}

#[derive(Args)]
pub(crate) struct Files {
    /// Workflow, automation, calendar and table files, or folders of them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    language: Language,
}

#[derive(Args)]
pub(crate) struct One {
    file: PathBuf,
    #[command(flatten)]
    language: Language,
}

#[derive(Args)]
pub(crate) struct Diagram {
    file: PathBuf,
    #[arg(long, value_enum, default_value_t = Picture::Svg)]
    format: Picture,
    #[command(flatten)]
    language: Language,
}

#[derive(Args)]
pub(crate) struct Language {
    /// The language of the words: en or zh-CN.
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Picture {
    Svg,
    Mermaid,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tongue {
    #[value(name = "en")]
    En,
    #[value(name = "zh-CN")]
    ZhCn,
}

impl Language {
    pub(super) fn locale(&self) -> Locale {
        match self.language {
            Tongue::En => Locale::En,
            Tongue::ZhCn => Locale::ZhCn,
        }
    }
}

impl Workflow {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check(files) => files.check(),
            Self::Test(files) => files.test(),
            Self::Simulate(simulate) => simulate.run(),
            Self::Explain(one) => one.explain(),
            Self::Diagram(diagram) => diagram.run(),
            Self::New(new) => new.run(),
            Self::Calendars(language) => {
                for (place, title) in public_holidays::titles(language.locale()) {
                    outln!("{place:<8}{title}");
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Watch(watch) => watch.run(),
            Self::Publish(publish) => publish.run(),
        }
    }
}

/// A file, read and checked against what stands around it.
pub(super) struct Read {
    path: PathBuf,
    pub(super) around: Surroundings,
    pub(super) checked: Checked,
    /// Files beside it that could not be read.
    unread: Vec<Unread>,
}

impl Read {
    pub(super) fn file(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let (around, unread) = files::surroundings(path)?;
        let checked = match String::from_utf8(bytes) {
            Ok(text) => countersign_engine::check(&text, &around),
            Err(_) => Checked {
                document: None,
                findings: vec![files::not_utf8()],
                asks: BTreeMap::new(),
            },
        };
        Ok(Self {
            path: path.to_owned(),
            around,
            checked,
            unread,
        })
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether it holds a document of another kind, which has no stories and no picture.
    pub(super) fn holds_no_workflow(&self) -> bool {
        !matches!(self.checked.document, None | Some(Document::Workflow(_)))
    }

    /// Findings as a terminal shows them.
    fn print_findings(&self, locale: Locale) {
        for finding in &self.checked.findings {
            outln!("{}", finding.display(&self.name(), locale));
        }
    }

    /// Its findings, and how many they are.
    pub(super) fn print_check(&self, locale: Locale) {
        self.print_findings(locale);
        let findings = &self.checked.findings;
        let errors = findings.iter().filter(|finding| finding.is_error()).count();
        let warnings = findings.len() - errors;
        let (errors, warnings) = (so_many(errors, "error"), so_many(warnings, "warning"));
        outln!("{}: {errors}, {warnings}", self.name());
    }

    /// What it holds; findings are printed if it has errors.
    pub(super) fn document(&self, locale: Locale) -> anyhow::Result<&Document> {
        self.checked.document.as_ref().ok_or_else(|| {
            self.print_findings(locale);
            anyhow::anyhow!("{} has errors", self.name())
        })
    }

    /// The workflow in it.
    pub(super) fn workflow(&self, locale: Locale) -> anyhow::Result<&Definition> {
        match self.document(locale)? {
            Document::Workflow(workflow) => Ok(workflow),
            other => anyhow::bail!("{} holds a {}, not a workflow", self.name(), other.kind()),
        }
    }
}

/// Files that stand beside those that are checked and could not be read, each once, on the side: what they hold is not
/// known to the check, and what it says of that may only follow.
fn print_unread(read: &[Read], locale: Locale) {
    let asked = |path: &Path| {
        read.iter()
            .any(|file| std::path::absolute(&file.path).is_ok_and(|own| own == path))
    };
    let all: BTreeMap<&PathBuf, &Unread> = read
        .iter()
        .flat_map(|file| &file.unread)
        .filter(|unread| !asked(&unread.path))
        .map(|unread| (&unread.path, unread))
        .collect();
    for unread in all.values() {
        errln!(
            "{}",
            unread.finding.display(&unread.path.display().to_string(), locale)
        );
    }
}

fn code(ok: bool) -> ExitCode {
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Files {
    fn check(&self) -> anyhow::Result<ExitCode> {
        let locale = self.language.locale();
        let files = files::named(&self.files)?;
        let read: Vec<Read> = files
            .iter()
            .map(|file| Read::file(file))
            .collect::<Result<_, _>>()?;
        let ok = read.iter().all(|file| file.checked.is_ok());
        print_unread(&read, locale);
        match self.format {
            Format::Text => {
                for file in &read {
                    file.print_check(locale);
                }
            }
            Format::Json => outln!("{}", findings_json(&read, locale)),
        }
        Ok(code(ok))
    }

    fn test(&self) -> anyhow::Result<ExitCode> {
        let locale = self.language.locale();
        let mut reports = Vec::new();
        let mut ok = true;
        for file in &files::named(&self.files)? {
            let read = Read::file(file)?;
            let document = read.document(locale)?;
            let Some(report) = countersign_engine::play_file(document, &read.around) else {
                continue;
            };
            ok &= report.ok();
            match self.format {
                Format::Text => outln!("{}", report.display(&read.name(), locale)),
                Format::Json => reports.push(json!({"file": read.name(), "report": report.to_json(locale)})),
            }
        }
        if self.format == Format::Json {
            outln!("{:#}", json!({"ok": ok, "files": reports}));
        }
        Ok(code(ok))
    }
}

/// `{ok, findings}` for one file, `{ok, files}` for several.
fn findings_json(read: &[Read], locale: Locale) -> String {
    let findings = |file: &Read| {
        file.checked
            .findings
            .iter()
            .map(|finding| finding.to_json(locale))
            .collect::<Vec<_>>()
    };
    let all = match read {
        [one] => json!({"ok": one.checked.is_ok(), "findings": findings(one)}),
        many => {
            let ok = many.iter().all(|file| file.checked.is_ok());
            let each = |file: &Read| json!({"file": file.name(), "ok": file.checked.is_ok(), "findings": findings(file)});
            json!({"ok": ok, "files": many.iter().map(each).collect::<Vec<_>>()})
        }
    };
    format!("{all:#}")
}

impl One {
    fn explain(&self) -> anyhow::Result<ExitCode> {
        let locale = self.language.locale();
        let read = Read::file(&self.file)?;
        let Some(document) = &read.checked.document else {
            read.print_findings(locale);
            anyhow::bail!("{} has errors", read.name())
        };
        outln!("{}\n", countersign_engine::prose(document, locale));
        outln!("{}", countersign_engine::explain(document));
        Ok(ExitCode::SUCCESS)
    }
}

impl Diagram {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let locale = self.language.locale();
        let read = Read::file(&self.file)?;
        let workflow = read.workflow(locale)?;
        let drawn = match self.format {
            Picture::Svg => countersign_engine::svg(workflow, locale),
            Picture::Mermaid => countersign_engine::mermaid(workflow, locale),
        };
        outln!("{drawn}");
        Ok(ExitCode::SUCCESS)
    }
}

/// `1 error`, `2 errors`.
fn so_many(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
