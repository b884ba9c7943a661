//! Countersign: a company's approvals and its customers, over one REST API.

#![warn(clippy::print_stderr)]

use clap::Parser as _;

#[macro_use]
mod out;

mod audit_key;
mod cli;
mod clock;
mod compose;
mod config;
#[cfg(test)]
mod corpus;
mod customers;
mod demo;
mod diagnosis;
mod docs;
mod files;
mod fresh;
mod housekeeping;
mod listen;
mod logging;
mod metrics;
mod openapi;
mod publish;
mod run;
mod sandbox;
mod shipped;
mod supervise;
mod system;
mod typed;

/// The system's keeps what many threads have let go, and takes a lock where theirs meet.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::Cli::parse().run()
}
