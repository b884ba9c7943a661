//! Who listens: an event becomes a delivery for each endpoint that wants it, in the unit of work of the inbox row.

use std::sync::Arc;

use countersign_events::{Consumer, Failure};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DeliveryId, TypedId as _};
use countersign_storage::{Logged, Uow};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveValue::Set, EntityTrait as _};

use super::{Status, store};
use crate::endpoints::{self, TESTED};
use crate::reach::Reach;
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
        let wanting = self.wanting(uow, event).await?;
        if wanting.is_empty() {
            return Ok(());
        }
        let rows: Vec<store::ActiveModel> = wanting.iter().map(|endpoint| row(event, endpoint)).collect();
        store::Entity::insert_many(rows)
            .on_conflict_do_nothing_on([
                store::Column::TenantId,
                store::Column::WebhookId,
                store::Column::EventId,
            ])
            .exec_without_returning(uow.writes().await?)
            .await
            .map_err(countersign_storage::Error::from)?;
        let wake = self.wake.clone();
        uow.after_commit(move || wake.now());
        Ok(())
    }

    /// The endpoints that want this event and whose owners may see what it is about.
    async fn wanting(&self, uow: &Uow, event: &Logged) -> Result<Vec<endpoints::store::Model>, Failure> {
        let mut wanting = Vec::new();
        for endpoint in endpoints::store::all(uow.reads(), event.tenant).await? {
            let wanted = if event.kind == TESTED {
                endpoint.id.uuid() == event.subject.id
            } else {
                event.seq > endpoint.since_seq
                    && endpoints::wants(&endpoint.patterns(), &event.kind)
                    && self.reach.filter_holds(&endpoint, event)
            };
            if wanted && self.reach.owner_sees(uow.reads(), &endpoint, event).await? {
                wanting.push(endpoint);
            }
        }
        Ok(wanting)
    }
}

/// The delivery's id is a function of event and endpoint: a unit of work that runs twice makes the same row.
fn row(event: &Logged, endpoint: &endpoints::store::Model) -> store::ActiveModel {
    let id = countersign_kernel::id::derive(
        "delivery",
        event.id.uuid(),
        endpoint.id.uuid().as_bytes(),
        event.at,
    );
    let status = if endpoint.is_enabled() {
        Status::Pending
    } else {
        Status::Parked
    };
    store::ActiveModel {
        tenant_id: Set(event.tenant),
        id: Set(DeliveryId(id)),
        webhook_id: Set(endpoint.id),
        event_id: Set(event.id),
        event_type: Set(event.kind.clone()),
        subject_id: Set(event.subject.id),
        event_seq: Set(event.seq),
        status: Set(status.word().to_owned()),
        failed: Set(0),
        due_at: Set((status == Status::Pending).then_some(event.at)),
        lease_owner: Set(None),
        lease_until: Set(None),
        body: Set(None),
        version: Set(1),
        created_at: Set(event.at),
        updated_at: Set(event.at),
    }
}
