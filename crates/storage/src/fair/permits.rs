//! So many of something at once, for tenants in turn: connections to the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_kernel::id::TenantId;
use sqlx::Error;
use tokio::sync::oneshot;
use tokio::time::Instant as Stopwatch;

use super::FairQueue;

/// How long one waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// Another tenant that called within this time is one to leave room for.
const RECENT: Duration = Duration::from_millis(500);

/// What is given to whoever asks; who has to wait is served by tenant, in turn. One tenant never holds the last ones,
/// so that another one need not wait for it.
///
/// Beside others one tenant holds fewer: a crowd at the database makes its own calls no faster, and takes the processors from
/// theirs.
pub(crate) struct Permits {
    state: Mutex<State>,
    /// What one tenant may hold, alone and beside others.
    most_of_one: usize,
    most_beside_others: usize,
}

struct State {
    free: usize,
    held: HashMap<TenantId, usize>,
    waiting: FairQueue<oneshot::Sender<Permit>>,
    callers: LastCallers,
    closed: bool,
}

/// The two tenants that called last, and when: enough to say for any whether another one did.
#[derive(Default)]
struct LastCallers {
    last: Option<(TenantId, Stopwatch)>,
    before: Option<(TenantId, Stopwatch)>,
}

/// Given back when it is dropped.
pub(crate) struct Permit {
    tenant: TenantId,
    of: Arc<Permits>,
    /// Whether it is one of those that are held.
    counts: bool,
}

impl Permits {
    /// So many, of which one tenant holds no more than these beside others.
    pub(crate) fn new(most: u32, beside_others: usize) -> Arc<Self> {
        let most = most.max(1) as usize;
        let kept_for_others = if most > 2 { (most / 8).max(1) } else { 0 };
        let most_of_one = most - kept_for_others;
        Arc::new(Self {
            state: Mutex::new(State {
                free: most,
                held: HashMap::new(),
                waiting: FairQueue::default(),
                callers: LastCallers::default(),
                closed: false,
            }),
            most_of_one,
            most_beside_others: beside_others.min(most_of_one),
        })
    }

    /// Somebody of the tenant waits for an answer: the others leave room for it. What works in the background asks for none.
    pub(crate) fn note_call(&self, tenant: TenantId) {
        self.state().callers.note(tenant, Stopwatch::now());
    }

    pub(crate) async fn take(self: &Arc<Self>, tenant: TenantId) -> Result<Permit, Error> {
        let answer = {
            let mut state = self.state();
            if state.closed {
                return Err(Error::PoolClosed);
            }
            let now = Stopwatch::now();
            let may_hold_more = held_by(&state.held, tenant) < self.most(tenant, &state.callers, now);
            if state.free > 0 && may_hold_more && state.waiting.len_of(tenant) == 0 {
                return Ok(self.give(&mut state, tenant));
            }
            let (asker, answer) = oneshot::channel();
            state.waiting.push(tenant, asker);
            answer
        };
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(given) => given.map_err(|_| Error::PoolClosed),
            Err(_) => Err(Error::PoolTimedOut),
        }
    }

    /// Whoever waits is told, and nobody is given any more.
    pub(crate) fn close(&self) {
        let waiting = {
            let mut state = self.state();
            state.closed = true;
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state().closed
    }

    fn give(self: &Arc<Self>, state: &mut State, tenant: TenantId) -> Permit {
        state.free -= 1;
        *state.held.entry(tenant).or_default() += 1;
        Permit {
            tenant,
            of: Arc::clone(self),
            counts: true,
        }
    }

    /// Takes one back, and serves those who may have it now.
    fn take_back(self: &Arc<Self>, tenant: TenantId) {
        self.state().put_back(tenant);
        while let Some((permit, asker)) = self.next() {
            if let Err(mut unwanted) = asker.send(permit) {
                // Whoever asked has gone.
                unwanted.counts = false;
                self.state().put_back(unwanted.tenant);
            }
        }
    }

    fn next(self: &Arc<Self>) -> Option<(Permit, oneshot::Sender<Permit>)> {
        let mut state = self.state();
        let State {
            free,
            held,
            waiting,
            callers,
            ..
        } = &mut *state;
        if *free == 0 {
            return None;
        }
        let now = Stopwatch::now();
        let (tenant, asker) =
            waiting.pop_if(|tenant| held_by(held, tenant) < self.most(tenant, callers, now))?;
        Some((self.give(&mut state, tenant), asker))
    }

    /// What the tenant may hold now.
    fn most(&self, tenant: TenantId, callers: &LastCallers, now: Stopwatch) -> usize {
        if callers.another_than(tenant, now) {
            self.most_beside_others
        } else {
            self.most_of_one
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put_back(&mut self, tenant: TenantId) {
        self.free += 1;
        if let Some(held) = self.held.get_mut(&tenant) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&tenant);
            }
        }
    }
}

impl LastCallers {
    fn note(&mut self, tenant: TenantId, now: Stopwatch) {
        if self.last.is_some_and(|(last, _)| last != tenant) {
            self.before = self.last;
        }
        self.last = Some((tenant, now));
    }

    fn another_than(&self, tenant: TenantId, now: Stopwatch) -> bool {
        let callers = [self.last, self.before].into_iter().flatten();
        callers
            .filter(|(other, _)| *other != tenant)
            .any(|(_, at)| now.saturating_duration_since(at) < RECENT)
    }
}

fn held_by(held: &HashMap<TenantId, usize>, tenant: TenantId) -> usize {
    held.get(&tenant).copied().unwrap_or_default()
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.counts {
            self.of.take_back(self.tenant);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use countersign_kernel::id::TenantId;
    use sqlx::Error;
    use uuid::Uuid;

    use super::{Permits, RECENT};

    const CROWD: TenantId = TenantId(Uuid::from_u128(1));
    const ONE: TenantId = TenantId(Uuid::from_u128(2));

    /// Whether an answer is there without waiting.
    macro_rules! now {
        ($asked:expr) => {
            futures_util::FutureExt::now_or_never(&mut $asked)
        };
    }

    #[tokio::test]
    async fn one_tenant_leaves_something_for_the_others_and_the_first_free_goes_round() {
        let permits = Permits::new(4, 3);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(permits.take(CROWD).await.unwrap());
        }
        let mut fourth = Box::pin(permits.take(CROWD));
        let mut fifth = Box::pin(permits.take(CROWD));
        assert!(now!(fourth).is_none() && now!(fifth).is_none());
        let of_one = permits.take(ONE).await.unwrap();
        let mut second_of_one = Box::pin(permits.take(ONE));
        assert!(now!(second_of_one).is_none());
        held.pop();
        assert!(now!(second_of_one).is_none(), "the crowd asked first");
        let fourth = now!(fourth).unwrap().unwrap();
        held.pop();
        assert!(now!(fifth).is_none(), "and then it is another one's turn");
        let second_of_one = now!(second_of_one).unwrap().unwrap();
        drop((held, fourth, of_one, second_of_one));
        assert!(now!(fifth).unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_holds_less_while_another_one_calls() {
        let permits = Permits::new(16, 2);
        let mut held = Vec::new();
        for _ in 0..14 {
            held.push(permits.take(CROWD).await.unwrap());
        }
        let mut more: Vec<_> = (0..14).map(|_| Box::pin(permits.take(CROWD))).collect();
        assert!(more.iter_mut().all(|mut asked| now!(asked).is_none()));
        permits.note_call(ONE);
        held.truncate(2);
        assert!(more.iter_mut().all(|mut asked| now!(asked).is_none()));
        held.clear();
        let given: Vec<_> = more.iter_mut().filter_map(|mut asked| now!(asked)).collect();
        assert_eq!(given.len(), 2);
        permits.note_call(ONE);
        tokio::time::advance(RECENT).await;
        drop(given);
        let given = more.iter_mut().skip(2).filter_map(|mut asked| now!(asked));
        assert_eq!(given.count(), 12, "alone again, it takes what it wants");
    }

    #[tokio::test]
    async fn what_works_in_the_background_holds_nobody_back() {
        let permits = Permits::new(16, 2);
        permits.note_call(CROWD);
        let _of_one = permits.take(ONE).await.unwrap();
        let mut held = Vec::new();
        for _ in 0..14 {
            held.push(now!(Box::pin(permits.take(CROWD))).unwrap().unwrap());
        }
    }

    #[tokio::test]
    async fn who_went_away_loses_nothing_for_the_others() {
        let permits = Permits::new(1, 1);
        let first = permits.take(ONE).await.unwrap();
        for _ in 0..10_000 {
            let mut gone = Box::pin(permits.take(CROWD));
            assert!(now!(gone).is_none());
        }
        let mut given = Box::pin(permits.take(CROWD));
        assert!(now!(given).is_none());
        drop(first);
        // Given, and never looked at.
        drop(given);
        assert!(now!(Box::pin(permits.take(ONE))).unwrap().is_ok());
    }

    #[tokio::test]
    async fn who_waits_is_told_when_it_closes() {
        let permits = Permits::new(1, 1);
        let _held = permits.take(ONE).await.unwrap();
        let waits = tokio::spawn({
            let permits = Arc::clone(&permits);
            async move { permits.take(CROWD).await.is_err() }
        });
        tokio::task::yield_now().await;
        permits.close();
        assert!(waits.await.unwrap());
        assert!(matches!(permits.take(ONE).await, Err(Error::PoolClosed)));
    }
}
