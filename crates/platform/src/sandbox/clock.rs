//! A clock whose business time can be moved, tenant by tenant; the machine's own time never is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::TimeDelta;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};

/// Shared by everything that asks for the time; clones are the same clock.
#[derive(Clone)]
pub struct SandboxClock {
    machine: Arc<dyn Clock>,
    /// Milliseconds ahead of the machine (behind, if negative).
    offsets: Arc<RwLock<HashMap<TenantId, i64>>>,
}

impl SandboxClock {
    pub fn new(machine: Arc<dyn Clock>) -> Self {
        Self {
            machine,
            offsets: Arc::default(),
        }
    }

    /// Sets how far a tenant's business time is ahead of the machine's, in milliseconds.
    pub fn set(&self, tenant: TenantId, offset_ms: i64) {
        let mut offsets = self.offsets.write().unwrap_or_else(PoisonError::into_inner);
        if offset_ms == 0 {
            offsets.remove(&tenant);
        } else {
            offsets.insert(tenant, offset_ms);
        }
    }

    fn offset(&self, tenant: TenantId) -> i64 {
        let offsets = self.offsets.read().unwrap_or_else(PoisonError::into_inner);
        offsets.get(&tenant).copied().unwrap_or_default()
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Instant {
        self.machine.now()
    }

    fn business(&self, tenant: TenantId) -> Instant {
        self.machine
            .now()
            .plus(TimeDelta::milliseconds(self.offset(tenant)))
    }

    fn moved(&self) -> Vec<TenantId> {
        let offsets = self.offsets.read().unwrap_or_else(PoisonError::into_inner);
        offsets.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped;
    impl Clock for Stopped {
        fn now(&self) -> Instant {
            Instant::from_millis(1_000_000)
        }
    }

    #[test]
    fn one_tenant_moves_alone_and_can_come_back() {
        let clock = SandboxClock::new(Arc::new(Stopped));
        let (moved, other) = (
            TenantId(uuid::Uuid::from_u128(1)),
            TenantId(uuid::Uuid::from_u128(2)),
        );
        clock.set(moved, -5_000);
        assert_eq!(clock.business(moved).millis(), 995_000);
        assert_eq!(clock.business(other), clock.now());
        assert_eq!(clock.moved(), vec![moved]);
        clock.set(moved, 0);
        assert!(clock.moved().is_empty());
    }
}
