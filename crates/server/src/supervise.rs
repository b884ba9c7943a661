//! Work in the background: started together, stopped together, and never silently dead.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long background work may take to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between a panic and the next start of its task.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// Tells every task to stop.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Returns when it is time to stop.
    pub(crate) async fn asked(&mut self) {
        // An error means that the supervisor is gone, which asks the same.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// The channel itself, for crates that take one.
    pub(crate) fn channel(&self) -> watch::Receiver<bool> {
        self.0.clone()
    }
}

/// All tasks of the server.
pub(crate) struct Supervisor {
    tasks: JoinSet<&'static str>,
    stop: watch::Sender<bool>,
}

impl Supervisor {
    pub(crate) fn new() -> Self {
        Self {
            tasks: JoinSet::new(),
            stop: watch::channel(false).0,
        }
    }

    pub(crate) fn stop_signal(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Runs the task until it ends by itself after [`Stop`]; one that panics is told of and started again.
    pub(crate) fn spawn<F>(&mut self, name: &'static str, task: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.subscribe();
        self.tasks.spawn(async move {
            while AssertUnwindSafe(task()).catch_unwind().await.is_err() && !*stop.borrow() {
                tracing::error!(name, "a background task panicked and is started again");
                tokio::time::sleep(AFTER_PANIC).await;
            }
            name
        });
    }

    /// Asks all to stop, waits, and says who did not.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.send(true);
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a background task ended badly");
                }
            }
        };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::warn!(
                "background work did not stop in time; what it had not committed is taken up at the next start"
            );
        }
    }
}
