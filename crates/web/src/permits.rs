//! What many hold at once: connections of an address, streams of a person, a tenant's part of some work.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many each key holds. Who holds none takes no memory.
#[derive(Debug)]
pub struct Held<K>(Arc<Mutex<HashMap<K, usize>>>);

/// One that is held; dropped, it makes room for the next.
#[derive(Debug)]
pub struct Permit<K: Eq + Hash> {
    key: K,
    held: Held<K>,
}

impl<K> Held<K> {
    fn counts(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone> Held<K> {
    /// Takes one more, if it may be taken by whoever holds so many of so many.
    pub fn take_if(&self, key: K, may: impl FnOnce(usize, usize) -> bool) -> Option<Permit<K>> {
        let mut counts = self.counts();
        let all = counts.values().sum();
        let own = counts.get(&key).copied().unwrap_or_default();
        if !may(own, all) {
            return None;
        }
        counts.insert(key.clone(), own + 1);
        drop(counts);
        Some(self.permit(key))
    }

    /// Takes one more.
    pub fn take(&self, key: K) -> Permit<K> {
        *self.counts().entry(key.clone()).or_insert(0) += 1;
        self.permit(key)
    }

    /// Who holds how many, at this moment.
    pub fn look<T>(&self, look: impl FnOnce(&HashMap<K, usize>) -> T) -> T {
        look(&self.counts())
    }

    fn permit(&self, key: K) -> Permit<K> {
        Permit {
            key,
            held: self.clone(),
        }
    }
}

impl<K> Default for Held<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K> Clone for Held<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut counts = self.held.counts();
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

/// So many at once for each key.
#[derive(Debug)]
pub struct Permits<K> {
    most: usize,
    held: Held<K>,
}

impl<K: Eq + Hash + Clone> Permits<K> {
    pub fn new(most: usize) -> Self {
        Self {
            most,
            held: Held::default(),
        }
    }

    pub fn most(&self) -> usize {
        self.most
    }

    /// Opens one; none where as many are open as may be.
    pub fn take(&self, key: K) -> Option<Permit<K>> {
        self.held.take_if(key, |own, _| own < self.most)
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
        assert!(permits.held.look(|counts| !counts.contains_key("b")), "forgotten");
    }
}
