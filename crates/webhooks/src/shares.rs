//! How attempts are shared between tenants, so that the slow endpoints of one do not hold all of them.

use countersign_kernel::id::TenantId;
use countersign_web::{Held, Permit};

/// Attempts of one server at once.
const AT_ONCE: usize = 256;

/// The attempts that are under way, by tenant. A tenant begins another one as long as more are free than it has: the first has
/// half of them at most, the next half of the rest, and so on, so that one who comes later finds some.
#[derive(Debug, Default)]
pub struct Shares(Held<TenantId>);

/// One attempt under way; dropped, it makes room.
pub type Share = Permit<TenantId>;

/// What may be claimed now.
#[derive(Debug, PartialEq, Eq)]
pub struct Room {
    pub most: usize,
    /// Tenants that have what they may have.
    pub full: Vec<TenantId>,
}

impl Shares {
    pub fn room(&self) -> Room {
        self.0.look(|under_way| {
            let free = AT_ONCE.saturating_sub(under_way.values().sum());
            let full = under_way.iter().filter(|(_, held)| **held >= free);
            Room {
                // No more than half of what is free goes to whoever is first in line.
                most: free.div_ceil(2),
                full: full.map(|(tenant, _)| *tenant).collect(),
            }
        })
    }

    pub fn begin(&self, tenant: TenantId) -> Share {
        self.0.take(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn tenants_who_take_all_they_can_leave_something_for_the_next() {
        let shares = Shares::default();
        let mut held = Vec::new();
        for number in 0..6 {
            let mut taken = 0;
            while !shares.room().full.contains(&tenant(number)) {
                let most = shares.room().most;
                held.extend((0..most).map(|_| shares.begin(tenant(number))));
                taken += most;
            }
            assert_eq!(taken, AT_ONCE >> (number + 1), "tenant {number}");
        }
        let room = shares.room();
        assert!(room.most > 0 && !room.full.contains(&tenant(9)), "{room:?}");
        held.clear();
        assert_eq!(
            shares.room(),
            Room {
                most: AT_ONCE / 2,
                full: Vec::new()
            }
        );
    }
}
