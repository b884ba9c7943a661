//! Who listens: an event becomes a delivery for each endpoint that wants it, in the unit of work of the consumer's place.

use std::sync::Arc;

use countersign_events::{Consumer, Failure};
use countersign_identity::{keys, people};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DeliveryId, TypedId as _, WebhookId};
use countersign_storage::{Logged, Uow};
use futures_util::future::BoxFuture;

use super::DISABLED;
use super::store::{self, Planned};
use crate::endpoints;
use crate::reach::{Judgement, Reach};
use crate::wake::Wake;

/// Makes deliveries of events.
pub struct Deliveries {
    pub catalogue: Arc<Catalogue>,
    pub reach: Arc<Reach>,
    pub wake: Wake,
}

impl Consumer for Deliveries {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn wants(&self, kind: &str) -> bool {
        self.catalogue.event(kind).is_some_and(|of| of.public)
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.deliver(uow, event))
    }
}

impl Deliveries {
    async fn deliver(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        if [keys::REVOKED.name, people::DISABLED.name].contains(&event.kind.as_str()) {
            self.disable_lost(uow, event).await?;
        }
        let (mut planned, doubtful) = self.wanting(uow, event).await?;
        if !doubtful.is_empty() {
            planned.extend(self.settle(uow, event, &doubtful).await?);
        }
        if planned.is_empty() {
            return Ok(());
        }
        store::insert(uow.writes().await?, event, &planned).await?;
        let wake = self.wake.clone();
        uow.after_commit(move || wake.now());
        Ok(())
    }

    /// Whoever made an endpoint may be gone with this event. The sender would find that out with the next delivery.
    async fn disable_lost(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let mut lost = Vec::new();
        for endpoint in endpoints::store::all(uow.reads(), event.tenant).await? {
            if endpoint.is_enabled() && self.reach.lost(uow.reads(), &endpoint).await?.is_some() {
                lost.push(endpoint.id);
            }
        }
        for endpoint in endpoints::store::lock_all(uow.reads(), event.tenant, &lost).await? {
            if let Some(lost) = self.reach.lost(uow.reads(), &endpoint).await? {
                self.disable(uow, &endpoint, lost.word(), event).await?;
            }
        }
        Ok(())
    }

    async fn disable(
        &self,
        uow: &mut Uow,
        endpoint: &endpoints::store::Model,
        reason: &str,
        event: &Logged,
    ) -> Result<(), Failure> {
        uow.forget::<Endpoints>();
        Ok(endpoints::disable::disable(uow, &self.reach, endpoint, reason, event.id, event.at).await?)
    }

    /// Those that want this event and may be sent it: what is due to them, and which of them may have to wait.
    async fn wanting(
        &self,
        uow: &mut Uow,
        event: &Logged,
    ) -> Result<(Vec<Planned>, Vec<WebhookId>), Failure> {
        let (mut due, mut doubtful) = (Vec::new(), Vec::new());
        for endpoint in endpoints_of(uow).await?.iter() {
            let judgement = self.reach.judge(uow.reads(), endpoint, event).await?;
            if judgement == Judgement::NotWanted
                || self.reach.unheard(uow.reads(), endpoint, event).await?.is_some()
            {
                continue;
            }
            let lost = self.reach.lost(uow.reads(), endpoint).await?;
            if endpoint.is_enabled() && judgement == Judgement::Wanted && lost.is_none() {
                // Should it be disabled at this moment, the sender finds that out.
                due.push(planned(event, endpoint.id, None));
            } else {
                doubtful.push(endpoint.id);
            }
        }
        Ok((due, doubtful))
    }

    /// Under the endpoint's lock: enabling it releases what is parked, and must not miss what is being parked.
    async fn settle(
        &self,
        uow: &mut Uow,
        event: &Logged,
        doubtful: &[WebhookId],
    ) -> Result<Vec<Planned>, Failure> {
        let mut settled = Vec::new();
        for endpoint in endpoints::store::lock_all(uow.reads(), event.tenant, doubtful).await? {
            match self.reach.judge(uow.reads(), &endpoint, event).await? {
                Judgement::NotWanted => {}
                Judgement::Wanted => {
                    let parked = self.waits_for(uow, event, &endpoint).await?;
                    settled.push(planned(event, endpoint.id, parked));
                }
                Judgement::Unreadable(reason) => {
                    self.disable(uow, &endpoint, reason, event).await?;
                    settled.push(Planned {
                        judged: false,
                        ..planned(event, endpoint.id, Some(reason))
                    });
                }
            }
        }
        Ok(settled)
    }

    /// Why what an endpoint wants has to wait, if so; nobody stands behind one that is lost, so it is disabled.
    async fn waits_for(
        &self,
        uow: &mut Uow,
        event: &Logged,
        endpoint: &endpoints::store::Model,
    ) -> Result<Option<&'static str>, Failure> {
        if !endpoint.is_enabled() {
            return Ok(Some(DISABLED));
        }
        let Some(lost) = self.reach.lost(uow.reads(), endpoint).await? else {
            return Ok(None);
        };
        self.disable(uow, endpoint, lost.word(), event).await?;
        Ok(Some(lost.word()))
    }
}

type Endpoints = Arc<Vec<endpoints::store::Model>>;

/// The endpoints of the tenant, read once for all events of a unit: whichever is made later hears none of them, and whichever
/// is disabled at this moment is found out by the sender.
async fn endpoints_of(uow: &mut Uow) -> Result<Endpoints, Failure> {
    if let Some(known) = uow.remembered::<Endpoints>() {
        return Ok(known);
    }
    let read = Arc::new(endpoints::store::all(uow.reads(), uow.tenant()).await?);
    uow.remember(Arc::clone(&read));
    Ok(read)
}

/// The delivery's id is a function of event and endpoint: a unit of work that runs twice makes the same row.
fn planned(event: &Logged, webhook: WebhookId, parked: Option<&'static str>) -> Planned {
    let part = webhook.uuid();
    let id = countersign_kernel::id::derive("delivery", event.id.uuid(), part.as_bytes(), event.at);
    Planned {
        id: DeliveryId(id),
        webhook,
        parked,
        judged: true,
    }
}
