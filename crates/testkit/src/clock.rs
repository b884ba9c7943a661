//! A clock that stands still until a test moves it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};

/// Shows what it was set to.
pub struct FixedClock {
    hands: Mutex<Hands>,
}

struct Hands {
    now: Instant,
    moved: BTreeMap<TenantId, TimeDelta>,
}

impl FixedClock {
    pub fn at(now: Instant) -> Self {
        Self {
            hands: Mutex::new(Hands {
                now,
                moved: BTreeMap::new(),
            }),
        }
    }

    /// From a text like `2026-03-02T09:00:00Z`; 1970 if it is none.
    pub fn reading(text: &str) -> Self {
        Self::at(text.parse().unwrap_or_else(|_| Instant::from_millis(0)))
    }

    pub fn set(&self, now: Instant) {
        self.with(|hands| hands.now = now);
    }

    pub fn advance(&self, by: TimeDelta) {
        self.with(|hands| hands.now = hands.now.plus(by));
    }

    /// Moves one tenant's business time, as its sandbox does.
    pub fn shift(&self, tenant: TenantId, by: TimeDelta) {
        self.with(|hands| hands.moved.insert(tenant, by));
    }

    fn with<T>(&self, use_hands: impl FnOnce(&mut Hands) -> T) -> T {
        use_hands(&mut self.hands.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for FixedClock {
    /// A Monday morning.
    fn default() -> Self {
        Self::reading("2026-03-02T09:00:00Z")
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.with(|hands| hands.now)
    }

    fn business(&self, tenant: TenantId) -> Instant {
        self.with(|hands| {
            hands
                .moved
                .get(&tenant)
                .map_or(hands.now, |by| hands.now.plus(*by))
        })
    }

    fn moved(&self) -> Vec<TenantId> {
        self.with(|hands| hands.moved.keys().copied().collect())
    }
}
