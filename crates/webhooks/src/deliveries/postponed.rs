//! A claimed delivery that is not attempted now: it waits, or it is set aside with its reason.

use std::sync::Arc;

use chrono::TimeDelta;
use countersign_kernel::id::{DeliveryId, EventId, TenantId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow, Work, dialect};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{DISABLED, PARKED_LOOK_MS, Status, store};
use crate::endpoints::{self, disable};
use crate::reach::Reach;

/// Why a claimed delivery is not attempted now.
#[derive(Clone, Copy)]
pub(super) enum Why {
    /// Its endpoint seems to be disabled, or gone.
    Disabled,
    /// Its endpoint, in this version, cannot be used before its owner mends it.
    Broken(&'static str, i64),
    /// The endpoint's breaker is open for so long.
    Breaker(TimeDelta),
    /// It waits so long for its turn.
    Turn(TimeDelta),
    /// Its endpoint's filter, which could not be read before, does not let it through.
    NotWanted,
    /// The endpoint may not be sent this event as things are now.
    Unheard(&'static str),
    /// There is nothing to send, and never will be.
    Unsendable(&'static str),
}

/// A claimed delivery that is not attempted now.
pub(super) struct Postponed {
    pub(super) tenant: TenantId,
    pub(super) id: DeliveryId,
    pub(super) webhook: WebhookId,
    pub(super) event: EventId,
    pub(super) why: Why,
    pub(super) reach: Arc<Reach>,
    pub(super) at: Instant,
    pub(super) owner: String,
}

/// Its next status, why it waits, and when it is looked at.
type Next = (Status, Option<&'static str>, Option<TimeDelta>);

const LEFT_ALONE: &str = "its endpoint failed several times in a row, and is left alone for a moment";

const LOOK: TimeDelta = TimeDelta::milliseconds(PARKED_LOOK_MS);

impl Work for Postponed {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let next: Next = match self.why {
            Why::Disabled => match self.settle(uow).await? {
                Some(next) => next,
                None => return store::delete(uow.writes().await?, self.tenant, self.id).await,
            },
            Why::NotWanted => return store::delete(uow.writes().await?, self.tenant, self.id).await,
            Why::Broken(reason, version) => self.disable(uow, reason, version).await?,
            Why::Breaker(wait) => self.leave_alone(uow, wait).await?,
            Why::Turn(wait) => (Status::Pending, None, Some(wait)),
            Why::Unheard(reason) => (Status::Failed, Some(reason), None),
            Why::Unsendable(reason) => {
                tracing::error!(delivery = %self.id, reason, "a delivery can never be sent");
                (Status::Failed, Some(reason), None)
            }
        };
        self.put_off(uow, next).await
    }
}

impl Postponed {
    /// Under the endpoint's lock, because enabling it releases what is parked; none if the endpoint is deleted.
    async fn settle(&self, uow: &mut Uow) -> Result<Option<Next>, Error> {
        let Some(endpoint) = endpoints::store::lock(uow.reads(), self.tenant, self.webhook).await? else {
            return Ok(None);
        };
        if endpoint.is_enabled() {
            return Ok(Some((Status::Pending, None, Some(TimeDelta::zero()))));
        }
        // All others too: each look at them would find the same.
        store::park_due(uow.writes().await?, self.tenant, self.webhook, DISABLED, LOOK).await?;
        Ok(Some((Status::Parked, Some(DISABLED), Some(LOOK))))
    }

    /// All that is due to it waits, at once: one look at each would keep the sender from everybody else.
    async fn leave_alone(&self, uow: &mut Uow, wait: TimeDelta) -> Result<Next, Error> {
        if endpoints::store::lock(uow.reads(), self.tenant, self.webhook)
            .await?
            .is_some()
        {
            let conn = uow.writes().await?;
            store::park_due(conn, self.tenant, self.webhook, LEFT_ALONE, wait).await?;
        }
        Ok((Status::Parked, Some(LEFT_ALONE), Some(wait)))
    }

    async fn disable(&self, uow: &mut Uow, reason: &'static str, version: i64) -> Result<Next, Error> {
        match endpoints::store::lock(uow.reads(), self.tenant, self.webhook).await? {
            Some(endpoint) if endpoint.version == version => {
                disable::disable(uow, &self.reach, &endpoint, reason, self.event, self.at).await?;
                Ok((Status::Parked, Some(reason), Some(LOOK)))
            }
            // It was changed meanwhile, and may be whole again: the next look says.
            _ => Ok((Status::Pending, None, Some(TimeDelta::zero()))),
        }
    }

    async fn put_off(&self, uow: &mut Uow, next: Next) -> Result<(), Error> {
        put_off(uow, self.tenant, self.id, &self.owner, next).await
    }
}

/// A delivery that failed to be read or kept: it is looked at again later, and says so meanwhile.
pub(super) struct SetAside {
    pub(super) tenant: TenantId,
    pub(super) id: DeliveryId,
    pub(super) owner: String,
}

impl Work for SetAside {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let reason = "it could not be read or kept: the server's log says why";
        let next = (Status::Parked, Some(reason), Some(LOOK));
        put_off(uow, self.tenant, self.id, &self.owner, next).await
    }
}

/// By the id alone, because the rest of the row may be what is wrong.
async fn put_off(
    uow: &mut Uow,
    tenant: TenantId,
    id: DeliveryId,
    owner: &str,
    (status, reason, wait): Next,
) -> Result<(), Error> {
    let conn = uow.writes().await?;
    let due = wait.map_or_else(
        || Expr::value(None::<Instant>),
        |wait| dialect::now_plus(conn, wait.num_milliseconds()),
    );
    store::Entity::update_many()
        .col_expr(store::Column::Status, Expr::value(status.word()))
        .col_expr(store::Column::Reason, Expr::value(reason))
        .col_expr(store::Column::DueAt, due)
        .col_expr(store::Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(store::Column::LeaseUntil, Expr::value(None::<Instant>))
        .filter(store::Column::TenantId.eq(tenant))
        .filter(store::Column::Id.eq(id))
        .filter(store::Column::LeaseOwner.eq(owner))
        .exec(conn)
        .await?;
    Ok(())
}
