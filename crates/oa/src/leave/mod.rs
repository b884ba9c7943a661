//! Leave: a ledger for each person and type, kept by what requests ask for and by runs, and read by everybody who may.
//!
//! What is counted, and when, is the engine's ([`countersign_engine::leave`]); here it is kept. Whoever changes somebody's leave does
//! so alone ([`turn_of`]), so that two requests at one instant never overdraw.

pub(crate) mod account;
mod away;
mod employment;
pub mod events;
mod feed;
pub(crate) mod follow;
pub(crate) mod http;
mod keep;
mod recount;
mod refused;
mod reports;
mod rights;
pub(crate) mod sees;
mod service;
mod store;

use countersign_kernel::id::UserId;
use countersign_storage::{Rule, RuleLock};

/// Whoever changes somebody's leave: the second knows of the first.
fn turn_of(person: UserId) -> RuleLock {
    const LEAVE: Rule = Rule::named("a person's leave");
    LEAVE.exclusive_for(person.to_string())
}
