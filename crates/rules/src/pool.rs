//! Where files are checked, tested and simulated: on threads of their own, as many at once as there are processors, and each
//! with a deadline. A tenant has at most half of the threads and of the places, so that one tenant's files never keep out
//! all others, nor hold their calls back.

mod places;
mod threads;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use countersign_engine::{Deadline, TooCostly};
use countersign_kernel::id::TenantId;
use tokio::sync::{AcquireError, Semaphore};

use places::Places;
use threads::{Stopwatch, Threads};

/// Places for each thread: one at work, the others waiting for it.
const PLACES: usize = 8;
/// What one piece of work may take of the processor unless the operator says otherwise.
const TIMEOUT: Duration = Duration::from_secs(1);

/// A bounded pool of threads.
pub struct Pool {
    threads: Threads,
    free: Arc<Semaphore>,
    /// The threads that one tenant may have, for those who have or want some.
    of_tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
    most_of_one: usize,
    places: Places,
    timeout: Duration,
}

/// Why the pool has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Declined {
    #[error("the tenant has {share} files at work or waiting, as many as it may")]
    ShareTaken { share: usize },
    #[error("all places are taken")]
    Full,
    #[error("it takes more than {} ms", timeout.as_millis())]
    TooCostly { timeout: Duration },
    #[error("the work was not ended: {0}")]
    Failed(String),
}

impl Default for Pool {
    fn default() -> Self {
        Self::new(
            thread::available_parallelism().map_or(1, NonZeroUsize::get),
            TIMEOUT,
        )
    }
}

impl Pool {
    pub fn new(threads: usize, timeout: Duration) -> Self {
        let threads = threads.max(1);
        Self {
            threads: Threads::default(),
            free: Arc::new(Semaphore::new(threads)),
            of_tenants: Mutex::default(),
            most_of_one: (threads / 2).max(1),
            places: Places::new(threads * PLACES),
            timeout,
        }
    }

    /// The same, where each piece of work may take so long.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Does a tenant's work once a thread is free. It looks at its deadline, which also passes when nobody waits any more.
    pub async fn run<T, F>(&self, tenant: TenantId, work: F) -> Result<T, Declined>
    where
        T: Send + 'static,
        F: FnOnce(&Deadline<'_>) -> Result<T, TooCostly> + Send + 'static,
    {
        let place = self.places.take(tenant)?;
        let failed = |error: AcquireError| Declined::Failed(error.to_string());
        let own = self.of_tenant(tenant).acquire_owned().await.map_err(failed)?;
        let thread = Arc::clone(&self.free).acquire_owned().await.map_err(failed)?;
        let left = Left::default();
        let (timeout, has_left) = (self.timeout, Arc::clone(&left.0));
        let done = self.threads.spawn(move || {
            // Given back when the work has ended, not when it is no longer waited for.
            let _held = (place, own, thread);
            let stopwatch = Stopwatch::start();
            let is_over = || has_left.load(Ordering::Relaxed) || stopwatch.has_spent(timeout);
            work(&Deadline::new(&is_over))
        });
        let done = done?.await;
        done.map_err(|error| Declined::Failed(error.to_string()))?
            .map_err(|TooCostly| Declined::TooCostly { timeout })
    }

    fn of_tenant(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut of_tenants = self.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        of_tenants.retain(|_, threads| Arc::strong_count(threads) > 1);
        let most = || Arc::new(Semaphore::new(self.most_of_one));
        Arc::clone(of_tenants.entry(tenant).or_insert_with(most))
    }
}

/// Says that nobody waits any more: a caller who goes away drops what waits for the answer.
#[derive(Default)]
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
