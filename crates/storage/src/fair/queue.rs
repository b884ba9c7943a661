//! A queue for each tenant, served in turn.

use std::collections::{HashMap, VecDeque};

use countersign_kernel::id::TenantId;

/// What waits. Tenants take turns; what one tenant has waiting keeps its order.
#[derive(Debug)]
pub(crate) struct FairQueue<T> {
    by_tenant: HashMap<TenantId, VecDeque<T>>,
    /// Whoever has something waiting, in the order of their turns.
    turns: VecDeque<TenantId>,
    len: usize,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self {
            by_tenant: HashMap::new(),
            turns: VecDeque::new(),
            len: 0,
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
        let next = self.turns.iter().position(|tenant| may(*tenant))?;
        let tenant = self.turns.remove(next)?;
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
}

#[cfg(test)]
mod tests {
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
