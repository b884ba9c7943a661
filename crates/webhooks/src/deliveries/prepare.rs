//! What an attempt needs, read for all deliveries of a tenant that were claimed together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::TimeDelta;
use countersign_events::Payload as Detail;
use countersign_kernel::id::{DeliveryId, EventId, TenantId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Logged};

use super::postponed::Why;
use super::sender::Sender;
use super::store;
use crate::reach::Judgement;
use crate::sign::Secret;
use crate::standing::Lost;
use crate::{database_time, endpoints};

/// What a look at a claimed delivery says.
pub(super) enum Prepared {
    /// It is no more.
    Gone,
    Later(Box<store::Model>, Why),
    Ready(Box<Ready>),
}

/// All that an attempt needs.
pub(super) struct Ready {
    pub(super) delivery: store::Model,
    pub(super) endpoint: endpoints::store::Model,
    pub(super) body: String,
    pub(super) secrets: Vec<Secret>,
}

/// What was read for the deliveries before, and holds for the next: they were claimed together and are read at one moment.
#[derive(Default)]
struct Known {
    deliveries: HashMap<DeliveryId, store::Model>,
    endpoints: HashMap<WebhookId, Option<endpoints::store::Model>>,
    /// What an endpoint has lost.
    lost: HashMap<WebhookId, Option<Lost>>,
    events: HashMap<EventId, Option<Logged>>,
}

impl Sender {
    /// Reads what the attempts of these deliveries need, and lets the connection go before anything is waited for. The answers
    /// stand in the order of the ids.
    pub(super) async fn prepare(&self, tenant: TenantId, ids: &[DeliveryId]) -> Vec<Result<Prepared, Error>> {
        let mut all = Vec::with_capacity(ids.len());
        let _connection = self.connection().await;
        let mut at_once = ids.len();
        // After a fault the reader is of no use: the rest is read anew.
        while let Some(left) = ids.get(all.len()..).filter(|left| !left.is_empty()) {
            let rest = left.get(..at_once).unwrap_or(left);
            let begun = async {
                let reader = self.db.read(tenant).await?;
                let deliveries = store::find_all(&reader, tenant, rest).await?;
                Ok::<_, Error>((reader, deliveries))
            };
            let (reader, deliveries) = match begun.await {
                Ok(begun) => begun,
                // Nobody waits once more for each of them.
                Err(error @ Error::Unavailable { .. }) => {
                    all.extend(left.iter().map(|_| Err(error.clone())));
                    break;
                }
                // One of them may be at fault for all.
                Err(_) if at_once > 1 => {
                    at_once = 1;
                    continue;
                }
                Err(error) => {
                    all.extend(rest.iter().map(|_| Err(error.clone())));
                    continue;
                }
            };
            let mut known = Known {
                deliveries,
                ..Known::default()
            };
            for id in rest {
                let one = self.one(&reader, &mut known, tenant, *id).await;
                let failed = one.is_err();
                all.push(one);
                if failed {
                    break;
                }
            }
        }
        all
    }

    async fn one(
        &self,
        reader: &Conn,
        known: &mut Known,
        tenant: TenantId,
        id: DeliveryId,
    ) -> Result<Prepared, Error> {
        let Some(delivery) = known.deliveries.remove(&id) else {
            return Ok(Prepared::Gone);
        };
        let webhook = delivery.webhook_id;
        let endpoint = match known.endpoints.entry(webhook) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let found = endpoints::store::find(reader, tenant, webhook).await?;
                unknown.insert(found).clone()
            }
        };
        let Some(endpoint) = endpoint.filter(endpoints::store::Model::is_enabled) else {
            return Ok(Prepared::Later(Box::new(delivery), Why::Disabled));
        };
        Ok(match self.ready(reader, known, &delivery, &endpoint).await? {
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
        known: &mut Known,
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
        let body = self.judged(reader, known, delivery, endpoint).await?;
        Ok(body.map(|body| (body, secrets)))
    }

    /// What goes out, if the endpoint may be sent it as things are now: keys, people and rights may have gone since it was
    /// planned or last tried.
    async fn judged(
        &self,
        reader: &Conn,
        known: &mut Known,
        delivery: &store::Model,
        endpoint: &endpoints::store::Model,
    ) -> Result<Result<String, Why>, Error> {
        let lost = match known.lost.entry(endpoint.id) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => *unknown.insert(self.reach.lost(reader, endpoint).await?),
        };
        if let Some(lost) = lost {
            return Ok(Err(Why::Broken(lost.word(), endpoint.version)));
        }
        let (tenant, id) = (delivery.tenant_id, delivery.event_id);
        let event = match known.events.entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let found = countersign_storage::log::entry(reader, tenant, id).await?;
                unknown.insert(found).clone()
            }
        };
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

    /// The envelope; none if the event's type is not public.
    fn body(&self, event: &Logged, endpoint: &endpoints::store::Model) -> Option<String> {
        let full = endpoint.payload == "full";
        let detail = if full { Detail::Full } else { Detail::Thin };
        let envelope = countersign_events::envelope(event, &self.catalogue, &self.public_url, detail)?;
        serde_json::to_string(&envelope).ok()
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
