//! The crate from outside: a tiny capability over a real database, and what HTTP makes of it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod access_log;
mod accounts;
mod bodies;
mod deals;
mod document;
mod fuzz;
mod headers;
mod house;
mod keys;
mod limits;
mod lists;
mod wire;
