//! Every chore is a Rust program. `cargo xtask` lists them.

#![expect(clippy::print_stdout, reason = "a command line answers on standard output")]

use std::path::PathBuf;

use clap::{Parser, Subcommand};

mod acceptance;
mod bench;
mod clients;
mod corpus;
mod fairness;
mod fill;
mod matrix;
mod race;
mod spec;
mod tidy;

/// Chores of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check the house: who knows whom, what each room holds, sizes, words.
    Tidy,
    /// Write the generated files of `api-spec/` and `docs/`, or only compare them.
    Spec {
        /// Fail if a generated file is stale, and write nothing.
        #[arg(long)]
        check: bool,
        /// The server's binary that is asked; without it, one that is built first.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
    /// Write what the clients take from `api-spec/`, or only compare it. `spec` does so, too.
    Clients {
        /// Fail if a generated file is stale, and write nothing.
        #[arg(long)]
        check: bool,
    },
    /// Measure the product over HTTP beside the limits of this machine.
    Bench(bench::Options),
    /// Measure what one tenant at its worst does to another.
    Fairness(fairness::Options),
    /// Fill a database to measure reading on: accounts, contacts, deals, requests and their tasks, by the hundred thousand.
    Fill(fill::Options),
    /// Keep what is stored now as a new corpus of formats, beside the older ones.
    Corpus,
    /// Write `target/matrix.html`: what each operation answers to each kind of caller, and to ids that are not theirs.
    Matrix,
    /// Bring every pair of commands that share a rule together, on both databases.
    Race(race::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Tidy => tidy::report(&tidy::root()),
        Chore::Spec { check, binary } => spec::run(check, binary.as_deref()),
        Chore::Clients { check } => clients::run(check),
        Chore::Bench(options) => bench::run(&options),
        Chore::Fairness(options) => fairness::run(&options),
        Chore::Fill(options) => fill::run(&options),
        Chore::Corpus => corpus::write(),
        Chore::Matrix => matrix::run(),
        Chore::Race(options) => race::run(&options),
    }
}
