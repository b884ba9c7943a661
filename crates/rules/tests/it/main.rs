//! Definitions over HTTP, and automations on the real runner.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod automations;
mod bounds;
mod calendars;
mod could_not;
mod house;
mod pool;
mod proposals;
mod publishing;
mod races;
mod rights;
mod setting_aside;
mod tables;
