//! Consumers on real databases: once, in order, under a lease.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod bench;
mod lease;
mod nats;
mod once;
mod parking;
mod publishing;
mod stalls;
mod trimming;
