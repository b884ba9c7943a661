//! Webhooks over HTTP and over the wire, on real databases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod broken;
mod health;
mod house;
mod keeping;
mod parking;
mod people;
mod races;
mod retrying;
mod rights;
mod secrets;
mod sink;
mod turns;
