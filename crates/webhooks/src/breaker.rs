//! A circuit breaker for each endpoint: one that keeps failing is left alone for a while, so that it slows nobody.
//!
//! Kept by each server for itself: it saves this server's connections, and decides nothing that must last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use countersign_kernel::id::WebhookId;
use countersign_kernel::time::Instant;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Failures in a row that open the breaker.
const FAILURES: u32 = 5;

/// How long it stays open.
const OPEN: TimeDelta = TimeDelta::seconds(30);

/// Attempts at one endpoint at once, from one server.
const AT_ONCE: usize = 16;

/// Endpoints that are told to be full at most: what is left out of a claim has its bound.
const FULL: usize = 64;

struct Line {
    failures: u32,
    open_until: Option<Instant>,
    slots: Arc<Semaphore>,
    /// For one that failed to the end: a single attempt finds out whether it is back, and holds one slot for that.
    trial: Arc<Semaphore>,
}

impl Line {
    fn now(&self) -> &Arc<Semaphore> {
        if self.failures >= FAILURES {
            &self.trial
        } else {
            &self.slots
        }
    }
}

impl Default for Line {
    fn default() -> Self {
        Self {
            failures: 0,
            open_until: None,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            trial: Arc::new(Semaphore::new(1)),
        }
    }
}

/// What this server knows of each endpoint's health.
#[derive(Default)]
pub struct Breakers(Mutex<HashMap<WebhookId, Line>>);

impl Breakers {
    /// For how long the endpoint is left alone yet, if it is; never for longer than the breaker opens, however the
    /// server's clock is set.
    pub fn open_for(&self, endpoint: WebhookId, now: Instant) -> Option<TimeDelta> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = lines.get(&endpoint).and_then(|line| line.open_until)?;
        let left = TimeDelta::milliseconds(until.millis().saturating_sub(now.millis()));
        (left > TimeDelta::zero()).then(|| left.min(OPEN))
    }

    /// Slots of the endpoint's own: a slow one uses up its own, never another's.
    pub fn slots(&self, endpoint: WebhookId) -> Arc<Semaphore> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lines.entry(endpoint).or_default().now())
    }

    /// Endpoints that have all the attempts that they may have.
    pub fn full(&self) -> Vec<Uuid> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = lines
            .iter()
            .filter(|(_, line)| line.now().available_permits() == 0);
        full.map(|(endpoint, _)| endpoint.0).take(FULL).collect()
    }

    pub fn note(&self, endpoint: WebhookId, succeeded: bool, now: Instant) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(endpoint).or_default();
        line.failures = if succeeded {
            0
        } else {
            line.failures.saturating_add(1)
        };
        line.open_until = (line.failures >= FAILURES).then(|| now.plus(OPEN));
    }

    pub fn forget(&self, endpoint: WebhookId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&endpoint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_open_it_and_one_success_closes_it() {
        let (breakers, one) = (Breakers::default(), WebhookId(Uuid::from_u128(1)));
        let now = Instant::from_millis(0);
        for _ in 0..4 {
            breakers.note(one, false, now);
        }
        assert_eq!(breakers.open_for(one, now), None);
        breakers.note(one, false, now);
        assert_eq!(breakers.open_for(one, now), Some(OPEN));
        assert_eq!(breakers.open_for(one, now.plus(OPEN)), None);
        breakers.note(one, true, now);
        assert_eq!(breakers.open_for(one, now), None);
    }
}
