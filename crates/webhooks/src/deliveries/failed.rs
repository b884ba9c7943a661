//! What an attempt that failed changes: the delivery, its list of attempts, and sometimes the endpoint itself.

use std::sync::Arc;

use chrono::TimeDelta;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow, Work, dialect};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::attempt::Heard;
use super::{DISABLED, KEPT_MS, PARKED_LOOK_MS, Status, store};
use crate::endpoints::{self, disable, health};
use crate::reach::Reach;
use crate::retry;

/// An attempt that failed, to be kept.
pub(super) struct Failed {
    pub(super) delivery: store::Model,
    /// The endpoint as it was called.
    pub(super) called: endpoints::store::Model,
    pub(super) body: String,
    pub(super) reach: Arc<Reach>,
    pub(super) heard: Heard,
    /// The tenant's business time: for people to see.
    pub(super) at: Instant,
    pub(super) jitter: u16,
    pub(super) owner: String,
}

/// What becomes of the delivery.
#[derive(Clone, Copy)]
enum Next {
    /// Tried again after so long.
    Again(TimeDelta),
    UsedUp,
    /// Its endpoint is disabled.
    Waits,
}

impl Work for Failed {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        // The endpoint comes first: see `endpoints::store::lock`.
        let next = if self.endpoint_is_lost(uow).await? {
            Next::Waits
        } else {
            self.again_or_never()
        };
        if !self.move_on(uow, next).await? {
            // Another server took it over when this one was frozen, and its word counts; or the endpoint was deleted.
            uow.abandon();
            return Ok(());
        }
        store::attempts::Entity::insert(store::attempts::row(&self.delivery, &self.heard, self.at))
            .exec_without_returning(uow.writes().await?)
            .await?;
        if self.called.ordered && matches!(next, Next::UsedUp) {
            store::wake_successor(uow.writes().await?, &self.delivery).await?;
        }
        Ok(())
    }
}

impl Failed {
    pub(super) fn tenant(&self) -> TenantId {
        self.delivery.tenant_id
    }

    fn failed(&self) -> i64 {
        self.delivery.failed + 1
    }

    fn again_or_never(&self) -> Next {
        let failed = usize::try_from(self.failed()).unwrap_or(usize::MAX);
        retry::next_wait(failed, self.jitter, self.heard.retry_after_s).map_or(Next::UsedUp, Next::Again)
    }

    /// Notes the failure; whether the endpoint is disabled for it, now or already.
    async fn endpoint_is_lost(&self, uow: &mut Uow) -> Result<bool, Error> {
        let (tenant, id) = (self.called.tenant_id, self.called.id);
        let (held, reason) = if self.heard.gone() {
            let held = endpoints::store::lock(uow.reads(), tenant, id).await?;
            (held, disable::GONE)
        } else if health::failed(uow, &self.called).await? {
            let long = retry::GIVE_UP_AFTER;
            let held = endpoints::store::lock_failing(uow.reads(), tenant, id, long).await?;
            (held, disable::GIVEN_UP)
        } else {
            (None, disable::GIVEN_UP)
        };
        // What an address answered that is not the endpoint's any more says nothing of it.
        let Some(endpoint) = held.filter(|held| held.url == self.called.url) else {
            return Ok(false);
        };
        let cause = self.delivery.event_id;
        disable::disable(uow, &self.reach, &endpoint, reason, cause, self.at).await?;
        Ok(true)
    }

    /// Whether the delivery was still this sender's.
    async fn move_on(&self, uow: &mut Uow, next: Next) -> Result<bool, Error> {
        let conn = uow.writes().await?;
        let never = || Expr::value(None::<Instant>);
        let (status, due) = match next {
            Next::UsedUp => (Status::Failed, never()),
            Next::Again(wait) => (Status::Pending, dialect::now_plus(conn, wait.num_milliseconds())),
            Next::Waits => (Status::Parked, dialect::now_plus(conn, PARKED_LOOK_MS)),
        };
        let reason = (status == Status::Parked).then_some(DISABLED);
        let kept = store::Entity::update_many()
            .col_expr(store::Column::Status, Expr::value(status.word()))
            .col_expr(store::Column::Reason, Expr::value(reason))
            .col_expr(store::Column::Judged, Expr::value(true))
            .col_expr(store::Column::DueAt, due)
            .col_expr(store::Column::Failed, Expr::value(self.failed()))
            .col_expr(store::Column::Body, Expr::value(Some(self.body.clone())))
            .col_expr(store::Column::LeaseOwner, Expr::value(None::<String>))
            .col_expr(store::Column::LeaseUntil, never())
            .col_expr(store::Column::ExpiresAt, dialect::now_plus(conn, KEPT_MS))
            .col_expr(store::Column::Version, Expr::value(self.delivery.version + 1))
            .col_expr(store::Column::UpdatedAt, Expr::value(self.at))
            .filter(store::Column::TenantId.eq(self.delivery.tenant_id))
            .filter(store::Column::Id.eq(self.delivery.id))
            .filter(store::Column::LeaseOwner.eq(self.owner.as_str()))
            .filter(store::Column::Version.eq(self.delivery.version))
            .exec(conn)
            .await?;
        Ok(kept.rows_affected > 0)
    }
}
