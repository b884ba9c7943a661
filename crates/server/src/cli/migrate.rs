//! `migrate`: the schema, brought up to this version.

use std::process::ExitCode;

use clap::Args;

use super::Place;
use crate::config::Config;
use crate::run;

/// Bring the database to the schema of this version. Safe to repeat, and while servers run.
#[derive(Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = Config::read(&Config::default(), self.place.overrides())?;
        crate::logging::begin();
        run::block_on(async {
            let db = run::open(&config).await?;
            db.migrate().await?;
            db.close().await;
            outln!("the schema is that of this version");
            Ok(ExitCode::SUCCESS)
        })
    }
}
