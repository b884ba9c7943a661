//! `demo`: everything at once, with the sample company.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Listening, Place};
use crate::config::{Config, RateLimits};
use crate::run;

/// Start with a sample company, its workflows and its customers, under var/demo.
#[derive(Args)]
pub(crate) struct Demo {
    /// Start over: forget what is under var/demo (with --database-url: empty that database's tables).
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    listening: Listening,
}

impl Demo {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = Config::read(&defaults(), self.listening.onto(self.place.overrides()))?;
        run::serve(config, run::Start::Demo { fresh: self.fresh })
    }
}

/// As `serve`, but for a trial on one machine.
fn defaults() -> Config {
    let config = Config::default();
    Config {
        data_dir: PathBuf::from("var/demo"),
        rate_limits: RateLimits {
            on: false,
            ..config.rate_limits
        },
        cors_origins: vec!["http://localhost:*".to_owned()],
        ..config
    }
}
