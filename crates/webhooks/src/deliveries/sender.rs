//! The sender: claims what is due, calls, and keeps what was heard. Any number of servers share the work.
//!
//! A delivery is claimed with a lease longer than an attempt may last; what a dead server held is claimed again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DeliveryId, Entropy, TenantId};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::claim::{Claim, Claimed, Due};
use countersign_storage::{Db, Error};
use futures_util::future::join_all;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::JoinSet;

use super::attempt::{self, Heard, Message};
use super::failed::Failed;
use super::postponed::{Postponed, SetAside, Why};
use super::prepare::{Prepared, Ready};
use super::store;
use super::successes::{Success, Successes, Waiting};
use crate::breaker::Breakers;
use crate::egress::Guard;
use crate::reach::Reach;
use crate::shares::{Share, Shares};
use crate::wake::Wake;

/// Connections to the database that they may use at once: whoever asks over HTTP finds the others free.
const CONNECTIONS: usize = 4;

/// How many are claimed at a time.
const CLAIM: usize = 64;

/// Longer than an attempt may last.
const LEASE: Duration = Duration::from_secs(45);

/// How long a delivery waits for one of its endpoint's slots before others go first.
const SLOT: Duration = Duration::from_millis(500);

/// Attempts that end within this time make room together.
const GATHER: Duration = Duration::from_millis(5);

/// The sender's connections to the database, and the successes that wait for one.
pub struct Connections {
    free: Semaphore,
    waiting: Waiting,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            free: Semaphore::new(CONNECTIONS),
            waiting: Waiting::default(),
        }
    }
}

/// What was claimed in one go.
struct Found {
    claimed: usize,
    /// Whether more may be due than there was room for: the next attempt that ends makes some.
    is_cut: bool,
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
    pub connections: Connections,
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
        let mut by_tenant: HashMap<TenantId, Vec<(Claimed, Share)>> = HashMap::new();
        for row in &claimed {
            let share = self.shares.begin(row.tenant);
            let of_tenant = by_tenant.entry(row.tenant).or_default();
            of_tenant.push((row.clone(), share));
        }
        let prepared = by_tenant.into_iter().map(|(tenant, rows)| async move {
            let ids: Vec<DeliveryId> = rows.iter().map(|(row, _)| DeliveryId(row.id)).collect();
            let prepared = self.prepare(tenant, &ids).await;
            rows.into_iter().zip(prepared)
        });
        for ((row, share), prepared) in join_all(prepared).await.into_iter().flatten() {
            let sender = Arc::clone(self);
            under_way.spawn(async move {
                let sent = match prepared {
                    Ok(prepared) => sender.send(prepared).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = sent {
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

    async fn send(&self, prepared: Prepared) -> Result<(), Error> {
        let ready = match prepared {
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

    /// One of the connections; the semaphore is never closed.
    pub(super) async fn connection(&self) -> Option<SemaphorePermit<'_>> {
        self.connections.free.acquire().await.ok()
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

    async fn keep(&self, ready: Ready, heard: Heard) -> Result<(), Error> {
        let at = self.clock.business(ready.delivery.tenant_id);
        if heard.succeeded() {
            let (delivery, called) = (ready.delivery, ready.endpoint);
            let success = Success {
                delivery,
                called,
                heard,
                at,
            };
            return self.succeeded(Arc::new(success)).await;
        }
        let mut jitter = [0; 2];
        self.entropy.fill(&mut jitter);
        let failed = Failed {
            at,
            delivery: ready.delivery,
            called: ready.endpoint,
            body: ready.body,
            reach: Arc::clone(&self.reach),
            heard,
            jitter: u16::from_be_bytes(jitter),
            owner: self.owner.clone(),
        };
        let _connection = self.connection().await;
        self.db.write(failed.tenant(), failed).await
    }

    /// Keeps it, with those that wait beside it.
    async fn succeeded(&self, success: Arc<Success>) -> Result<(), Error> {
        let tenant = success.delivery.tenant_id;
        let (keeper, answer) = self.connections.waiting.push(Arc::clone(&success));
        if let Some(mut keeper) = keeper {
            loop {
                // While it waits for its turn, others come to wait.
                let _connection = self.connection().await;
                let waiting = keeper.next();
                if waiting.is_empty() {
                    break;
                }
                let all = waiting.iter().map(|one| Arc::clone(&one.success)).collect();
                let kept = self.db.write(tenant, self.successes(all)).await;
                let is_kept = kept.is_ok();
                for one in waiting {
                    one.tell(is_kept);
                }
            }
        }
        if answer.await.unwrap_or(false) {
            return Ok(());
        }
        // One of them may be at fault for all.
        let _connection = self.connection().await;
        self.db.write(tenant, self.successes(vec![success])).await
    }

    fn successes(&self, all: Vec<Arc<Success>>) -> Successes {
        Successes {
            all,
            owner: self.owner.clone(),
        }
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
        let _connection = self.connection().await;
        self.db.write(delivery.tenant_id, postponed).await
    }
}
