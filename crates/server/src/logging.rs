//! Logs: readable on a terminal, JSON otherwise. `RUST_LOG` chooses what is said.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// What is said unless `RUST_LOG` names something else.
const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,actix_server=warn";

pub(crate) fn begin() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let begun = if std::io::stderr().is_terminal() {
        logs.compact().try_init()
    } else {
        logs.json().flatten_event(true).with_ansi(false).try_init()
    };
    // A second start in one process (tests) keeps the first one's log.
    drop(begun);
}
