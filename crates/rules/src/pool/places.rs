//! Who has how many of the places.

use countersign_kernel::id::TenantId;
use countersign_web::{Held, Permit};

use super::Declined;

pub(super) struct Places {
    all: usize,
    /// So many are a tenant's at most.
    share: usize,
    held: Held<TenantId>,
}

/// One place, until it is dropped.
pub(super) type Place = Permit<TenantId>;

impl Places {
    pub(super) fn new(all: usize) -> Self {
        Self {
            all,
            share: (all / 2).max(1),
            held: Held::default(),
        }
    }

    pub(super) fn take(&self, tenant: TenantId) -> Result<Place, Declined> {
        let mut declined = Declined::Full;
        let place = self.held.take_if(tenant, |own, all| {
            if own >= self.share {
                declined = Declined::ShareTaken { share: self.share };
                return false;
            }
            all < self.all
        });
        place.ok_or(declined)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.held.look(std::collections::HashMap::is_empty)
    }
}
