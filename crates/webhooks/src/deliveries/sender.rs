//! The sender: claims what is due, calls, and keeps what was heard. Any number of servers share the work.
//!
//! A delivery is claimed with a lease longer than an attempt may last; what a dead server held is claimed again.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign_events::Payload as Detail;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DeliveryId, Entropy};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::claim::{Claim, Claimed, Due};
use countersign_storage::{Conn, Db, Error, Logged};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::JoinSet;

use super::attempt::{self, Heard, Message};
use super::outcome::Outcome;
use super::postponed::{Postponed, SetAside, Why};
use super::store;
use crate::breaker::Breakers;
use crate::egress::Guard;
use crate::reach::{Judgement, Reach};
use crate::shares::Shares;
use crate::sign::Secret;
use crate::wake::Wake;
use crate::{database_time, endpoints};

/// Connections to the database that they may use at once: whoever asks over HTTP finds the others free.
const DESKS: usize = 4;

/// How many are claimed at a time.
const CLAIM: usize = 64;

/// Longer than an attempt may last.
const LEASE: Duration = Duration::from_secs(45);

/// How long a delivery waits for one of its endpoint's slots before others go first.
const SLOT: Duration = Duration::from_millis(500);

/// Attempts that end within this time make room together.
const GATHER: Duration = Duration::from_millis(5);

/// The sender's places at the database.
pub struct Desks(Semaphore);

impl Default for Desks {
    fn default() -> Self {
        Self(Semaphore::new(DESKS))
    }
}

/// What a look at a claimed delivery says.
enum Prepared {
    /// It is no more.
    Gone,
    Later(Box<store::Model>, Why),
    Ready(Box<Ready>),
}

/// What was claimed in one go.
struct Found {
    claimed: usize,
    /// Whether more may be due than there was room for: the next attempt that ends makes some.
    is_cut: bool,
}

/// All that an attempt needs.
struct Ready {
    delivery: store::Model,
    endpoint: endpoints::store::Model,
    body: String,
    secrets: Vec<Secret>,
}

/// What the sender needs.
pub struct Sender {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub catalogue: Arc<Catalogue>,
    pub reach: Arc<Reach>,
    pub guard: Guard,
    pub client: reqwest::Client,
    pub public_url: String,
    pub wake: Wake,
    pub breakers: Arc<Breakers>,
    pub desks: Desks,
    pub shares: Shares,
    /// How often it looks when nothing wakes it.
    pub look: Duration,
    /// Different for each server and each start.
    pub owner: String,
}

impl Sender {
    /// The slow look, below the wake-ups.
    pub const LOOK: Duration = Duration::from_secs(1);

    /// Sends until told to stop; what is under way is finished.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        while !*stop.borrow() {
            while under_way.try_join_next().is_some() {}
            let found = self.send_due(&mut under_way).await;
            if let Err(error) = &found {
                tracing::warn!(%error, "deliveries could not be claimed");
            }
            let found = found.unwrap_or(Found {
                claimed: 0,
                is_cut: false,
            });
            if found.claimed < CLAIM {
                tokio::select! {
                    () = self.wake.wait(self.look) => {}
                    _ = stop.changed() => {}
                    Some(_) = under_way.join_next(), if found.is_cut => tokio::time::sleep(GATHER).await,
                }
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Sends what is due now, and waits for it; how many deliveries were claimed.
    pub async fn turn(self: &Arc<Self>) -> Result<usize, Error> {
        let mut under_way = JoinSet::new();
        let found = self.send_due(&mut under_way).await;
        while under_way.join_next().await.is_some() {}
        Ok(found?.claimed)
    }

    async fn send_due(self: &Arc<Self>, under_way: &mut JoinSet<()>) -> Result<Found, Error> {
        let (room, full) = (self.shares.room(), self.breakers.full());
        if room.most == 0 {
            return Ok(Found {
                claimed: 0,
                is_cut: true,
            });
        }
        let is_cut = room.most < CLAIM || !room.full.is_empty() || !full.is_empty();
        let claim = Claim {
            table: "deliveries",
            due: Due::Now,
            owner: self.owner.clone(),
            lease: LEASE,
            limit: room.most.min(CLAIM) as u64,
            except: vec![
                (
                    "tenant_id",
                    room.full.into_iter().map(|tenant| tenant.0).collect(),
                ),
                ("webhook_id", full),
            ],
        };
        let claimed = self.db.claim(claim).await?;
        for row in &claimed {
            let share = self.shares.begin(row.tenant);
            let (sender, row) = (Arc::clone(self), row.clone());
            under_way.spawn(async move {
                if let Err(error) = sender.send(&row).await {
                    sender.set_aside(&row, &error).await;
                }
                drop(share);
            });
        }
        Ok(Found {
            claimed: claimed.len(),
            is_cut,
        })
    }

    async fn send(&self, row: &Claimed) -> Result<(), Error> {
        let ready = match self.prepare(row).await? {
            Prepared::Gone => return Ok(()),
            Prepared::Later(delivery, why) => return self.postpone(&delivery, why).await,
            Prepared::Ready(ready) => *ready,
        };
        let slots = self.breakers.slots(ready.endpoint.id);
        let Ok(Ok(slot)) = tokio::time::timeout(SLOT, slots.acquire_owned()).await else {
            // Its own slots are busy for long: others go first, and it waits where it stands.
            return self
                .postpone(&ready.delivery, Why::Turn(TimeDelta::milliseconds(500)))
                .await;
        };
        let now = self.clock.now();
        if let Some(wait) = self.breakers.open_for(ready.endpoint.id, now) {
            // The breaker opened while it waited.
            return self.postpone(&ready.delivery, Why::Breaker(wait)).await;
        }
        let heard = self.attempt(&ready, now).await;
        drop(slot);
        self.breakers.note(ready.endpoint.id, heard.succeeded(), now);
        self.keep(ready, heard).await
    }

    /// One that fails by itself would be sent at the end of each lease, and never be kept: it waits for the next look.
    async fn set_aside(&self, row: &Claimed, error: &Error) {
        if matches!(error, Error::Unavailable { .. }) {
            // The lease runs out, and it is tried again.
            tracing::warn!(%error, "a delivery's attempt could not be kept");
            return;
        }
        tracing::error!(delivery = %DeliveryId(row.id), %error, "a delivery is set aside");
        let aside = SetAside {
            tenant: row.tenant,
            id: DeliveryId(row.id),
            owner: self.owner.clone(),
        };
        if let Err(error) = self.db.write(row.tenant, aside).await {
            tracing::warn!(delivery = %DeliveryId(row.id), %error, "a delivery could not be set aside");
        }
    }

    /// Reads what an attempt needs, and lets the connection go before anything is waited for.
    async fn prepare(&self, row: &Claimed) -> Result<Prepared, Error> {
        let _desk = self.desk().await;
        let (tenant, id) = (row.tenant, DeliveryId(row.id));
        let reader = self.db.read(tenant).await?;
        let Some(delivery) = store::find(&reader, tenant, id).await? else {
            return Ok(Prepared::Gone);
        };
        let endpoint = endpoints::store::find(&reader, tenant, delivery.webhook_id).await?;
        let Some(endpoint) = endpoint.filter(endpoints::store::Model::is_enabled) else {
            return Ok(Prepared::Later(Box::new(delivery), Why::Disabled));
        };
        Ok(match self.ready(&reader, &delivery, &endpoint).await? {
            Err(why) => Prepared::Later(Box::new(delivery), why),
            Ok((body, secrets)) => Prepared::Ready(Box::new(Ready {
                delivery,
                endpoint,
                body,
                secrets,
            })),
        })
    }

    /// What goes out to an enabled endpoint and what signs for it, or why not now.
    async fn ready(
        &self,
        reader: &Conn,
        delivery: &store::Model,
        endpoint: &endpoints::store::Model,
    ) -> Result<Result<(String, Vec<Secret>), Why>, Error> {
        let now = self.clock.now();
        if let Some(wait) = self.breakers.open_for(endpoint.id, now) {
            return Ok(Err(Why::Breaker(wait)));
        }
        if endpoint.ordered
            && let Some(before) = store::predecessor(reader, delivery).await?
        {
            let wait = turn(&before, database_time::now(reader).await?);
            return Ok(Err(Why::Turn(wait)));
        }
        let secrets = match endpoint.old_secrets {
            Some(_) => endpoint.secrets(database_time::now(reader).await?),
            None => endpoint.secrets(now),
        };
        if secrets.is_empty() {
            let reason = "its secret cannot be read any more: rotate it";
            return Ok(Err(Why::Broken(reason, endpoint.version)));
        }
        let body = self.judged(reader, delivery, endpoint).await?;
        Ok(body.map(|body| (body, secrets)))
    }

    /// What goes out, if the endpoint may be sent it as things are now: keys, people and rights may have gone since it was
    /// planned or last tried.
    async fn judged(
        &self,
        reader: &Conn,
        delivery: &store::Model,
        endpoint: &endpoints::store::Model,
    ) -> Result<Result<String, Why>, Error> {
        if let Some(lost) = self.reach.lost(reader, endpoint).await? {
            return Ok(Err(Why::Broken(lost.word(), endpoint.version)));
        }
        let event = countersign_storage::log::entry(reader, delivery.tenant_id, delivery.event_id).await?;
        let Some(event) = event else {
            return Ok(Err(Why::Unsendable("its event is not in the log")));
        };
        if let Some(reason) = self.reach.unheard(reader, endpoint, &event).await? {
            return Ok(Err(Why::Unheard(reason)));
        }
        if !delivery.judged {
            match self.reach.judge(reader, endpoint, &event).await? {
                Judgement::Wanted => {}
                Judgement::NotWanted => return Ok(Err(Why::NotWanted)),
                Judgement::Unreadable(reason) => return Ok(Err(Why::Broken(reason, endpoint.version))),
            }
        }
        let kept = delivery.body.clone().filter(|_| delivery.judged);
        let body = match kept {
            Some(kept) => Some(kept),
            None => self.body(&self.reach.told(reader, endpoint, event).await?, endpoint),
        };
        Ok(body.ok_or(Why::Unsendable(
            "its event is of a type that is not sent any more",
        )))
    }

    /// A place at the database; the semaphore is never closed.
    async fn desk(&self) -> Option<SemaphorePermit<'_>> {
        self.desks.0.acquire().await.ok()
    }

    async fn attempt(&self, ready: &Ready, now: Instant) -> Heard {
        let message = Message {
            url: &ready.endpoint.url,
            id: ready.delivery.event_id.to_string(),
            body: ready.body.clone(),
            secrets: &ready.secrets,
            at: now,
        };
        let mut heard = attempt::call(&self.client, &self.guard, message).await;
        let took_ms = self.clock.now().millis().saturating_sub(now.millis());
        heard.duration = Duration::from_millis(took_ms.unsigned_abs());
        heard
    }

    /// The envelope; none if the event's type is not public.
    fn body(&self, event: &Logged, endpoint: &endpoints::store::Model) -> Option<String> {
        let full = endpoint.payload == "full";
        let detail = if full { Detail::Full } else { Detail::Thin };
        let envelope = countersign_events::envelope(event, &self.catalogue, &self.public_url, detail)?;
        serde_json::to_string(&envelope).ok()
    }

    async fn keep(&self, ready: Ready, heard: Heard) -> Result<(), Error> {
        let mut jitter = [0; 2];
        self.entropy.fill(&mut jitter);
        let outcome = Outcome {
            at: self.clock.business(ready.delivery.tenant_id),
            delivery: ready.delivery,
            called: ready.endpoint,
            body: ready.body,
            reach: Arc::clone(&self.reach),
            heard,
            jitter: u16::from_be_bytes(jitter),
            owner: self.owner.clone(),
        };
        let _desk = self.desk().await;
        self.db.write(outcome.tenant(), outcome).await
    }

    async fn postpone(&self, delivery: &store::Model, why: Why) -> Result<(), Error> {
        let postponed = Postponed {
            tenant: delivery.tenant_id,
            id: delivery.id,
            webhook: delivery.webhook_id,
            event: delivery.event_id,
            why,
            reach: Arc::clone(&self.reach),
            at: self.clock.business(delivery.tenant_id),
            owner: self.owner.clone(),
        };
        let _desk = self.desk().await;
        self.db.write(delivery.tenant_id, postponed).await
    }
}

/// How long a delivery waits for the one before it, which wakes it when it is done with: the look is the net below.
fn turn(before: &store::Model, now: Instant) -> TimeDelta {
    let (soon, late) = (TimeDelta::seconds(1), TimeDelta::minutes(1));
    if before.lease_owner.is_some() {
        // It is under way, and may be done with before this one is put off.
        return soon;
    }
    before.due_at.map_or(late, |due| {
        let wait = TimeDelta::milliseconds(due.millis().saturating_sub(now.millis()));
        wait.clamp(soon, late)
    })
}
