//! Sessions that can live no more are deleted with their refresh tokens.
//!
//! A session is kept whole until its last refresh token could no longer be used, and for a while after: as long as any of
//! its tokens may count, each token that was used before is there to be recognised as stolen.

use std::time::Duration;

use countersign_kernel::id::{SessionId, TenantId};
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Conn, Db, Error, Uow, Work, dialect};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::store::{Column, Entity};

const TOKENS: &str = "refresh_tokens";

/// Deletes a tenant's sessions that expired so long ago, in small steps; how many rows, with those of their tokens. One that
/// was ended earlier waits until it would have expired.
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
            .filter(self.expired(conn, tenant))
            .order_by_asc(Column::ExpiresAt)
            .limit(STEP);
        let ids: Vec<SessionId> = old.into_tuple().all(conn).await?;
        if ids.is_empty() {
            return Ok(Step::default());
        }
        // A session may have any number of tokens: the sessions go when no token is left.
        let deleted = delete_tokens(conn, tenant, &ids).await?;
        if deleted > 0 {
            return Ok(Step { deleted, more: true });
        }
        let deleted = Entity::delete_many()
            .filter(self.expired(conn, tenant))
            .filter(Column::Id.is_in(ids))
            .exec(conn)
            .await?;
        Ok(Step::of(deleted.rows_affected))
    }
}

impl Trim {
    fn expired(&self, conn: &Conn, tenant: TenantId) -> Condition {
        let kept_ms = i64::try_from(self.kept.as_millis()).unwrap_or(i64::MAX);
        Condition::all()
            .add(Column::TenantId.eq(tenant))
            .add(Expr::col(Column::ExpiresAt).lte(dialect::now_plus(conn, -kept_ms)))
    }
}

/// Deletes refresh tokens of these sessions, at most so many as one step may; how many.
async fn delete_tokens(conn: &Conn, tenant: TenantId, sessions: &[SessionId]) -> Result<u64, Error> {
    let of_sessions = || {
        Expr::col("tenant_id")
            .eq(tenant.0)
            .and(Expr::col("session_id").is_in(sessions.iter().map(|id| id.0)))
    };
    let mut some = Query::select();
    some.column("hash")
        .from(TOKENS)
        .and_where(of_sessions())
        .limit(STEP);
    let rows = conn.query_all(&some).await?;
    let hashes: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, _>>()?;
    if hashes.is_empty() {
        return Ok(0);
    }
    let mut delete = Query::delete();
    delete
        .from_table(TOKENS)
        .and_where(of_sessions())
        .and_where(Expr::col("hash").is_in(hashes));
    Ok(conn.execute(&delete).await?.rows_affected())
}
