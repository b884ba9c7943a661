//! The platform on real databases and over HTTP.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod audit;
mod events;
mod files;
mod house;
mod notices;
mod readers;
mod sandbox;
mod sent;
mod stored;
mod tampers;
mod within;
