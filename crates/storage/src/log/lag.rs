//! How far readers of the log are behind, and what holds them back.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Query, any};

use uuid::Uuid;

use super::rows::{self, Column};
use super::window::{WindowCursor, horizon, windows};
use crate::{Conn, CrossTenantReader, Error};

/// How many entries come after a cursor, counted to the log's very end: also those that readers may not see yet.
/// `most`: counted so far.
pub async fn behind(reader: &CrossTenantReader, cursor: WindowCursor, most: u64) -> Result<u64, Error> {
    let mut entries = Query::select();
    entries
        .expr(Expr::val(1))
        .from(rows::TABLE)
        .cond_where(comes_after(reader, cursor))
        .limit(most);
    let mut count = Query::select();
    count
        .expr(Expr::cust("count(*)"))
        .from_subquery(entries, "entries");
    let row = reader.query_one(&count).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(counted.unsigned_abs())
}

/// What of a tenant's log comes after a cursor, seen by readers or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// All entries of the tenant.
    pub all: i64,
    /// Those after the cursor.
    pub after: i64,
    /// When the oldest of them happened.
    pub oldest: Option<Instant>,
}

/// Counts what of a tenant's log comes after a cursor: all at one moment.
pub async fn after(conn: &Conn, tenant: TenantId, cursor: WindowCursor) -> Result<After, Error> {
    let when_after = |expr: Expr| CaseStatement::new().case(comes_after(conn, cursor), expr);
    let mut select = Query::select();
    select
        .expr(Expr::cust("count(*)"))
        .expr(Expr::expr(when_after(Expr::val(1))).count())
        .expr(Expr::expr(when_after(Expr::col(Column::At))).min())
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0));
    let row = conn.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::broken("the database did not count the log"))?;
    Ok(After {
        all: row.try_get_by_index(0)?,
        after: row.try_get_by_index(1)?,
        oldest: row
            .try_get_by_index::<Option<DateTime<Utc>>>(2)?
            .map(Instant::new),
    })
}

/// Which of these entries of a tenant come after a cursor, seen by readers or not.
pub async fn still_to_come(
    conn: &Conn,
    tenant: TenantId,
    ids: &[Uuid],
    cursor: WindowCursor,
) -> Result<HashSet<Uuid>, Error> {
    let mut select = Query::select();
    select
        .column(Column::Id)
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .and_where(Expr::col(Column::Id).is_in(ids.iter().copied()))
        .cond_where(comes_after(conn, cursor));
    let rows = conn.query_all(&select).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// That an entry comes after a cursor.
fn comes_after(conn: &Conn, cursor: WindowCursor) -> Condition {
    if !windows(conn) {
        return Condition::all().add(Expr::col(Column::Seq).gt(cursor.seq));
    }
    let rest = Expr::col(Column::Xid)
        .gte(cursor.from)
        .and(Expr::col(Column::Xid).lt(cursor.to))
        .and(Expr::col(Column::Seq).gt(cursor.seq));
    any![Expr::col(Column::Xid).gte(cursor.to), rest]
}

/// Since when the oldest entry waits that readers may not see yet, because some older transaction is still open. A
/// metric, and a finding when it is minutes: a forgotten transaction anywhere in the cluster holds everybody back.
pub async fn held_back_since(reader: &CrossTenantReader) -> Result<Option<Instant>, Error> {
    if !windows(reader) {
        return Ok(None);
    }
    let mut select = Query::select();
    select
        .expr(Expr::col(Column::At).min())
        .from(rows::TABLE)
        .and_where(Expr::col(Column::Xid).gte(horizon(reader).await?));
    let row = reader.query_one(&select).await?;
    let at = row
        .map(|row| row.try_get_by_index::<Option<DateTime<Utc>>>(0))
        .transpose()?;
    Ok(at.flatten().map(Instant::new))
}
