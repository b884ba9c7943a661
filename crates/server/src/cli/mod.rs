//! What can be asked of the binary: a file for each command.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::Overrides;

mod admin;
mod demo;
mod doctor;
mod members;
mod migrate;
mod new;
mod openapi;
mod publish;
mod serve;
mod simulate;
mod watch;
mod workflow;

/// A company's approvals and its customers, over one REST API.
///
/// New here? `countersign demo` starts everything with a sample company.
#[derive(Parser)]
#[command(
    name = "countersign",
    version,
    about,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start with a sample company, its workflows and its customers.
    Demo(demo::Demo),
    /// Start the server.
    Serve(serve::Serve),
    /// Bring the database to the schema of this version.
    Migrate(migrate::Migrate),
    /// Make a tenant or a user.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Print the API's description (OpenAPI 3.1), or another generated document.
    Openapi(openapi::Openapi),
    /// Check, test, try, explain or draw workflow files, with nothing saved; or publish them.
    #[command(subcommand)]
    Workflow(workflow::Workflow),
    /// Say what is wrong with the configuration or the database, and the remedy.
    Doctor(doctor::Doctor),
}

/// Which database, and where its files are: the same for every command that opens one.
#[derive(Args, Default)]
pub(crate) struct Place {
    /// Read the configuration from this file (default: countersign.toml, if there is one).
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Where SQLite and uploaded files are kept [default: var/data]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<std::path::PathBuf>,
    /// Let nobody take a password of this file: one, or its SHA-1, a line.
    #[arg(long, value_name = "FILE")]
    breached_passwords: Option<std::path::PathBuf>,
}

/// How to listen and what to allow: for the commands that serve.
#[derive(Args, Default)]
pub(crate) struct Listening {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<std::net::SocketAddr>,
    /// Show `/metrics` there, and not where the API is. Without it, `metrics_token` in the configuration says who may read them.
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<std::net::SocketAddr>,
    /// The address under which others reach this server, as it stands in links and events.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Let webhooks call this range of addresses although it is not public; may be repeated.
    #[arg(long, value_name = "RANGE")]
    allow_egress: Vec<String>,
    /// Believe `Forwarded` or `X-Forwarded-For` from this range of addresses, where your proxies are; may be repeated.
    #[arg(long, value_name = "RANGE")]
    trusted_proxy: Vec<String>,
    /// Limit how often a key or a person may call, and slow failed sign-ins down.
    #[arg(long, value_name = "on|off")]
    rate_limits: Option<OnOff>,
    /// Let scripts from this origin call; `http://localhost:*` means any port; may be repeated.
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<String>,
    /// Publish every event to NATS JetStream there.
    #[arg(long, value_name = "URL")]
    nats_url: Option<String>,
    /// Add `PUT /v1/sandbox/clock`, which moves a tenant's clock. For trials, never for real work.
    #[arg(long)]
    sandbox: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OnOff {
    On,
    Off,
}

impl Place {
    fn overrides(&self) -> Overrides {
        Overrides {
            file: self.config.clone(),
            database_url: self.database_url.clone(),
            data_dir: self.data_dir.clone(),
            breached_passwords: self.breached_passwords.clone(),
            ..Overrides::default()
        }
    }
}

impl Listening {
    fn onto(&self, overrides: Overrides) -> Overrides {
        Overrides {
            listen: self.listen,
            metrics_listen: self.metrics_listen,
            public_url: self.public_url.clone(),
            allow_egress: some_if_any(&self.allow_egress),
            trusted_proxies: some_if_any(&self.trusted_proxy),
            rate_limits: self.rate_limits.map(|limits| limits == OnOff::On),
            cors_origins: some_if_any(&self.cors_origin),
            nats_url: self.nats_url.clone(),
            sandbox: self.sandbox.then_some(true),
            ..overrides
        }
    }
}

fn some_if_any(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

impl Cli {
    pub(crate) fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Demo(demo) => demo.run(),
            Command::Serve(serve) => serve.run(),
            Command::Migrate(migrate) => migrate.run(),
            Command::Admin(admin) => admin.run(),
            Command::Openapi(openapi) => openapi.run(),
            Command::Workflow(workflow) => workflow.run(),
            Command::Doctor(doctor) => doctor.run(),
        };
        done.unwrap_or_else(|error| {
            errln!("countersign: {error:#}");
            ExitCode::FAILURE
        })
    }
}
