//! Brings every pair of commands that share a rule together, through the product from outside: see `tests/src/race`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Instant;

use crate::acceptance::Acceptance;

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
    /// The server's binary; without it, a debug build is made.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if !options.two_servers {
        race(options, "SQLite", &[POSTGRES])?;
    }
    if std::env::var_os(POSTGRES).is_some() {
        return race(options, "PostgreSQL", &[]);
    }
    anyhow::ensure!(
        !options.two_servers,
        "two servers share a PostgreSQL: set {POSTGRES}"
    );
    println!("only SQLite was raced: set {POSTGRES} to race on PostgreSQL too");
    Ok(())
}

fn race(options: &Options, database: &str, unset: &[&str]) -> anyhow::Result<()> {
    println!("--- {database}, {} rounds", options.rounds);
    let (began, rounds) = (Instant::now(), OsString::from(options.rounds.to_string()));
    let mut set = vec![("RACE_ROUNDS", rounds.as_os_str())];
    if options.two_servers {
        set.push(("RACE_TWO_SERVERS", OsStr::new("1")));
    }
    Acceptance {
        tests: &[
            "--ignored",
            "--exact",
            "--nocapture",
            "races::every_pair_keeps_its_rule",
        ],
        binary: options.binary.as_deref(),
        set,
        unset,
    }
    .run()?;
    println!("    {:.0} s", began.elapsed().as_secs_f64());
    Ok(())
}
