//! A queue for each tenant, served by what each was served before.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use countersign_kernel::id::TenantId;

/// What waits. Who has been served least is next, and tenants that were served alike take turns; what one tenant has waiting
/// keeps its order.
///
/// How long each was served is counted from a floor that rises (start-time fair queueing). Who waits for nothing saves nothing
/// up, and who was served long owes no more than [`MOST_OWED`]: neither a quiet hour nor a slow second keeps anybody out.
#[derive(Debug)]
pub(crate) struct FairQueue<T> {
    by_tenant: HashMap<TenantId, VecDeque<T>>,
    /// Whoever has something waiting, in the order of their turns.
    turns: VecDeque<TenantId>,
    len: usize,
    /// How long each was served; who is not here stands at the floor.
    served: HashMap<TenantId, Duration>,
    /// Where whoever was served last began.
    floor: Duration,
}

/// How far a tenant stands behind whoever is served at most.
const MOST_OWED: Duration = Duration::from_millis(100);

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self {
            by_tenant: HashMap::new(),
            turns: VecDeque::new(),
            len: 0,
            served: HashMap::new(),
            floor: Duration::ZERO,
        }
    }
}

impl<T> FairQueue<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How much one tenant has waiting.
    pub(crate) fn len_of(&self, tenant: TenantId) -> usize {
        self.by_tenant.get(&tenant).map_or(0, VecDeque::len)
    }

    pub(crate) fn push(&mut self, tenant: TenantId, item: T) {
        let own = self.by_tenant.entry(tenant).or_default();
        if own.is_empty() {
            self.turns.push_back(tenant);
        }
        own.push_back(item);
        self.len += 1;
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.pop_if(|_| true).map(|(_, item)| item)
    }

    /// The first of the next tenant that may be served; who may not keeps its turn.
    pub(crate) fn pop_if(&mut self, may: impl Fn(TenantId) -> bool) -> Option<(TenantId, T)> {
        let waiting = self.turns.iter().enumerate().filter(|(_, tenant)| may(**tenant));
        let (next, _) = waiting.min_by_key(|(_, tenant)| self.served(**tenant))?;
        let tenant = self.turns.remove(next)?;
        self.floor = self.served(tenant);
        let floor = self.floor;
        self.served.retain(|_, served| *served > floor);
        let own = self.by_tenant.get_mut(&tenant)?;
        let item = own.pop_front()?;
        self.len -= 1;
        if own.is_empty() {
            self.by_tenant.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        Some((tenant, item))
    }

    /// The tenant was served for so long.
    pub(crate) fn charge(&mut self, tenant: TenantId, took: Duration) {
        let served = (self.served(tenant) + took).min(self.floor + MOST_OWED);
        self.served.insert(tenant, served);
    }

    fn served(&self, tenant: TenantId) -> Duration {
        self.served
            .get(&tenant)
            .map_or(self.floor, |served| *served.max(&self.floor))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use countersign_kernel::id::TenantId;
    use uuid::Uuid;

    use super::FairQueue;

    const CROWD: TenantId = TenantId(Uuid::from_u128(1));
    const ONE: TenantId = TenantId(Uuid::from_u128(2));

    #[test]
    fn tenants_take_turns_and_each_keeps_its_order() {
        let mut queue = FairQueue::default();
        for number in 0..5 {
            queue.push(CROWD, number);
        }
        queue.push(ONE, 10);
        queue.push(ONE, 11);
        assert_eq!((queue.len(), queue.len_of(CROWD), queue.len_of(ONE)), (7, 5, 2));
        let served: Vec<i32> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(served, [0, 10, 1, 11, 2, 3, 4]);
        assert_eq!((queue.len(), queue.len_of(CROWD)), (0, 0));
    }

    #[test]
    fn who_took_long_is_behind_who_did_not() {
        let long = Duration::from_millis(20);
        let mut queue = FairQueue::default();
        queue.push(CROWD, 0);
        queue.push(CROWD, 1);
        assert_eq!(queue.pop(), Some(0));
        // Comes while the crowd is served, behind whoever of it waits already.
        queue.push(ONE, 10);
        queue.charge(CROWD, long);
        assert_eq!(queue.pop(), Some(10));
        queue.charge(ONE, long / 4);
        queue.push(ONE, 11);
        assert_eq!(queue.pop(), Some(11), "it has had less still");
        queue.charge(ONE, long);
        queue.push(ONE, 12);
        assert_eq!(queue.pop(), Some(1));
    }

    #[test]
    fn who_was_served_very_long_is_not_kept_out_for_as_long() {
        let mut queue = FairQueue::default();
        queue.push(CROWD, 0);
        assert_eq!(queue.pop(), Some(0));
        queue.charge(CROWD, Duration::from_secs(5));
        queue.push(CROWD, 1);
        let mut before = 0;
        loop {
            queue.push(ONE, 10);
            match queue.pop() {
                Some(10) => before += 1,
                _ => break,
            }
            queue.charge(ONE, Duration::from_millis(20));
        }
        assert_eq!(before, 5);
    }

    #[test]
    fn who_was_away_has_saved_nothing_up() {
        let mut queue = FairQueue::default();
        for number in 0..100 {
            queue.push(CROWD, number);
            assert_eq!(queue.pop(), Some(number));
            queue.charge(CROWD, Duration::from_secs(1));
        }
        for number in 0..4 {
            queue.push(ONE, 10 + number);
            queue.push(CROWD, number);
        }
        let served: Vec<i32> = std::iter::from_fn(|| {
            let (tenant, item) = queue.pop_if(|_| true)?;
            queue.charge(tenant, Duration::from_secs(1));
            Some(item)
        })
        .collect();
        assert_eq!(served, [10, 0, 11, 1, 12, 2, 13, 3]);
        queue.push(ONE, 14);
        assert_eq!(queue.pop(), Some(14));
        assert!(queue.served.len() < 2, "who stands at the floor is not kept");
    }

    #[test]
    fn who_may_not_be_served_is_passed_over_and_keeps_its_turn() {
        let mut queue = FairQueue::default();
        queue.push(CROWD, 0);
        queue.push(ONE, 10);
        queue.push(ONE, 11);
        assert_eq!(queue.pop_if(|tenant| tenant == ONE), Some((ONE, 10)));
        assert_eq!(queue.pop_if(|_| false), None);
        assert_eq!(queue.pop(), Some(0));
        assert_eq!(queue.pop(), Some(11));
    }
}
