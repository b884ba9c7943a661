//! Customers over HTTP, on real databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod activities;
mod batches;
mod contracts;
mod deals;
mod exports;
mod house;
mod imports;
mod leads;
mod lines;
mod lists;
mod plans;
mod products;
mod races;
mod records;
mod relations;
mod scopes;
mod texts;
mod timelines;
mod today;
