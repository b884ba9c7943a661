//! How often one may call: windows of a minute, which begin with their first call.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use countersign_kernel::actor::{Caller, Via};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use uuid::Uuid;

use crate::cpu::CpuShares;
use crate::problem::Problem;

/// So many calls in so many seconds, for each key.
pub struct Window<K> {
    name: &'static str,
    most: u32,
    seconds: i64,
    running: Mutex<HashMap<K, Running>>,
}

#[derive(Clone, Copy)]
struct Running {
    since: Instant,
    taken: u32,
}

/// What a window says after a call, as `RateLimit` and `RateLimit-Policy` carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    name: &'static str,
    most: u32,
    seconds: i64,
    /// Calls left in this window.
    pub left: u32,
    /// Seconds until the window ends.
    pub resets: i64,
    pub allowed: bool,
}

/// Keys that a window remembers before it forgets those whose time is over.
const CROWD: usize = 10_000;

impl<K: Eq + Hash> Window<K> {
    pub fn new(name: &'static str, most: u32, seconds: i64) -> Self {
        Self {
            name,
            most,
            seconds,
            running: Mutex::new(HashMap::new()),
        }
    }

    /// Counts one call.
    pub fn take(&self, key: K, now: Instant) -> Standing {
        let length = self.seconds * 1000;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.len() >= CROWD {
            running.retain(|_, run| now.millis() - run.since.millis() < length);
        }
        let run = running.entry(key).or_insert(Running { since: now, taken: 0 });
        if now.millis() - run.since.millis() >= length {
            *run = Running { since: now, taken: 0 };
        }
        let allowed = run.taken < self.most;
        run.taken = run.taken.saturating_add(u32::from(allowed));
        let ends = run.since.millis() + length;
        Standing {
            name: self.name,
            most: self.most,
            seconds: self.seconds,
            left: self.most - run.taken,
            resets: (ends - now.millis() + 999) / 1000,
            allowed,
        }
    }
}

impl Standing {
    pub(crate) fn limit(&self) -> String {
        format!("\"{}\";r={};t={}", self.name, self.left, self.resets)
    }

    pub(crate) fn policy(&self) -> String {
        format!("\"{}\";q={};w={}", self.name, self.most, self.seconds)
    }

    /// Refuses what is too much.
    pub fn check(&self) -> Result<(), Problem> {
        if self.allowed {
            Ok(())
        } else {
            Err(Problem::rate_limited(self.resets.unsigned_abs()))
        }
    }
}

/// The limits of the server.
pub struct Limits {
    windows: Option<Windows>,
    /// Holds whether calls are counted or not.
    pub(crate) cpu: CpuShares,
}

struct Windows {
    callers: Window<Uuid>,
    tenants: Window<TenantId>,
}

impl Limits {
    /// No limits: for tests, benchmarks and the demo.
    pub fn off() -> Self {
        Self {
            windows: None,
            cpu: CpuShares::default(),
        }
    }

    /// So many calls a minute for each session's person or key, and ten times that for each tenant.
    pub fn of(calls_a_minute: u32) -> Self {
        Self {
            windows: Some(Windows {
                callers: Window::new("caller", calls_a_minute, 60),
                tenants: Window::new("tenant", calls_a_minute.saturating_mul(10), 60),
            }),
            cpu: CpuShares::default(),
        }
    }

    /// Counts a caller's call; the standing that is nearer to its end.
    pub(crate) fn call(&self, caller: &Caller, now: Instant) -> Option<Standing> {
        let windows = self.windows.as_ref()?;
        let key = match caller.via {
            Via::Session(_) => caller.user.0,
            Via::Key(key) => key.0,
        };
        let own = windows.callers.take(key, now);
        if !own.allowed {
            return Some(own);
        }
        let all = windows.tenants.take(caller.tenant, now);
        Some(if all.allowed && own.left <= all.left {
            own
        } else {
            all
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_its_first_call_and_ends_in_time() {
        let window = Window::new("caller", 2, 60);
        let at = |seconds: i64| Instant::from_millis(1_000_000 + seconds * 1000);
        assert_eq!(window.take("a", at(0)).left, 1);
        assert!(window.take("a", at(30)).allowed);
        let over = window.take("a", at(59));
        assert!(!over.allowed && over.resets == 1 && over.left == 0);
        assert!(window.take("b", at(59)).allowed, "another key has its own window");
        assert_eq!(window.take("a", at(60)).left, 1);
        assert_eq!(over.policy(), "\"caller\";q=2;w=60");
    }
}
