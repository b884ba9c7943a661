//! Where files are checked, tested and simulated: on blocking threads, as many at once as there are processors, and each
//! with a deadline. A tenant has at most half of the places, so that one tenant's files never keep out all others.

mod places;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use countersign_engine::{Deadline, TooCostly};
use countersign_kernel::id::TenantId;
use tokio::sync::Semaphore;

use places::Places;

/// Places for each thread: one at work, the others waiting for it.
const PLACES: usize = 8;
/// How long one piece of work may take unless the operator says otherwise.
const TIMEOUT: Duration = Duration::from_secs(1);

/// A bounded pool of threads.
pub struct Pool {
    threads: Arc<Semaphore>,
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
            threads: Arc::new(Semaphore::new(threads)),
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
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let thread = thread.map_err(|error| Declined::Failed(error.to_string()))?;
        let left = Left::default();
        let (timeout, has_left) = (self.timeout, Arc::clone(&left.0));
        let done = tokio::task::spawn_blocking(move || {
            // Given back when the work has ended, not when it is no longer waited for.
            let _held = (place, thread);
            let begun = Instant::now();
            let is_over = || has_left.load(Ordering::Relaxed) || begun.elapsed() >= timeout;
            work(&Deadline::new(&is_over))
        });
        let done = done.await;
        done.map_err(|error| Declined::Failed(error.to_string()))?
            .map_err(|TooCostly| Declined::TooCostly { timeout })
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
