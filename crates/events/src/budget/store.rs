//! What was spent, by root cause: kept, so that all servers count together and a restart forgets nothing.

use std::time::Duration;

use countersign_kernel::id::{EventId, TenantId};
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Conn, Db, Error, Uow, Work, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, QueryTrait};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cause_budgets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: EventId,
    pub spent: i64,
    /// In the database's time.
    pub spent_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Counts one more, and gives how many there are now.
pub(super) async fn spend(uow: &mut Uow, root: EventId) -> Result<i64, Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let again = OnConflict::columns([Column::TenantId, Column::RootId])
        .value(Column::Spent, Expr::col((Entity, Column::Spent)).add(1))
        .value(Column::SpentAt, dialect::now(conn))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(Entity)
        .columns([Column::TenantId, Column::RootId, Column::Spent, Column::SpentAt])
        .values([tenant.into(), root.into(), 1.into(), dialect::now(conn)])
        .map_err(Error::broken)?
        .on_conflict(again)
        .returning_col(Column::Spent);
    let row = conn.query_one(&insert).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}

/// Forgets a tenant's causes of which nothing followed for so long, in small steps; how many.
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
            .column(Column::RootId)
            .filter(Column::TenantId.eq(tenant))
            .filter(self.old(conn))
            .order_by_asc(Column::SpentAt)
            .limit(STEP);
        let deleted = Entity::delete_many()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::RootId.in_subquery(old.into_query()))
            .exec(conn)
            .await?;
        Ok(Step::of(deleted.rows_affected))
    }
}

impl Trim {
    fn old(&self, conn: &Conn) -> sea_orm::sea_query::SimpleExpr {
        let kept_ms = i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX);
        Expr::col(Column::SpentAt).lte(dialect::now_plus(conn, -kept_ms))
    }
}
