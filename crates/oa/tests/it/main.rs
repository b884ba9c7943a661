//! The office from outside: requests and tasks over HTTP, on real databases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod approvers;
mod batch;
mod digits;
mod drafts;
mod each;
mod event_waits;
mod facts;
mod formats;
mod held;
mod house;
mod leave;
mod leave_feeds;
mod leave_recounts;
mod leave_reports;
mod leavers;
mod listed;
mod mine;
mod notices;
mod on_behalf;
mod picks;
mod plans;
mod pools;
mod races;
mod requests;
mod starting;
mod statements;
mod tables;
mod tasks;
mod timers;
mod timers_kept;
mod waits;
mod work;
