//! How many of something may be open at once, for each of many: connections of an address, streams of a person.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

type Open<K> = Arc<Mutex<HashMap<K, usize>>>;

/// So many at once for each key. Who has none takes no memory.
#[derive(Debug)]
pub struct Permits<K> {
    most: usize,
    open: Open<K>,
}

/// One that is open; dropped, it makes room for the next.
#[derive(Debug)]
pub struct Permit<K: Eq + Hash> {
    key: K,
    open: Open<K>,
}

impl<K: Eq + Hash + Clone> Permits<K> {
    pub fn new(most: usize) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    pub fn most(&self) -> usize {
        self.most
    }

    /// Opens one; none where as many are open as may be.
    pub fn take(&self, key: K) -> Option<Permit<K>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key.clone()).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(open);
        Some(Permit {
            key,
            open: Arc::clone(&self.open),
        })
    }
}

impl<K: Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn one_that_closes_makes_room_for_its_own_key() {
        let permits = Permits::new(2);
        let (first, _second) = (permits.take("a").unwrap(), permits.take("a").unwrap());
        assert!(permits.take("a").is_none());
        let other = permits.take("b");
        assert!(other.is_some());
        drop(first);
        assert!(permits.take("a").is_some());
        drop(other);
        assert!(!permits.open.lock().unwrap().contains_key("b"), "forgotten");
    }
}
