//! The generated documents, on standard output.

use std::process::ExitCode;

use clap::Args;

use crate::{compose, openapi};

/// Print the API's description, or another generated document.
#[derive(Args)]
pub(crate) struct Openapi {
    /// Every event instead (AsyncAPI 3.0).
    #[arg(long, conflicts_with_all = ["problems", "workflow_schema", "findings"])]
    events: bool,
    /// Every kind of problem instead (Markdown).
    #[arg(long, conflicts_with_all = ["workflow_schema", "findings"])]
    problems: bool,
    /// The JSON Schema of workflow files instead.
    #[arg(long, conflicts_with = "findings")]
    workflow_schema: bool,
    /// Every finding of the checker instead (Markdown).
    #[arg(long)]
    findings: bool,
}

impl Openapi {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let catalogue = compose::catalogue();
        let text = if self.events {
            openapi::print(&openapi::asyncapi(&catalogue))
        } else if self.problems {
            openapi::problems_page()
        } else if self.workflow_schema {
            pretty(&countersign_engine::schema::schema())?
        } else if self.findings {
            openapi::findings_page()
        } else {
            openapi::print(&openapi::published(&compose::document(true), &catalogue)?)
        };
        out!("{text}");
        Ok(ExitCode::SUCCESS)
    }
}

fn pretty(document: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
