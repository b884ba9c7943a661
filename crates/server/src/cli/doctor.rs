//! `doctor`: what is wrong, and the remedy.

use std::process::ExitCode;

use clap::Args;

use super::Place;
use crate::config::Config;
use crate::{diagnosis, run};

/// Say what is wrong with the configuration or the database, and the remedy.
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,
}

impl Doctor {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = match Config::read(&Config::default(), self.place.overrides()) {
            Ok(config) => config,
            Err(error) => {
                outln!("wrong   configuration: {error:#}");
                return Ok(ExitCode::FAILURE);
            }
        };
        let findings = run::block_on(async { Ok(diagnosis::examine(&config).await) })?;
        let mut wrong = 0;
        for finding in &findings {
            outln!("{finding}");
            wrong += usize::from(finding.is_wrong());
        }
        outln!(
            "{}",
            match wrong {
                0 => "nothing is wrong".to_owned(),
                1 => "one thing is wrong".to_owned(),
                wrong => format!("{wrong} things are wrong"),
            }
        );
        Ok(if wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
