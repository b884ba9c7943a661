//! The log: history, audit and outbox in one append-only table.
//!
//! History reads it by subject ([`history`]), consumers by window ([`window`]), audit by seal.

mod batch;
pub(crate) mod days;
mod entry;
mod kinds;
mod lag;
mod opening;
pub(crate) mod rows;
mod window;

use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, Order, Statement};

use crate::{Conn, Error};
pub use batch::LogBatch;
pub use entry::{Cause, ChangeContext, Entry};
pub use lag::{After, after, behind, held_back_since, still_to_come};
pub use rows::{Column, Stored, StoredEntry};
pub use window::{Head, WindowCursor, between, load, newest, window, window_of_tenant};

/// An entry that stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub tenant: TenantId,
    /// Its place. On PostgreSQL neither this nor (xid, seq) is the order of commit: see [`window`].
    pub seq: i64,
    /// The transaction that wrote it; 0 on SQLite, which has one at a time.
    pub xid: i64,
    pub entry: Entry,
}

impl std::ops::Deref for Logged {
    type Target = Entry;
    fn deref(&self) -> &Entry {
        &self.entry
    }
}

/// The entries of one record with a version above `after_version`, oldest first.
pub async fn history(
    conn: &Conn,
    tenant: TenantId,
    subject: &Link,
    after_version: i64,
    limit: u64,
) -> Result<Vec<Logged>, Error> {
    let stored = stored_history(conn, tenant, subject, after_version, limit).await?;
    stored.iter().map(Stored::parse).collect()
}

/// [`history`], readable or not.
pub async fn stored_history(
    conn: &Conn,
    tenant: TenantId,
    subject: &Link,
    after_version: i64,
    limit: u64,
) -> Result<Vec<Stored>, Error> {
    let mut select = Query::select();
    select
        .columns(Column::ALL)
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .and_where(Expr::col(Column::SubjectKind).eq(subject.kind.as_str()))
        .and_where(Expr::col(Column::SubjectId).eq(subject.id))
        .and_where(Expr::col(Column::Version).gt(after_version))
        .order_by(Column::Version, Order::Asc)
        .limit(limit);
    let rows = conn.query_all(&select).await?;
    rows.iter().map(|row| Ok(rows::stored(row)?.1)).collect()
}

/// The place of the tenant's last entry, as far as can be seen now; 0 before the first.
pub async fn last_seq(conn: &Conn, tenant: TenantId) -> Result<i64, Error> {
    let mut select = Query::select();
    select
        .column(Column::Seq)
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .order_by(Column::Seq, Order::Desc)
        .limit(1);
    let row = conn.query_one(&select).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}

/// One entry by its id.
pub async fn entry(conn: &Conn, tenant: TenantId, id: EventId) -> Result<Option<Logged>, Error> {
    let mut select = Query::select();
    select
        .columns(Column::ALL)
        .from(rows::TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.0))
        .and_where(Expr::col(Column::Id).eq(id.0));
    let row = conn.query_one(&select).await?;
    row.map(|row| rows::stored(&row)?.1.parse()).transpose()
}

/// So many events are gone back over at most.
const LONGEST_CHAIN: i64 = 100_000;

/// The first of the events that led to this one.
pub async fn root(conn: &Conn, tenant: TenantId, event: EventId) -> Result<EventId, Error> {
    let sql = "WITH RECURSIVE causes (id, cause, step) AS ( \
               SELECT id, cause, 0 FROM log WHERE tenant_id = $1 AND id = $2 \
               UNION ALL SELECT log.id, log.cause, causes.step + 1 FROM log JOIN causes ON log.id = causes.cause \
               WHERE log.tenant_id = $1 AND causes.step < $3) \
               SELECT id FROM causes ORDER BY step DESC LIMIT 1";
    let values = [tenant.0.into(), event.0.into(), LONGEST_CHAIN.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = conn.query_one_raw(statement).await?;
    Ok(row.map_or(Ok(event), |row| row.try_get_by_index(0).map(EventId))?)
}
