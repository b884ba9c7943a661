//! How much of the processor each tenant takes to answer its calls. Beside others, one that takes more than its share waits
//! before its next call begins; alone it takes what there is.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use countersign_kernel::id::TenantId;

use crate::problem::Problem;
use crate::seen::Seen;

/// What was used is forgotten at this rate: after so long, about a third of it still counts.
const MEMORY: Duration = Duration::from_millis(100);
/// Who has called within this time is one of those who share.
const RECENT: Duration = Duration::from_secs(1);
/// For so long the number of those who share is taken as it was counted.
const COUNTED: Duration = Duration::from_millis(50);
/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// Calls of one tenant that wait for their turn.
const WAITING: usize = 256;
/// Tenants that are remembered before those are looked for that no longer count.
const CROWD: usize = 1_024;

/// The shares of all tenants.
#[derive(Clone)]
pub(crate) struct CpuShares(Arc<Shares>);

struct Shares {
    began: Stopwatch,
    threads: f64,
    accounts: Mutex<Accounts>,
}

#[derive(Default)]
struct Accounts {
    of: HashMap<TenantId, Account>,
    all: Used,
    /// How many share, and when they were counted.
    sharing: usize,
    counted: Option<Duration>,
}

/// One tenant's.
#[derive(Default)]
struct Account {
    used: Used,
    /// What a call takes, as the last ones did.
    usual: f64,
    called: Duration,
    waiting: usize,
    /// Who waits, waits in order.
    turns: Arc<tokio::sync::Mutex<()>>,
}

/// Seconds of the processor, of which less counts as time goes by.
#[derive(Clone, Copy, Default)]
struct Used {
    seconds: f64,
    at: Duration,
}

impl Used {
    fn add(&mut self, seconds: f64, now: Duration) {
        self.seconds = (self.by(now) + seconds).max(0.0);
        self.at = self.at.max(now);
    }

    fn by(&self, now: Duration) -> f64 {
        let since = now.saturating_sub(self.at).as_secs_f64();
        self.seconds * (-since / MEMORY.as_secs_f64()).exp()
    }
}

impl Accounts {
    /// How long the tenant waits before it may call; none if it may.
    fn wait(&mut self, tenant: TenantId, threads: f64, now: Duration) -> Option<Duration> {
        let all_there_is = threads * MEMORY.as_secs_f64();
        let own = self.of.get(&tenant)?.used.by(now);
        // Nobody who takes little needs to be compared with the others.
        if own < all_there_is / 16.0 {
            return None;
        }
        let sharing = self.count(now);
        if sharing < 2 {
            return None;
        }
        let others = self.all.by(now) - own;
        let share = (all_there_is / sharing as f64).max(all_there_is / 2.0 - others);
        (own > share).then(|| {
            let until = MEMORY.mul_f64((own / share).ln());
            until.clamp(Duration::from_millis(1), MEMORY)
        })
    }

    /// How many share. Those that have not called for long are forgotten.
    fn count(&mut self, now: Duration) -> usize {
        if self
            .counted
            .is_none_or(|counted| now.saturating_sub(counted) > COUNTED)
        {
            self.of
                .retain(|_, account| account.waiting > 0 || now.saturating_sub(account.called) < RECENT);
            self.sharing = self.of.len();
            self.counted = Some(now);
        }
        self.sharing
    }

    /// A call begins: what one usually takes counts from now on. What was counted.
    fn begin(&mut self, tenant: TenantId, now: Duration) -> f64 {
        if self.of.len() >= CROWD {
            self.count(now);
        }
        let account = self.of.entry(tenant).or_default();
        account.called = now;
        account.used.add(account.usual, now);
        self.all.add(account.usual, now);
        account.usual
    }

    fn add(&mut self, tenant: TenantId, seconds: f64, now: Duration) {
        let account = self.of.entry(tenant).or_default();
        account.called = now;
        account.used.add(seconds, now);
        self.all.add(seconds, now);
    }

    fn learn(&mut self, tenant: TenantId, took: f64) {
        if let Some(account) = self.of.get_mut(&tenant) {
            account.usual += (took - account.usual) / 8.0;
        }
    }
}

impl Default for CpuShares {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self(Arc::new(Shares {
            began: Stopwatch::now(),
            threads: threads as f64,
            accounts: Mutex::default(),
        }))
    }
}

impl CpuShares {
    /// Waits until the tenant may call; 503 where too many of its calls wait, or one waits for too long.
    pub(crate) async fn turn(&self, tenant: TenantId) -> Result<Turn, Problem> {
        let turns = {
            let mut accounts = self.accounts();
            let crowded = accounts.of.get(&tenant).map_or(0, |account| account.waiting);
            if crowded == 0 && accounts.wait(tenant, self.0.threads, self.now()).is_none() {
                return Ok(self.begin(accounts, tenant));
            }
            if crowded >= WAITING {
                return Err(Problem::unavailable(1));
            }
            let account = accounts.of.entry(tenant).or_default();
            account.waiting += 1;
            Arc::clone(&account.turns)
        };
        let _waits = Waits { shares: self, tenant };
        let turn = async {
            let _first = turns.lock().await;
            loop {
                let wait = {
                    let mut accounts = self.accounts();
                    match accounts.wait(tenant, self.0.threads, self.now()) {
                        None => return self.begin(accounts, tenant),
                        Some(wait) => wait,
                    }
                };
                tokio::time::sleep(wait).await;
            }
        };
        let turn = tokio::time::timeout(PATIENCE, turn).await;
        turn.map_err(|_| Problem::unavailable(1))
    }

    fn begin(&self, mut accounts: MutexGuard<'_, Accounts>, tenant: TenantId) -> Turn {
        let counted = accounts.begin(tenant, self.now());
        Turn {
            shares: self.clone(),
            tenant,
            counted: Cell::new(counted),
            taken: Cell::new(0.0),
        }
    }

    fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.0.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.0.began.elapsed()
    }
}

/// One call of a tenant that waits for its turn.
struct Waits<'a> {
    shares: &'a CpuShares,
    tenant: TenantId,
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        if let Some(account) = self.shares.accounts().of.get_mut(&self.tenant) {
            account.waiting -= 1;
        }
    }
}

/// A call that has begun. What it takes is its tenant's.
pub(crate) struct Turn {
    shares: CpuShares,
    tenant: TenantId,
    counted: Cell<f64>,
    taken: Cell<f64>,
}

impl Turn {
    /// So much was taken; what is more than was counted counts at once.
    fn took(&self, seconds: f64) {
        let taken = self.taken.get() + seconds;
        self.taken.set(taken);
        if taken > self.counted.get() {
            let more = taken - self.counted.replace(taken);
            let now = self.shares.now();
            self.shares.accounts().add(self.tenant, more, now);
        }
    }
}

impl Drop for Turn {
    /// What was counted and not taken is given back.
    fn drop(&mut self) {
        let (taken, now) = (self.taken.get(), self.shares.now());
        let mut accounts = self.shares.accounts();
        accounts.add(self.tenant, taken - self.counted.get(), now);
        accounts.learn(self.tenant, taken);
    }
}

/// Answers a request, and counts what it takes of the processor as its caller's.
pub(crate) struct Metered<F> {
    answering: Pin<Box<F>>,
    seen: Rc<Seen>,
}

impl<F: Future> Metered<F> {
    pub(crate) fn new(seen: &Rc<Seen>, answering: F) -> Self {
        Self {
            answering: Box::pin(answering),
            seen: Rc::clone(seen),
        }
    }
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let began = Stopwatch::now();
        let polled = this.answering.as_mut().poll(context);
        if let Some(turn) = this.seen.turn.get() {
            turn.took(began.elapsed().as_secs_f64());
        }
        polled
    }
}

#[cfg(test)]
mod tests;
