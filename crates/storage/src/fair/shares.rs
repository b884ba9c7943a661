//! How a stretch of time that several tenants wait for the end of is shared out among them.

use std::time::Duration;

use countersign_kernel::id::TenantId;

/// What each tenant has taken of it so far. Who has taken its part begins nothing more, so that whoever came for little is
/// answered soon; a tenant alone has all of it.
#[derive(Debug)]
pub(crate) struct TimeShares {
    whole: Duration,
    taken: Vec<(TenantId, Duration)>,
}

impl TimeShares {
    pub(crate) fn of(whole: Duration) -> Self {
        Self {
            whole,
            taken: Vec::with_capacity(4),
        }
    }

    pub(crate) fn add(&mut self, tenant: TenantId, took: Duration) {
        match self.taken.iter_mut().find(|(of, _)| *of == tenant) {
            Some((_, taken)) => *taken += took,
            None => self.taken.push((tenant, took)),
        }
    }

    /// Whether something of this tenant may begin.
    pub(crate) fn may(&self, tenant: TenantId) -> bool {
        let taken = self.taken.iter().find(|(of, _)| *of == tenant);
        let tenants = u32::try_from(self.taken.len()).unwrap_or(u32::MAX).max(1);
        taken.is_none_or(|(_, taken)| *taken < self.whole / tenants)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use countersign_kernel::id::TenantId;
    use uuid::Uuid;

    use super::TimeShares;

    const CROWD: TenantId = TenantId(Uuid::from_u128(1));
    const ONE: TenantId = TenantId(Uuid::from_u128(2));
    const THIRD: TenantId = TenantId(Uuid::from_u128(3));

    #[test]
    fn who_is_alone_has_all_and_who_is_not_has_a_part() {
        let mut shares = TimeShares::of(Duration::from_millis(12));
        shares.add(CROWD, Duration::from_millis(7));
        assert!(shares.may(CROWD) && shares.may(ONE));
        shares.add(ONE, Duration::from_millis(1));
        assert!(!shares.may(CROWD), "more than half");
        assert!(shares.may(ONE));
        shares.add(ONE, Duration::from_millis(4));
        shares.add(THIRD, Duration::from_millis(1));
        assert!(!shares.may(ONE), "more than a third");
        assert!(shares.may(THIRD));
    }
}
