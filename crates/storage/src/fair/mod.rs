//! What is scarce goes round by tenant, so that one tenant's crowd is one among those who wait.

mod permits;
mod queue;

pub(crate) use permits::{Permit, Permits};
pub(crate) use queue::FairQueue;
