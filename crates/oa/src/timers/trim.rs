//! Timers that fired or were called off are kept for a while, for whoever asks why a deadline came, and then deleted.

use std::time::Duration;

use countersign_kernel::id::{TenantId, TimerId};
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Conn, Db, Error, Uow, Work, dialect};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::store::{Column, Entity};

/// Deletes a tenant's timers that ended so long ago, in small steps; how many.
pub async fn trim(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim { kept }).await
}

struct Trim {
    kept: Duration,
}

impl Work for Trim {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let old = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(self.ended(conn, tenant))
            .order_by_asc(Column::EndedAt)
            .limit(STEP);
        let ids: Vec<TimerId> = old.into_tuple().all(conn).await?;
        if ids.is_empty() {
            return Ok(Step::default());
        }
        let deleted = Entity::delete_many()
            .filter(self.ended(conn, tenant))
            .filter(Column::Id.is_in(ids))
            .exec(conn)
            .await?;
        Ok(Step::of(deleted.rows_affected))
    }
}

impl Trim {
    /// One that is due is never old, whatever else its row says.
    fn ended(&self, conn: &Conn, tenant: TenantId) -> Condition {
        let kept_ms = i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX);
        Condition::all()
            .add(Column::TenantId.eq(tenant))
            .add(Expr::col(Column::EndedAt).lte(dialect::now_plus(conn, -kept_ms)))
            .add(Column::DueAt.is_null())
    }
}
