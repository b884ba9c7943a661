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

use super::deal::{Dealer, wanted};
use super::feed::{Feed, Stretch};
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

/// Where the listener stands, and how much of that is kept.
struct Place {
    lease: Lease,
    sequence: i64,
    dirty: bool,
    kept_at: Instant,
}

impl Server {
    pub(super) async fn run(mut self) {
        let mut trouble = Trouble::default();
        while !*self.stop.borrow() {
            match self.take().await {
                Ok(Some(lease)) => {
                    tracing::debug!(
                        consumer = self.listener.name(),
                        token = lease.fence.token,
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
                continue;
            }
            self.progress.idle.fetch_add(1, Ordering::AcqRel);
            if standing_at.elapsed() >= self.options.poll {
                self.standing(&mut place).await?;
                standing_at = Instant::now();
            }
            let wait = self.next_look(&place).await?;
            tokio::select! {
                () = woken.wait() => tokio::time::sleep_until(round_at + breath).await,
                _ = self.nudge.changed() => {}
                _ = self.stop.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// One look at the log and at what is parked; whether there was anything to do.
    async fn round(&self, place: &mut Place) -> Result<bool, Failure> {
        let stretch = self.feed.after(place.lease.cursor).await?;
        let mut busy = !stretch.events.is_empty();
        match &self.listener {
            Listener::Publisher(publisher) => {
                let events = wanted(&stretch, &**publisher);
                if !events.is_empty() {
                    publisher.publish(&events).await?;
                }
            }
            Listener::Consumer(consumer) => {
                let dealer = Dealer {
                    db: self.db.clone(),
                    consumer: Arc::clone(consumer),
                    fence: place.lease.fence,
                    wait_ms: millis(self.options.first_wait),
                };
                busy |= dealer.retry().await? > 0;
                dealer.deal(&stretch).await?;
            }
        }
        place.move_on(&stretch);
        Ok(busy)
    }

    /// How long to wait when nothing wakes us.
    async fn next_look(&self, place: &Place) -> Result<Duration, Failure> {
        let mut wait = self.options.poll;
        if place.dirty {
            wait = wait.min(self.options.keep.saturating_sub(place.kept_at.elapsed()));
        }
        if let Listener::Consumer(consumer) = &self.listener {
            let door = self.db.door().await?;
            if let Some(due) = park::next_due(&door, consumer.name()).await? {
                wait = wait.min(due);
            }
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
            fence: place.lease.fence,
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
    fn move_on(&mut self, stretch: &Stretch) {
        if let Some(last) = stretch.events.last() {
            self.sequence = last.seq;
        }
        self.dirty |= self.lease.cursor != stretch.next;
        self.lease.cursor = stretch.next;
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
