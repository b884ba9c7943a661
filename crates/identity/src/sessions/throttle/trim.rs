//! Failures that are forgiven, and places where somebody has not signed in for long, are deleted.

use std::time::Duration;

use countersign_kernel::id::TenantId;
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Db, Error, Uow, Work, dialect};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// Deletes failures that were forgiven so long ago; how many.
pub async fn failures(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim::new("sign_in_failures", "forgiven_at", kept)).await
}

/// Deletes places where nobody has signed in for so long; how many.
pub async fn places(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim::new("sign_in_places", "seen_at", kept)).await
}

struct Trim {
    table: &'static str,
    until: &'static str,
    kept_ms: i64,
}

impl Trim {
    fn new(table: &'static str, until: &'static str, kept: Duration) -> Self {
        Self {
            table,
            until,
            kept_ms: i64::try_from(kept.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

impl Work for Trim {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let old = || {
            Expr::col("tenant_id")
                .eq(tenant.0)
                .and(Expr::col(self.until).lte(dialect::now_plus(conn, -self.kept_ms)))
        };
        let mut some = Query::select();
        some.column("key").from(self.table).and_where(old()).limit(STEP);
        let mut delete = Query::delete();
        delete
            .from_table(self.table)
            .and_where(old())
            .and_where(Expr::col("key").in_subquery(some));
        Ok(Step::of(conn.execute(&delete).await?.rows_affected()))
    }
}
