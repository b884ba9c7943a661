//! Words that everybody speaks: ids, money, time, people, events, filters. No I/O, no clock of its own.
//!
//! To add a kind of id, add a line in [`id`]; to add an event type, register it where it is emitted
//! (see [`catalogue`]).

pub mod actor;
pub mod cache;
pub mod calendar;
pub mod canonical;
pub mod catalogue;
pub mod directory;
pub mod envelope;
pub mod filter;
pub mod id;
pub mod money;
pub mod net;
pub mod number;
pub mod text;
pub mod time;
