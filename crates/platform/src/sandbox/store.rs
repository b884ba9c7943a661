//! How far a tenant's clock is ahead, as it is kept: one truth for every server.

use countersign_kernel::id::TenantId;
use countersign_storage::{Error, Uow, Work};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DeriveIden};

#[derive(Clone, Copy, DeriveIden)]
enum Column {
    Id,
    ClockOffsetMs,
}

const TABLE: &str = "tenants";

/// The clocks that were moved, of all tenants.
pub(super) async fn offsets(reader: &impl ConnectionTrait) -> Result<Vec<(TenantId, i64)>, Error> {
    let mut select = Query::select();
    select
        .columns([Column::Id, Column::ClockOffsetMs])
        .from(TABLE)
        .and_where(Expr::col(Column::ClockOffsetMs).ne(0));
    let rows = reader.query_all(&select).await?;
    rows.iter()
        .map(|row| Ok((TenantId(row.try_get_by_index(0)?), row.try_get_by_index(1)?)))
        .collect()
}

/// Keeps how far a tenant's clock is ahead. No log entry: business time is rehearsed, and nothing in it is a fact.
pub(super) struct Keep {
    pub(super) offset_ms: i64,
}

impl Work for Keep {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let tenant = uow.tenant();
        let mut update = Query::update();
        update
            .table(TABLE)
            .value(Column::ClockOffsetMs, self.offset_ms)
            .and_where(Expr::col(Column::Id).eq(tenant.0));
        uow.writes().await?.execute(&update).await?;
        Ok(())
    }
}
