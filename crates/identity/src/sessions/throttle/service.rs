//! The use cases of the back-off: ask before a password is checked, count a failure, note a success.

use std::time::Duration;

use chrono::TimeDelta;
use countersign_kernel::time::Instant;
use countersign_storage::{Rule, RuleLock, Uow, Work};
use tokio::sync::{Mutex, MutexGuard};

use super::{Allowance, Attempt, FAMILIAR, Failures, Throttle, store};
use crate::error::Error;
use crate::identity::Identity;
use crate::tenants::SYSTEM_TENANT;

/// A place that was seen today need not be written down again.
const SEEN_AGAIN: TimeDelta = TimeDelta::days(1);
/// So many accounts can be tried side by side; those that share a place in line wait for each other.
const LINES: usize = 64;
/// So long a try waits in line before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// Failures under one key are counted one after the other.
const COUNT: Rule = Rule::named("sign-in failures");

/// Guards the doors of one server.
pub struct Guard {
    throttle: Throttle,
    /// An account's tries are judged one after the other, or many at once would all be the one that is let through.
    lines: Vec<Mutex<()>>,
}

/// An attempt that is judged now, and no other of its account meanwhile on this server. How it ended is to be told.
pub struct Judging<'a> {
    identity: &'a Identity,
    guarded: Option<(&'a Guard, MutexGuard<'a, ()>, Admitted)>,
}

/// Lets an attempt be judged, or says how long it waits. Whoever waits is not counted again.
pub async fn judging<'a>(identity: &'a Identity, attempt: &Attempt) -> Result<Judging<'a>, Error> {
    let Some(guard) = identity.guard() else {
        return Ok(Judging {
            identity,
            guarded: None,
        });
    };
    // Who comes too early does not stand in line. Those who stood before may have failed meanwhile.
    guard.admit(identity, attempt).await?;
    let line = guard.line(attempt).await?;
    let admitted = guard.admit(identity, attempt).await?;
    Ok(Judging {
        identity,
        guarded: Some((guard, line, admitted)),
    })
}

/// Forgives the failures of somebody who proved otherwise who they are, wherever they were counted, and remembers the place.
pub async fn proven_otherwise(identity: &Identity, attempt: Attempt) -> Result<(), Error> {
    if identity.guard().is_none() {
        return Ok(());
    }
    let work = Forgive {
        keys: vec![attempt.account, attempt.account_here.clone()],
        place: attempt.account_here,
        now: identity.clock().now(),
    };
    identity.db().write(SYSTEM_TENANT, work).await
}

impl Judging<'_> {
    /// Counts a failure.
    pub async fn failed(self) -> Result<(), Error> {
        match &self.guarded {
            Some((guard, _, admitted)) => guard.failed(self.identity, admitted).await,
            None => Ok(()),
        }
    }

    /// Forgives the account's failures, and remembers the place as one of the person's.
    pub async fn succeeded(self) -> Result<(), Error> {
        match self.guarded {
            Some((_, _, admitted)) if admitted.noteworthy => admitted.succeeded(self.identity).await,
            Some(_) | None => Ok(()),
        }
    }
}

/// An attempt that was let through.
struct Admitted {
    attempt: Attempt,
    familiar: bool,
    /// Whether a success has anything to write down.
    noteworthy: bool,
}

impl Guard {
    pub fn new(throttle: Throttle) -> Self {
        Self {
            throttle,
            lines: (0..LINES).map(|_| Mutex::default()).collect(),
        }
    }

    /// Waits until the tries before this one are judged.
    async fn line(&self, attempt: &Attempt) -> Result<MutexGuard<'_, ()>, Error> {
        let place = attempt
            .account
            .bytes()
            .fold(0_usize, |sum, digit| sum.wrapping_mul(31) + usize::from(digit));
        let line = self.lines.get(place % LINES).ok_or(Error::Busy)?;
        let waited = tokio::time::timeout(PATIENCE, line.lock()).await;
        waited.map_err(|_| Error::Busy)
    }

    async fn admit(&self, identity: &Identity, attempt: &Attempt) -> Result<Admitted, Error> {
        let now = identity.clock().now();
        let reader = identity.db().read(SYSTEM_TENANT).await?;
        let failures = store::failures(&reader, &attempt.keys()).await?;
        let seen_at = store::seen_at(&reader, &attempt.account_here).await?;
        drop(reader);
        let familiar = seen_at.is_some_and(|at| now < at.plus(FAMILIAR));
        let admitted = Admitted {
            attempt: attempt.clone(),
            familiar,
            noteworthy: failures.contains_key(attempt.counted(familiar))
                || seen_at.is_none_or(|at| now >= at.plus(SEEN_AGAIN)),
        };
        let next_at = admitted
            .allowances(self.throttle)
            .into_iter()
            .filter_map(|(key, allowance)| Some(allowance.next_at(*failures.get(key)?)))
            .max()
            .filter(|next_at| *next_at > now);
        match next_at {
            None => Ok(admitted),
            Some(next_at) => Err(Error::Throttled {
                wait_s: wait_s(now, next_at),
            }),
        }
    }

    async fn failed(&self, identity: &Identity, admitted: &Admitted) -> Result<(), Error> {
        let counts = admitted.allowances(self.throttle);
        let work = Count {
            counts: counts.map(|(key, allowance)| (key.to_owned(), allowance)),
            now: identity.clock().now(),
        };
        identity.db().write(SYSTEM_TENANT, work).await
    }
}

impl Attempt {
    /// The key under which failures of the account are counted here.
    fn counted(&self, familiar: bool) -> &str {
        if familiar {
            &self.account_here
        } else {
            &self.account
        }
    }
}

impl Admitted {
    /// What counts, in the order in which it is locked.
    fn allowances(&self, throttle: Throttle) -> [(&str, Allowance); 2] {
        [
            (self.attempt.counted(self.familiar), throttle.account),
            (&self.attempt.address, throttle.address),
        ]
    }

    async fn succeeded(self, identity: &Identity) -> Result<(), Error> {
        let work = Forgive {
            keys: vec![self.attempt.counted(self.familiar).to_owned()],
            place: self.attempt.account_here,
            now: identity.clock().now(),
        };
        identity.db().write(SYSTEM_TENANT, work).await
    }
}

fn wait_s(now: Instant, next_at: Instant) -> u64 {
    let wait_ms = next_at.millis() - now.millis();
    u64::try_from(wait_ms).unwrap_or_default().div_ceil(1000)
}

struct Count {
    counts: [(String, Allowance); 2],
    now: Instant,
}

impl Work for Count {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        let locks = self
            .counts
            .iter()
            .map(|(key, _)| COUNT.exclusive_for(key.clone()));
        locks.collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let keys: Vec<&str> = self.counts.iter().map(|(key, _)| key.as_str()).collect();
        let before = store::failures(uow.reads(), &keys).await?;
        let after: Vec<(&str, Failures)> = self
            .counts
            .iter()
            .map(|(key, allowance)| {
                let failures = allowance.one_more(before.get(key).copied(), self.now);
                (key.as_str(), failures)
            })
            .collect();
        Ok(store::keep(uow, &after).await?)
    }
}

struct Forgive {
    keys: Vec<String>,
    place: String,
    now: Instant,
}

impl Work for Forgive {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        store::forgive(uow, &self.keys).await?;
        Ok(store::see(uow, &self.place, self.now).await?)
    }
}
