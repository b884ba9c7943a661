//! Who has how many of the places.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_kernel::id::TenantId;

use super::Declined;

pub(super) struct Places {
    all: usize,
    /// So many are a tenant's at most.
    share: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Only of tenants that have any.
    of: HashMap<TenantId, usize>,
}

/// One place, until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    tenant: TenantId,
}

impl Places {
    pub(super) fn new(all: usize) -> Self {
        Self {
            all,
            share: (all / 2).max(1),
            taken: Mutex::default(),
        }
    }

    pub(super) fn take(places: &Arc<Self>, tenant: TenantId) -> Result<Place, Declined> {
        let mut taken = places.taken();
        let own = taken.of.get(&tenant).copied().unwrap_or_default();
        if own >= places.share {
            return Err(Declined::ShareTaken { share: places.share });
        }
        if taken.all >= places.all {
            return Err(Declined::Full);
        }
        taken.all += 1;
        taken.of.insert(tenant, own + 1);
        drop(taken);
        Ok(Place {
            places: Arc::clone(places),
            tenant,
        })
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let taken = self.taken();
        taken.all == 0 && taken.of.is_empty()
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        let own = taken.of.remove(&self.tenant).unwrap_or_default();
        if own > 1 {
            taken.of.insert(self.tenant, own - 1);
        }
    }
}
