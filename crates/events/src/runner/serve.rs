//! The life of one listener on one server: take the lease, read on, hand out, keep the cursor; wait; give up.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use countersign_kernel::id::TenantId;
use countersign_storage::{Db, Error, WindowCursor};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::dispatch::{Dispatcher, Known, wanted};
use super::feed::{Feed, LogBatch};
use super::lease::{Advance, Lease, Renew, Take};
use super::{Listener, Options, Progress, park};
use crate::consumer::{Failure, Standing};

/// The cursors belong to no tenant.
const NOBODY: TenantId = TenantId(Uuid::nil());
/// Two looks at the log are at least so far apart: what happens in between is read together.
const BREATH: Duration = Duration::from_millis(3);
/// The longest wait after trouble.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) struct Server {
    pub(super) db: Db,
    pub(super) feed: Arc<Feed>,
    pub(super) listener: Listener,
    pub(super) owner: String,
    pub(super) options: Options,
    pub(super) progress: Arc<Progress>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) nudge: watch::Receiver<u64>,
}

/// The wait for entries that may not be read yet.
const HELD_BACK: Duration = Duration::from_millis(20);

/// Where the listener stands, and how much of that is kept.
struct Place {
    lease: Lease,
    sequence: i64,
    dirty: bool,
    kept_at: Instant,
    /// Whether there is more behind it that may not be read yet.
    held_back: bool,
    /// Whether nothing came behind it when it was reached.
    at_end: bool,
    /// Whether it has been at the end of the log under this lease: an earlier version did nothing of what comes then.
    reached_end: bool,
    parked: Parked,
}

/// What is known of the parked events of a consumer: they come and go under its lease alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parked {
    Nothing,
    /// When the next one is due.
    Until(Instant),
}

impl Server {
    pub(super) async fn run(mut self) {
        let mut trouble = Trouble::default();
        while !*self.stop.borrow() {
            match self.take().await {
                Ok(Some(lease)) => {
                    tracing::debug!(
                        consumer = self.listener.name(),
                        token = lease.token.token,
                        "lease taken"
                    );
                    if let Err(failure) = self.serve_guarded(lease, &mut trouble).await {
                        let wait = trouble.again();
                        tracing::warn!(consumer = self.listener.name(), %failure, ?wait, "a consumer starts over from its cursor");
                        self.pause(wait).await;
                    }
                }
                Ok(None) => self.pause(self.options.lease / 3).await,
                Err(error) => {
                    let wait = trouble.again();
                    tracing::warn!(consumer = self.listener.name(), %error, ?wait, "the lease of a consumer could not be taken");
                    self.pause(wait).await;
                }
            }
        }
    }

    async fn take(&self) -> Result<Option<Lease>, Error> {
        let take = Take {
            consumer: self.listener.name(),
            owner: self.owner.clone(),
            lease_ms: millis(self.options.lease),
            alone: self.options.alone,
            from_now_on: !self.listener.hears_the_past(),
        };
        self.db.write(NOBODY, take).await
    }

    /// A panic in a listener is a failure like any other: it starts over from its cursor.
    async fn serve_guarded(&mut self, lease: Lease, trouble: &mut Trouble) -> Result<(), Failure> {
        let served = AssertUnwindSafe(self.serve(lease, trouble)).catch_unwind().await;
        served.unwrap_or_else(|_| Err(Failure::Again("the consumer panicked".to_owned())))
    }

    /// Reads on until told to stop, or until something fails that a new start may heal.
    async fn serve(&mut self, lease: Lease, trouble: &mut Trouble) -> Result<(), Failure> {
        let mut woken = self.db.woken();
        let breath = match &self.listener {
            Listener::Publisher(publisher) => publisher.breath().max(BREATH),
            Listener::Consumer(_) => BREATH,
        };
        let mut place = Place {
            lease,
            sequence: 0,
            dirty: false,
            kept_at: Instant::now(),
            held_back: false,
            at_end: false,
            reached_end: false,
            parked: self.parked().await?,
        };
        self.standing(&mut place).await?;
        let mut standing_at = Instant::now();
        loop {
            let round_at = Instant::now();
            let busy = self.round(&mut place).await?;
            trouble.over();
            if place.dirty && (*self.stop.borrow() || place.kept_at.elapsed() >= self.options.keep) {
                self.keep(&mut place).await?;
            }
            if *self.stop.borrow() {
                return Ok(());
            }
            if busy {
                self.progress.busy.fetch_add(1, Ordering::AcqRel);
                if place.at_end {
                    self.breathe(round_at + breath).await;
                }
                continue;
            }
            self.progress.idle.fetch_add(1, Ordering::AcqRel);
            if standing_at.elapsed() >= self.options.poll {
                self.standing(&mut place).await?;
                standing_at = Instant::now();
            }
            let wait = self.next_look(&mut place).await?;
            tokio::select! {
                () = woken.wait() => tokio::time::sleep_until(round_at + breath).await,
                _ = self.nudge.changed() => {}
                _ = self.stop.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Lets what happens meanwhile gather, unless somebody waits.
    async fn breathe(&mut self, until: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(until) => {}
            _ = self.nudge.changed() => {}
            _ = self.stop.changed() => {}
        }
    }

    /// One look at the log and at what is parked; whether there was anything to do.
    async fn round(&self, place: &mut Place) -> Result<bool, Failure> {
        let batch = self.feed.after(place.lease.cursor).await?;
        let mut busy = batch.next != place.lease.cursor;
        let mut kept = false;
        match &self.listener {
            Listener::Publisher(publisher) => {
                let events = wanted(&batch, &**publisher);
                if !events.is_empty() {
                    publisher.publish(&events).await?;
                }
            }
            Listener::Consumer(consumer) => {
                let dispatcher = Dispatcher {
                    db: self.db.clone(),
                    consumer: Arc::clone(consumer),
                    lease_token: place.lease.token,
                    wait_ms: millis(self.options.first_wait),
                };
                busy |= self.retry(&dispatcher, place).await?;
                let known = Known {
                    parks: place.parked != Parked::Nothing,
                    inbox: !place.reached_end,
                };
                let dispatched = dispatcher.dispatch(&batch, known).await?;
                kept = dispatched.kept;
                if dispatched.parked {
                    place.parked = self.parked().await?;
                }
            }
        }
        place.move_on(&batch, kept);
        Ok(busy)
    }

    /// Tries what is parked and due; whether something of it was done.
    async fn retry(&self, dispatcher: &Dispatcher, place: &mut Place) -> Result<bool, Failure> {
        let Parked::Until(due) = place.parked else {
            return Ok(false);
        };
        if due > Instant::now() {
            return Ok(false);
        }
        let done = dispatcher.retry().await?;
        place.parked = self.parked().await?;
        Ok(done > 0)
    }

    async fn parked(&self) -> Result<Parked, Failure> {
        let Listener::Consumer(consumer) = &self.listener else {
            return Ok(Parked::Nothing);
        };
        let reader = self.db.across_tenants().await?;
        let next = park::next_due(&reader, consumer.name()).await?;
        Ok(next.map_or(Parked::Nothing, |wait| Parked::Until(Instant::now() + wait)))
    }

    /// How long to wait when nothing wakes us.
    async fn next_look(&self, place: &mut Place) -> Result<Duration, Failure> {
        let mut wait = self.options.poll;
        if place.held_back {
            wait = wait.min(HELD_BACK);
        }
        if place.dirty {
            wait = wait.min(self.options.keep.saturating_sub(place.kept_at.elapsed()));
        }
        if place.parked != Parked::Nothing {
            // Somebody may have released them.
            place.parked = self.parked().await?;
        }
        if let Parked::Until(due) = place.parked {
            wait = wait.min(due.saturating_duration_since(Instant::now()));
        }
        Ok(wait)
    }

    /// Asks a publisher whether the other side still has what it was given.
    async fn standing(&self, place: &mut Place) -> Result<(), Failure> {
        let Listener::Publisher(publisher) = &self.listener else {
            return Ok(());
        };
        if publisher.tick().await? == Standing::StartOver && place.lease.cursor != WindowCursor::default() {
            tracing::warn!(
                consumer = publisher.name(),
                "the other side lost what it had: starting over from the beginning of the log"
            );
            place.lease.cursor = WindowCursor::default();
            place.sequence = 0;
            self.keep(place).await?;
        }
        Ok(())
    }

    async fn keep(&self, place: &mut Place) -> Result<(), Failure> {
        let advance = Advance {
            lease_token: place.lease.token,
            cursor: place.lease.cursor,
            sequence: place.sequence,
        };
        self.db.write(NOBODY, advance).await?;
        place.dirty = false;
        place.kept_at = Instant::now();
        Ok(())
    }

    async fn pause(&mut self, wait: Duration) {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = self.stop.changed() => {}
        }
    }
}

impl Place {
    /// `kept`: whether the new place is in the database already.
    fn move_on(&mut self, batch: &LogBatch, kept: bool) {
        if let Some(last) = batch.events.last() {
            self.sequence = last.seq;
        }
        if kept {
            self.dirty = false;
            self.kept_at = Instant::now();
        } else {
            self.dirty |= self.lease.cursor != batch.next;
        }
        self.reached_end |= batch.events.is_empty() && !batch.held_back;
        self.held_back = batch.held_back;
        self.at_end = batch.is_last;
        self.lease.cursor = batch.next;
    }
}

/// Waits longer and longer while trouble lasts.
#[derive(Default)]
struct Trouble(u32);

impl Trouble {
    fn again(&mut self) -> Duration {
        self.0 = (self.0 + 1).min(16);
        (Duration::from_millis(50) * 2_u32.pow(self.0)).min(LONGEST)
    }

    fn over(&mut self) {
        self.0 = 0;
    }
}

/// The heartbeat: one statement for all leases of this server.
pub(super) async fn keep_leases(db: Db, owner: String, lease: Duration, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(lease / 3) => {}
            _ = stop.changed() => {}
        }
        if let Err(error) = db
            .write(
                NOBODY,
                Renew {
                    owner: owner.clone(),
                    lease_ms: Some(millis(lease)),
                },
            )
            .await
        {
            tracing::warn!(%error, "the leases of the consumers could not be renewed");
        }
        if *stop.borrow() {
            // What is in hand is finished under the lease as it is now.
            return;
        }
    }
}

pub(super) async fn give_up(db: &Db, owner: String) -> Result<(), Error> {
    db.write(
        NOBODY,
        Renew {
            owner,
            lease_ms: None,
        },
    )
    .await
}

fn millis(of: Duration) -> i64 {
    i64::try_from(of.as_millis()).unwrap_or(i64::MAX)
}
