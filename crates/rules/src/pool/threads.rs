//! The threads of the pool, and what a piece of work takes of them.
//!
//! They give way: the system runs whatever else the server has to do before them, so that files cost nobody's calls more than
//! the processor's idle time. So that a busy server does not refuse a proper file, a deadline counts processor time.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::Declined;

/// A piece of work that gets so little of the processor ends after this many times what it may take of it.
const PATIENCE: u32 = 5;

/// Threads that are started when they are needed.
#[derive(Default)]
pub(super) struct Threads(OnceLock<Runtime>);

impl Threads {
    /// Runs it on one of them.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Declined> {
        if let Some(runtime) = self.0.get() {
            return Ok(runtime.spawn_blocking(work));
        }
        let runtime = Builder::new_current_thread()
            .thread_name("files")
            .on_thread_start(give_way)
            .build()
            .map_err(|error| Declined::Failed(error.to_string()))?;
        if let Err(second) = self.0.set(runtime) {
            second.shutdown_background();
        }
        self.spawn(work)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lets the other threads of the server go first.
fn give_way() {
    /// About a third of the weight of others; less would starve.
    #[cfg(target_os = "linux")]
    const NICENESS: i32 = 5;
    // On Linux a thread has a niceness of its own; elsewhere it is the whole process's, which must not give way.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "the threads that check files could not be told to give way to others");
    }
}

/// What the thread that started it has taken of the processor since.
pub(super) struct Stopwatch {
    begun: Instant,
    taken: Duration,
}

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self {
            begun: Instant::now(),
            taken: processor_time().unwrap_or_default(),
        }
    }

    pub(super) fn has_spent(&self, timeout: Duration) -> bool {
        let passed = self.begun.elapsed();
        if passed < timeout {
            return false;
        }
        let taken = processor_time().map_or(passed, |now| now.saturating_sub(self.taken));
        taken >= timeout || passed >= timeout.saturating_mul(PATIENCE)
    }
}

/// What this thread has taken of the processor, where that is known.
#[cfg(target_os = "linux")]
fn processor_time() -> Option<Duration> {
    let taken = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(
        u64::try_from(taken.tv_sec).ok()?,
        u32::try_from(taken.tv_nsec).ok()?,
    ))
}

#[cfg(not(target_os = "linux"))]
fn processor_time() -> Option<Duration> {
    None
}
