//! `workflow simulate`: what would happen to a submission, with nothing saved.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use countersign_engine::Facts;
use countersign_engine::definition::People;
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::text::Locale;
use countersign_kernel::time::{Clock as _, Instant};
use serde_json::Value;

use super::members::{list, text};
use super::workflow::{Format, Language, Read};
use crate::clock::SystemClock;

#[derive(Args)]
pub(crate) struct Simulate {
    file: PathBuf,
    /// The form, as stories write it: '{"amount": 1800, "category": "travel"}'.
    #[arg(long, value_name = "JSON")]
    form: String,
    /// Who submits, by short name: ann.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// When; now, unless told.
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    language: Language,
}

impl Simulate {
    /// The form, read as the API reads a body: a name that stands twice is no form.
    fn written(&self, locale: Locale) -> anyhow::Result<Value> {
        let written = countersign_web::parse_json(self.form.as_bytes())
            .map_err(|problem| anyhow::anyhow!("--form: {}", problem.detail().get(locale)))?;
        anyhow::ensure!(
            written.is_object(),
            "--form: write a JSON object, as {{\"amount\": 1800}}"
        );
        Ok(written)
    }

    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let locale = self.language.locale();
        let read = Read::file(&self.file)?;
        let workflow = read.workflow(locale)?;
        let people = workflow.people.as_ref().unwrap_or(&read.around.people);
        let Some(requester) = people.id(&self.who) else {
            let known: Vec<&str> = people.names.keys().map(String::as_str).collect();
            anyhow::bail!("nobody is called {}; these are: {}", self.who, known.join(", "))
        };
        let written = self.written(locale)?;
        let form = countersign_engine::as_sent(workflow, &written, people, read.around.currency);
        let calendars = Calendars::new(read.around.calendars.clone());
        let facts = Facts {
            now: self.at.unwrap_or_else(|| SystemClock.now()),
            actor: Actor::User(requester),
            directory: &people.directory,
            calendars: &calendars,
            tables: &read.around.tables,
            currency: read.around.currency,
            zone: read.around.zone,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        };
        match countersign_engine::simulate(workflow, &form, requester, &facts) {
            Ok(simulation) => {
                let shown = simulation.to_json(locale);
                match self.format {
                    Format::Json => outln!("{shown:#}"),
                    Format::Text => print_simulation(&shown, people),
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(refusal) => {
                outln!("{}", refusal.text(locale));
                for fault in refusal.faults() {
                    outln!("  {}: {}", fault.pointer, fault.text.get(locale));
                }
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

fn print_simulation(shown: &Value, people: &People) {
    for warning in list(shown, "warnings") {
        outln!("warning: {}", warning.as_str().unwrap_or_default());
    }
    for step in list(shown, "steps") {
        outln!(
            "{}: {} {}",
            text(step, "title"),
            text(step, "state"),
            text(step, "why")
        );
        for who in list(step, "who") {
            let id = text(who, "user");
            let person = people
                .directory
                .people
                .values()
                .find(|person| person.id.to_string() == id);
            outln!(
                "  asks {}: {}",
                person.map_or(id, |person| person.name.as_str()),
                text(who, "why")
            );
        }
        if let Some(due) = step.get("due_at").and_then(Value::as_str) {
            outln!("  due {due}");
        }
    }
    outln!("if everyone asked approves: {}", text(shown, "outcome"));
}
