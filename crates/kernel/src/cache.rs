//! Caches that are bounded in bytes: what was not used for longest goes first.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::sync::{Cache as Inner, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// How much memory a value takes up, about.
pub trait Weigh {
    fn bytes(&self) -> usize;
}

impl<T: Weigh> Weigh for Arc<T> {
    fn bytes(&self) -> usize {
        T::bytes(self)
    }
}

/// A cache of at most so many bytes. A value that is heavier alone counts as all of it, so that it is kept by itself.
pub struct Cache<K, V> {
    inner: Inner<K, V, Weights>,
    /// Whoever compares and then writes does so alone.
    writing: Mutex<()>,
}

#[derive(Clone)]
struct Weights {
    bytes_max: u64,
}

impl<K, V: Weigh> Weighter<K, V> for Weights {
    fn weight(&self, _: &K, value: &V) -> u64 {
        (value.bytes() as u64).clamp(1, self.bytes_max)
    }
}

impl<K: Eq + Hash + Clone, V: Weigh + Clone> Cache<K, V> {
    /// `values` is how many it is made for; it holds more or fewer, as their weight allows.
    pub fn new(values: usize, bytes_max: usize) -> Self {
        let bytes_max = bytes_max as u64;
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(values)
            .weight_capacity(bytes_max)
            // All of it may be taken by what is used again and again.
            .hot_allocation(1.0)
            .build();
        let inner = match options {
            Ok(options) => Inner::with_options(
                options,
                Weights { bytes_max },
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            Err(_) => Inner::with(
                values,
                bytes_max,
                Weights { bytes_max },
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
        };
        Self {
            inner,
            writing: Mutex::new(()),
        }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        self.inner.get(key)
    }

    pub fn insert(&self, key: K, value: V) {
        self.inner.insert(key, value);
    }

    /// Keeps the value if nothing is there, or what is there is older.
    pub fn insert_newer(&self, key: K, value: V, is_older: impl FnOnce(&V) -> bool) {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.peek(&key).is_none_or(|held| is_older(&held)) {
            self.inner.insert(key, value);
        }
    }

    /// What all of it weighs.
    pub fn bytes(&self) -> u64 {
        self.inner.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, Weigh};

    #[derive(Clone)]
    struct Heavy(usize);

    impl Weigh for Heavy {
        fn bytes(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn what_it_weighs_stays_within_its_bound() {
        let cache = Cache::new(10, 1_000);
        for key in 0..500 {
            cache.insert(key, Heavy(90));
            assert!(cache.bytes() <= 1_000);
            assert!(cache.get(&key).is_some(), "what came last is there");
        }
        assert!(cache.bytes() > 500, "it is made use of");
    }

    #[test]
    fn what_is_heavier_than_all_of_it_is_kept_alone() {
        let cache = Cache::new(10, 1_000);
        cache.insert(1, Heavy(10));
        cache.insert(2, Heavy(5_000));
        assert!(cache.get(&2).is_some());
        assert!(cache.bytes() <= 1_000);
    }

    #[test]
    fn what_is_used_again_and_again_stays() {
        let cache = Cache::new(10, 1_000);
        cache.insert(0, Heavy(100));
        for key in 1..200 {
            assert!(cache.get(&0).is_some());
            cache.insert(key, Heavy(100));
        }
        assert!(cache.get(&0).is_some());
    }

    #[test]
    fn an_older_value_does_not_take_the_place_of_a_newer_one() {
        let cache = Cache::new(10, 1_000);
        cache.insert_newer((), Heavy(2), |held| held.0 < 2);
        cache.insert_newer((), Heavy(1), |held| held.0 < 1);
        assert_eq!(cache.get(&()).map(|held| held.0), Some(2));
    }
}
