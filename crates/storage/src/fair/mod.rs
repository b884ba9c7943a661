//! What is scarce goes round by tenant, so that one tenant's crowd is one among those who wait.

mod permits;
mod queue;
mod shares;

use std::num::NonZeroUsize;

pub(crate) use permits::{Permit, Permits};
pub(crate) use queue::FairQueue;
pub(crate) use shares::TimeShares;

/// Connections that one tenant holds beside others: as many as keep the processors busy, and two at least, of which one that
/// reads long leaves the other.
pub(crate) fn beside_others() -> usize {
    std::thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .max(2)
}
