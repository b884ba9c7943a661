//! The units of work that wait for the writing thread: of tenants that took little of its time first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_kernel::id::TenantId;
use tokio::sync::{Notify, oneshot};

use super::writer::Job;
use crate::Error;
use crate::fair::FairQueue;

/// Units of work that may wait; who comes after gets 503.
const MOST: usize = 1024;
/// What one tenant may have waiting of these.
const MOST_OF_ONE: usize = MOST / 2;

/// Shared by whoever wants something written and the writing thread.
#[derive(Default)]
pub(super) struct Orders {
    state: Mutex<State>,
    filled: Notify,
}

#[derive(Default)]
struct State {
    waiting: FairQueue<Box<dyn Job>>,
    /// Whoever was admitted is served; nobody else is admitted.
    closed: bool,
    /// Are told when the file is closed.
    closing: Vec<oneshot::Sender<()>>,
    /// Whether the writing thread has ended.
    ended: bool,
}

impl Orders {
    pub(super) fn push(&self, tenant: TenantId, job: Box<dyn Job>) -> Result<(), Error> {
        let mut state = self.state();
        if state.closed {
            return Err(stopping());
        }
        if state.waiting.len() >= MOST || state.waiting.len_of(tenant) >= MOST_OF_ONE {
            return Err(Error::unavailable("too many changes are waiting"));
        }
        state.waiting.push(tenant, job);
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// The next one of a tenant that may begin something, if one waits.
    pub(super) fn take_if(&self, may: impl Fn(TenantId) -> bool) -> Option<Box<dyn Job>> {
        self.state().waiting.pop_if(may).map(|(_, job)| job)
    }

    /// What one of this tenant took of the writer's time: who took less is served before it.
    pub(super) fn charge(&self, tenant: TenantId, took: Duration) {
        self.state().waiting.charge(tenant, took);
    }

    /// Waits for the next one; none after the last one when the queue is closed.
    pub(super) async fn next(&self) -> Option<Box<dyn Job>> {
        loop {
            {
                let mut state = self.state();
                if let Some(job) = state.waiting.pop() {
                    return Some(job);
                }
                if state.closed {
                    return None;
                }
            }
            self.filled.notified().await;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    /// Admits nobody any more. `closing` is told when those who were admitted are served.
    pub(super) fn close(&self, closing: Option<oneshot::Sender<()>>) {
        let mut state = self.state();
        state.closed = true;
        if !state.ended {
            state.closing.extend(closing);
        }
        drop(state);
        self.filled.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by the writing thread: however it ends, nobody waits for it for ever.
pub(super) struct Served(pub(super) Arc<Orders>);

impl Drop for Served {
    fn drop(&mut self) {
        let (waiting, closing) = {
            let mut state = self.0.state();
            (state.closed, state.ended) = (true, true);
            (
                std::mem::take(&mut state.waiting),
                std::mem::take(&mut state.closing),
            )
        };
        drop(waiting);
        for told in closing {
            let _ = told.send(());
        }
    }
}

pub(super) fn stopping() -> Error {
    Error::unavailable("the server is stopping")
}
