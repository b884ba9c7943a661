//! The conformance suite: what both databases must do alike, and what each must do on its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod aborts;
mod batch;
mod batches;
mod checkpoints;
mod claims;
mod cluster;
mod crash;
mod hindrances;
mod idempotency;
mod inversions;
mod preparations;
mod rules;
mod savepoints;
mod schema;
mod statistics;
mod tenancy;
mod things;
mod unique;
mod units;
mod windows;
