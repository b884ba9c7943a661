//! What happened, and who hears of it.
//!
//! The log is written by whoever changes something ([`countersign_storage::log`]); here stands what reads it:
//! [`consumer`] (who listens), [`runner`] (who hands out, once and in order), [`action`] (what a listener may
//! have done), [`envelope`] (how an event looks outside) and [`nats`] (a broker for those who read at scale).

pub mod action;
mod budget;
pub mod consumer;
pub mod envelope;
pub mod nats;
pub mod rights;
pub mod runner;
pub mod schema;

pub use action::{Action, ActionError, Actions, Call};
pub use budget::trim_budgets;
pub use consumer::{Consumer, Failure, Publisher, Standing};
pub use countersign_kernel::catalogue::Catalogue;
pub use envelope::{Payload, about, envelope, readable, thing, thing_of};
pub use rights::{Acting, Rights};
pub use runner::{Follower, Lag, Options, Runner, Running, Stall, Stalls, lags, release, trim_inbox};
