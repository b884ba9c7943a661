//! How far a tenant's clock is ahead, as it is kept.

use countersign_kernel::id::TenantId;
use countersign_storage::{Db, Error, Uow, Work};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::SandboxClock;

/// Sets the clocks of all tenants as they were when the server last ran.
pub async fn restore(db: &Db, clock: &SandboxClock, tenants: &[TenantId]) -> Result<(), Error> {
    for tenant in tenants {
        let mut select = Query::select();
        select
            .column("clock_offset_ms")
            .from("tenants")
            .and_where(Expr::col("id").eq(tenant.0));
        let row = db.read(*tenant).await?.query_one(&select).await?;
        if let Some(row) = row {
            clock.set(*tenant, row.try_get_by_index(0)?);
        }
    }
    Ok(())
}

/// Keeps how far a tenant's clock is ahead.
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
            .table("tenants")
            .value("clock_offset_ms", self.offset_ms)
            .and_where(Expr::col("id").eq(tenant.0));
        uow.writes().await?.execute(&update).await?;
        Ok(())
    }
}
