//! The sender: claims what is due, calls, and keeps what was heard. Any number of servers share the work.
//!
//! A delivery is claimed with a lease longer than an attempt may last; what a dead server held is claimed again.

use std::sync::Arc;
use std::time::Duration;

use countersign_events::Payload as Detail;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DeliveryId, Entropy};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::claim::{Claim, Claimed, Due};
use countersign_storage::{Db, Error};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::JoinSet;

use super::attempt::{self, Heard, Message};
use super::outcome::{Outcome, Postponed, Why};
use super::store;
use crate::breaker::Breakers;
use crate::egress::Guard;
use crate::endpoints;
use crate::reach::Reach;
use crate::wake::Wake;

/// Attempts of one server at once.
const AT_ONCE: usize = 128;

/// Connections to the database that they may use at once: whoever asks over HTTP finds the others free.
const DESKS: usize = 4;

/// How many are claimed at a time.
const CLAIM: u64 = 64;

/// Longer than an attempt may last.
const LEASE: Duration = Duration::from_secs(45);

/// How long a delivery waits for one of its endpoint's slots before others go first.
const SLOT: Duration = Duration::from_millis(500);

/// The slow look, below the wake-ups.
const LOOK: Duration = Duration::from_secs(1);

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

/// All that an attempt needs.
struct Ready {
    delivery: store::Model,
    endpoint: endpoints::store::Model,
    body: String,
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
    /// Different for each server and each start.
    pub owner: String,
}

impl Sender {
    /// Sends until told to stop; what is under way is finished.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(AT_ONCE));
        let mut under_way = JoinSet::new();
        while !*stop.borrow() {
            while under_way.try_join_next().is_some() {}
            let found = self.send_due(&slots, &mut under_way).await;
            if let Err(error) = &found {
                tracing::warn!(%error, "deliveries could not be claimed");
            }
            if !matches!(found, Ok(found) if found as u64 >= CLAIM) {
                tokio::select! {
                    () = self.wake.wait(LOOK) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    async fn send_due(
        self: &Arc<Self>,
        slots: &Arc<Semaphore>,
        under_way: &mut JoinSet<()>,
    ) -> Result<usize, Error> {
        let room = (slots.available_permits() as u64).min(CLAIM);
        if room == 0 {
            return Ok(0);
        }
        let claim = Claim {
            table: "deliveries",
            due: Due::Now,
            owner: self.owner.clone(),
            lease: LEASE,
            limit: room,
        };
        let claimed = self.db.claim(claim).await?;
        for row in &claimed {
            let Ok(permit) = Arc::clone(slots).acquire_owned().await else {
                break;
            };
            let (sender, row) = (Arc::clone(self), row.clone());
            under_way.spawn(async move {
                if let Err(error) = sender.send(&row).await {
                    // The lease runs out, and it is tried again.
                    tracing::warn!(%error, "a delivery's attempt could not be kept");
                }
                drop(permit);
            });
        }
        Ok(claimed.len())
    }

    async fn send(&self, row: &Claimed) -> Result<(), Error> {
        let ready = match self.prepare(row).await? {
            Prepared::Gone => return Ok(()),
            Prepared::Later(delivery, why) => return self.postpone(*delivery, why).await,
            Prepared::Ready(ready) => *ready,
        };
        let slots = self.breakers.slots(ready.endpoint.id);
        let Ok(Ok(slot)) = tokio::time::timeout(SLOT, slots.acquire_owned()).await else {
            // Its own slots are busy for long: others go first, and it waits where it stands.
            let turn = self.clock.now().plus(chrono::TimeDelta::milliseconds(500));
            return self.postpone(ready.delivery, Why::Turn(turn)).await;
        };
        let now = self.clock.now();
        if let Some(until) = self.breakers.open_until(ready.endpoint.id, now) {
            // The breaker opened while it waited.
            return self.postpone(ready.delivery, Why::Breaker(until)).await;
        }
        let heard = self.attempt(&ready, now).await;
        drop(slot);
        self.breakers.note(ready.endpoint.id, heard.succeeded(), now);
        self.keep(ready, heard, now).await
    }

    /// Reads what an attempt needs, and lets the connection go before anything is waited for.
    async fn prepare(&self, row: &Claimed) -> Result<Prepared, Error> {
        let _desk = self.desk().await;
        let (tenant, id) = (row.tenant, DeliveryId(row.id));
        let reader = self.db.read(tenant).await?;
        let Some(delivery) = store::find(&reader, tenant, id).await? else {
            return Ok(Prepared::Gone);
        };
        let later = |delivery, why| Ok(Prepared::Later(Box::new(delivery), why));
        let endpoint = endpoints::store::find(&reader, tenant, delivery.webhook_id).await?;
        let Some(endpoint) = endpoint.filter(endpoints::store::Model::is_enabled) else {
            return later(delivery, Why::Disabled);
        };
        let now = self.clock.now();
        if let Some(until) = self.breakers.open_until(endpoint.id, now) {
            return later(delivery, Why::Breaker(until));
        }
        if endpoint.ordered && store::older_waits(&reader, &delivery).await? {
            return later(delivery, Why::Turn(now.plus(chrono::TimeDelta::seconds(1))));
        }
        let body = match &delivery.body {
            Some(body) => Some(body.clone()),
            None => self.body(&reader, &delivery, &endpoint).await?,
        };
        match body {
            None => later(delivery, Why::Disabled),
            Some(body) => Ok(Prepared::Ready(Box::new(Ready {
                delivery,
                endpoint,
                body,
            }))),
        }
    }

    /// A place at the database; the semaphore is never closed.
    async fn desk(&self) -> Option<SemaphorePermit<'_>> {
        self.desks.0.acquire().await.ok()
    }

    async fn attempt(&self, ready: &Ready, now: Instant) -> Heard {
        let secrets = ready.endpoint.secrets(now);
        let message = Message {
            url: &ready.endpoint.url,
            id: ready.delivery.event_id.to_string(),
            body: ready.body.clone(),
            secrets: &secrets,
            at: now,
        };
        let mut heard = attempt::call(&self.client, &self.guard, message).await;
        let took_ms = self.clock.now().millis().saturating_sub(now.millis());
        heard.duration = Duration::from_millis(took_ms.unsigned_abs());
        heard
    }

    /// The envelope, as far as the endpoint's owner may see it; none if the log does not hold the event.
    async fn body(
        &self,
        reader: &countersign_storage::Conn,
        delivery: &store::Model,
        endpoint: &endpoints::store::Model,
    ) -> Result<Option<String>, Error> {
        let Some(event) =
            countersign_storage::log::entry(reader, delivery.tenant_id, delivery.event_id).await?
        else {
            return Ok(None);
        };
        let full = endpoint.payload == "full" && self.reach.owner_sees(reader, endpoint, &event).await?;
        let detail = if full { Detail::Full } else { Detail::Thin };
        let envelope = countersign_events::envelope(&event, &self.catalogue, &self.public_url, detail);
        Ok(envelope.and_then(|envelope| serde_json::to_string(&envelope).ok()))
    }

    async fn keep(&self, ready: Ready, heard: Heard, at: Instant) -> Result<(), Error> {
        let mut jitter = [0; 2];
        self.entropy.fill(&mut jitter);
        let outcome = Outcome::new(
            ready.delivery,
            ready.endpoint,
            ready.body,
            heard,
            at,
            u16::from_be_bytes(jitter),
            self.owner.clone(),
            &*self.entropy,
        );
        let _desk = self.desk().await;
        self.db.write(outcome.tenant(), outcome).await
    }

    async fn postpone(&self, delivery: store::Model, why: Why) -> Result<(), Error> {
        let (tenant, at) = (delivery.tenant_id, self.clock.now());
        let _desk = self.desk().await;
        self.db
            .write(
                tenant,
                Postponed {
                    delivery,
                    why,
                    at,
                    owner: self.owner.clone(),
                },
            )
            .await
    }
}
