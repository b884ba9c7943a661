//! Sending again: one delivery, or all of a time.

use chrono::TimeDelta;
use countersign_kernel::id::{DeliveryId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow, Work, dialect};
use countersign_web::Expected;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{DISABLED, KEPT_MS, PARKED_LOOK_MS, Status, store};
use crate::endpoints::service::{Asked, Refused};
use crate::wake::Wake;
use crate::{database_time, endpoints};

/// Sends one delivery again, with the same `webhook-id`, all attempts anew.
pub struct Redeliver {
    pub asked: Asked,
    pub webhook: WebhookId,
    pub delivery: DeliveryId,
    /// The delivery's version, if the caller named one.
    pub expected: Expected,
    pub wake: Wake,
}

impl Work for Redeliver {
    /// The delivery, with its attempts so far.
    type Out = (store::Model, Vec<store::attempts::Model>);
    type Error = Refused;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Refused> {
        let endpoint = held(&self.asked, uow, self.webhook).await?;
        let found = store::held(uow, self.delivery).await?;
        let mut delivery = found
            .filter(|found| found.webhook_id == endpoint.id)
            .ok_or(Refused::NotFound)?;
        if !self.expected.allows(delivery.version) {
            return Err(Refused::Stale(delivery.version));
        }
        let attempts = store::attempts_of(uow.reads(), delivery.tenant_id, &[delivery.id]).await?;
        let (status, reason, due) = again(uow, &endpoint).await?;
        store::Entity::update_many()
            .col_expr(store::Column::Status, Expr::value(status.word()))
            .col_expr(store::Column::Reason, Expr::value(reason))
            .col_expr(store::Column::DueAt, Expr::value(due))
            .col_expr(store::Column::ExpiresAt, dialect::now_plus(uow.reads(), KEPT_MS))
            .col_expr(store::Column::Failed, Expr::value(0))
            .col_expr(store::Column::UpdatedAt, Expr::value(self.asked.at))
            .filter(store::Column::TenantId.eq(delivery.tenant_id))
            .filter(store::Column::Id.eq(delivery.id))
            .exec(uow.writes().await?)
            .await
            .map_err(Error::from)?;
        status.word().clone_into(&mut delivery.status);
        delivery.reason = reason.map(str::to_owned);
        delivery.due_at = Some(due);
        delivery.failed = 0;
        delivery.updated_at = self.asked.at;
        log_replay(uow, &self.asked, &endpoint).await?;
        let wake = self.wake.clone();
        uow.after_commit(move || wake.now());
        Ok((delivery, attempts))
    }
}

/// Sends deliveries of a time again, by type or outcome if wanted; answers how many.
pub struct Replay {
    pub asked: Asked,
    pub webhook: WebhookId,
    pub since: Instant,
    pub until: Option<Instant>,
    pub event_types: Vec<String>,
    pub status: Option<Status>,
    pub wake: Wake,
}

impl Work for Replay {
    type Out = u64;
    type Error = Refused;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<u64, Refused> {
        let endpoint = held(&self.asked, uow, self.webhook).await?;
        let (status, reason, due) = again(uow, &endpoint).await?;
        let mut update = store::Entity::update_many()
            .col_expr(store::Column::Status, Expr::value(status.word()))
            .col_expr(store::Column::Reason, Expr::value(reason))
            .col_expr(store::Column::DueAt, Expr::value(due))
            .col_expr(store::Column::ExpiresAt, dialect::now_plus(uow.reads(), KEPT_MS))
            .col_expr(store::Column::Failed, Expr::value(0))
            .col_expr(store::Column::UpdatedAt, Expr::value(self.asked.at))
            .filter(store::Column::TenantId.eq(self.asked.tenant))
            .filter(store::Column::WebhookId.eq(self.webhook))
            .filter(store::Column::CreatedAt.gte(self.since));
        if let Some(until) = self.until {
            update = update.filter(store::Column::CreatedAt.lt(until));
        }
        if !self.event_types.is_empty() {
            update =
                update.filter(store::Column::EventType.is_in(self.event_types.iter().map(String::as_str)));
        }
        if let Some(status) = self.status {
            update = update.filter(store::Column::Status.eq(status.word()));
        }
        let replayed = update.exec(uow.writes().await?).await.map_err(Error::from)?;
        log_replay(uow, &self.asked, &endpoint).await?;
        let wake = self.wake.clone();
        uow.after_commit(move || wake.now());
        Ok(replayed.rows_affected)
    }
}

/// Who had something sent again stands in the log.
async fn log_replay(uow: &mut Uow, asked: &Asked, endpoint: &endpoints::store::Model) -> Result<(), Error> {
    let mut after = endpoint.clone();
    after.version += 1;
    after.updated_at = asked.at;
    endpoints::store::update(uow.writes().await?, endpoint, &after, &[]).await?;
    uow.append(asked.entry(&after, endpoints::REPLAYED, &[]));
    Ok(())
}

/// To a disabled endpoint nothing goes out: what is sent again waits parked.
async fn again(
    uow: &Uow,
    endpoint: &endpoints::store::Model,
) -> Result<(Status, Option<&'static str>, Instant), Error> {
    let now = database_time::now(uow.reads()).await?;
    Ok(if endpoint.is_enabled() {
        (Status::Pending, None, now)
    } else {
        let look = now.plus(TimeDelta::milliseconds(PARKED_LOOK_MS));
        (Status::Parked, Some(DISABLED), look)
    })
}

/// The endpoint, held, so that it is not enabled or disabled meanwhile.
async fn held(asked: &Asked, uow: &Uow, id: WebhookId) -> Result<endpoints::store::Model, Refused> {
    let found = endpoints::store::lock(uow.reads(), asked.tenant, id).await?;
    found
        .filter(|endpoint| asked.may_touch(endpoint))
        .ok_or(Refused::NotFound)
}
