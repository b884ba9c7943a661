//! What is scarce goes round by tenant, so that one tenant's crowd is one among those who wait.

mod permits;
mod queue;
mod shares;

pub(crate) use permits::{Permit, Permits};
pub(crate) use queue::FairQueue;
pub(crate) use shares::TimeShares;
