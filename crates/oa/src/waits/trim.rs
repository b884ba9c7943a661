//! What is kept of events and waits is deleted in time: an event of long ago ends no wait that begins now.

use std::time::Duration;

use countersign_kernel::id::{EventId, TenantId, TimerId};
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Db, Error, Uow, Work, dialect};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::store::{kept, wait};

/// Deletes what a tenant kept so long ago, in small steps; how many rows.
pub async fn trim(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    let events = in_steps(db, tenant, || Events { kept }).await?;
    Ok(events + in_steps(db, tenant, || Waits { kept }).await?)
}

struct Events {
    kept: Duration,
}

impl Work for Events {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let before = dialect::epoch_before(conn, self.kept);
        let old = || {
            kept::Column::TenantId
                .eq(tenant)
                .and(Expr::col(kept::Column::KeptAt).lt(before.clone()))
        };
        let some = kept::Entity::find()
            .select_only()
            .column(kept::Column::EventId)
            .filter(old())
            .limit(STEP);
        let ids: Vec<EventId> = some.into_tuple().all(conn).await?;
        if ids.is_empty() {
            return Ok(Step::default());
        }
        let deleted = kept::Entity::delete_many()
            .filter(old())
            .filter(kept::Column::EventId.is_in(ids))
            .exec(conn)
            .await?;
        Ok(Step::of(deleted.rows_affected))
    }
}

struct Waits {
    kept: Duration,
}

impl Work for Waits {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let kept_ms = i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX);
        let old = wait::Column::TenantId
            .eq(tenant)
            .and(Expr::col(wait::Column::EndedAt).lte(dialect::now_plus(conn, -kept_ms)));
        let some = wait::Entity::find()
            .select_only()
            .column(wait::Column::Id)
            .filter(old)
            .limit(STEP);
        let ids: Vec<TimerId> = some.into_tuple().all(conn).await?;
        if ids.is_empty() {
            return Ok(Step::default());
        }
        let deleted = wait::Entity::delete_many()
            .filter(wait::Column::TenantId.eq(tenant))
            .filter(wait::Column::Id.is_in(ids))
            .exec(conn)
            .await?;
        Ok(Step::of(deleted.rows_affected))
    }
}
