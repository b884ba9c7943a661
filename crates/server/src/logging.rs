//! Logs: readable on a terminal, JSON otherwise. `RUST_LOG` chooses what is said.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// What is said unless `RUST_LOG` names something else. The library that reads HTTP calls it an error when a stranger
/// sends what is none: they are answered with 400, and it is no fault of ours.
const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,actix_server=warn,actix_http::h1::dispatcher=off";

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
