//! Brings every pair of commands that share a rule together, through the product from outside: see `tests/src/race`.

use std::process::Command;
use std::time::Instant;

/// Where a PostgreSQL server is that databases may be made on.
const POSTGRES: &str = "COUNTERSIGN_TEST_POSTGRES";

/// How often each pair is brought together.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Rounds of a pair, on each database.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// With two servers over the database, which take turns (PostgreSQL).
    #[arg(long)]
    two_servers: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    cargo(
        options,
        &["build", "--locked", "--package", "countersign-server"],
        true,
    )?;
    if !options.two_servers {
        race(options, "SQLite", false)?;
    }
    if std::env::var_os(POSTGRES).is_some() {
        return race(options, "PostgreSQL", true);
    }
    anyhow::ensure!(
        !options.two_servers,
        "two servers share a PostgreSQL: set {POSTGRES}"
    );
    println!("only SQLite was raced: set {POSTGRES} to race on PostgreSQL too");
    Ok(())
}

fn race(options: &Options, database: &str, postgres: bool) -> anyhow::Result<()> {
    println!("--- {database}, {} rounds", options.rounds);
    let began = Instant::now();
    let test = [
        "test",
        "--locked",
        "--quiet",
        "--package",
        "countersign-acceptance",
        "--test",
        "acceptance",
        "--",
        "--ignored",
        "--exact",
        "--nocapture",
        "races::every_pair_keeps_its_rule",
    ];
    cargo(options, &test, postgres)?;
    println!("    {:.0} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn cargo(options: &Options, arguments: &[&str], postgres: bool) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(arguments)
        .current_dir(crate::tidy::root())
        .env("RACE_ROUNDS", options.rounds.to_string());
    if options.two_servers {
        command.env("RACE_TWO_SERVERS", "1");
    }
    if !postgres {
        command.env_remove(POSTGRES);
    }
    anyhow::ensure!(
        command.status()?.success(),
        "cargo {} failed",
        arguments.join(" ")
    );
    Ok(())
}
