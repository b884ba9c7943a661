//! `serve`: the server, for real work.

use std::process::ExitCode;

use clap::Args;

use super::{Listening, Place};
use crate::config::Config;
use crate::run;

/// Start the server. A first start with no configuration works, on SQLite.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    listening: Listening,
}

impl Serve {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = Config::read(&Config::default(), self.listening.onto(self.place.overrides()))?;
        run::serve(config, run::Start::Plain)
    }
}
