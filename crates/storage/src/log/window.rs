//! Reading the log as it grows, without missing or swapping anything.
//!
//! On PostgreSQL the order of `seq` is not the order of commit, and neither is that of `(xid, seq)`: a transaction
//! that began earlier may commit later, and a record's later version may carry the smaller xid. So a reader takes
//! whole windows: every row with `from <= xid < to`, where `to` was `pg_snapshot_xmin` (all transactions before it
//! have ended), in order of `seq` inside the window; only then does `from` move. A window that would hold a record's later version
//! without an earlier one waits. SQLite has one transaction at a
//! time, and its windows are what was committed, in order of `seq`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Order, Statement};
use serde::{Deserialize, Serialize};

use super::rows::{self, Column};
use crate::{Conn, Db, Door, Error, Logged};

/// How far a reader has come: inside the window `from <= xid < to`, after `seq`. The default is the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WindowCursor {
    pub from: i64,
    pub to: i64,
    pub seq: i64,
}

impl WindowCursor {
    /// Short and stable, for a column or a cursor that is handed out.
    pub fn encode(self) -> String {
        format!("{}.{}.{}", self.from, self.to, self.seq)
    }

    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text
            .split('.')
            .map(|part| part.parse::<i64>().ok().filter(|number| *number >= 0));
        let cursor = Self {
            from: parts.next()??,
            to: parts.next()??,
            seq: parts.next()??,
        };
        (parts.next().is_none() && cursor.from <= cursor.to).then_some(cursor)
    }

    /// The cursor of an entry that was read in this window: what comes after it.
    #[must_use]
    pub fn at(self, seq: i64) -> Self {
        Self { seq, ..self }
    }
}

/// What the door shows of an entry: where it is, not what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub tenant: TenantId,
    pub seq: i64,
    pub kind: String,
}

/// Where "from now on" begins.
pub async fn newest(conn: &Conn) -> Result<WindowCursor, Error> {
    let horizon = horizon(conn).await?;
    let seq = if windows(conn) { 0 } else { horizon };
    Ok(WindowCursor {
        from: horizon,
        to: horizon,
        seq,
    })
}

/// The next entries of all tenants, heads only, and the cursor behind them. Fewer than `limit` does not mean the
/// end: an unchanged cursor does. `kinds`: only these event types, or all.
pub async fn window(
    door: &Door,
    cursor: WindowCursor,
    kinds: Option<&[&str]>,
    limit: u64,
) -> Result<(Vec<Head>, WindowCursor), Error> {
    let (select, open) = page(
        door,
        cursor,
        kinds,
        limit,
        &[Column::TenantId, Column::Seq, Column::Kind],
    )
    .await?;
    let Some(select) = select else {
        return Ok((Vec::new(), open));
    };
    let mut heads = Vec::new();
    for row in door.query_all(&select).await? {
        heads.push(Head {
            tenant: TenantId(row.try_get_by_index(0)?),
            seq: row.try_get_by_index(1)?,
            kind: row.try_get_by_index(2)?,
        });
    }
    let last = heads.last().map(|head| head.seq);
    let next = behind(door, open, heads.len(), limit, last);
    Ok((heads, next))
}

/// The next entries of one tenant, and the cursor behind them. Fewer than `limit` does not mean the end: an
/// unchanged cursor does.
pub async fn window_of_tenant(
    conn: &Conn,
    tenant: TenantId,
    cursor: WindowCursor,
    kinds: Option<&[&str]>,
    limit: u64,
) -> Result<(Vec<Logged>, WindowCursor), Error> {
    let (select, open) = page(conn, cursor, kinds, limit, &Column::ALL).await?;
    let Some(mut select) = select else {
        return Ok((Vec::new(), open));
    };
    select.and_where(Expr::col(Column::TenantId).eq(tenant.0));
    let read = rows::read_all(conn.query_all(&select).await?)?;
    let next = behind(
        conn,
        open,
        read.len(),
        limit,
        read.last().map(|logged| logged.seq),
    );
    Ok((read, next))
}

/// The entries behind heads, in the order of the heads. One query for each tenant among them.
pub async fn load(db: &Db, heads: &[Head]) -> Result<Vec<Logged>, Error> {
    let mut by_tenant: HashMap<TenantId, Vec<i64>> = HashMap::new();
    for head in heads {
        by_tenant.entry(head.tenant).or_default().push(head.seq);
    }
    let mut found = HashMap::with_capacity(heads.len());
    for (tenant, places) in by_tenant {
        let reader = db.read(tenant).await?;
        let mut select = Query::select();
        select
            .columns(Column::ALL)
            .from(rows::TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.0))
            .and_where(Expr::col(Column::Seq).is_in(places));
        for logged in rows::read_all(reader.query_all(&select).await?)? {
            found.insert(logged.seq, logged);
        }
    }
    Ok(heads.iter().filter_map(|head| found.remove(&head.seq)).collect())
}

/// Since when the oldest entry waits that readers may not see yet, because some older transaction is still open. A
/// metric, and a finding when it is minutes: a forgotten transaction anywhere in the cluster holds everybody back.
pub async fn held_back_since(door: &Door) -> Result<Option<Instant>, Error> {
    if !windows(door) {
        return Ok(None);
    }
    let mut select = Query::select();
    select
        .expr(Expr::col(Column::At).min())
        .from(rows::TABLE)
        .and_where(Expr::col(Column::Xid).gte(horizon(door).await?));
    let row = door.query_one(&select).await?;
    let at = row
        .map(|row| row.try_get_by_index::<Option<DateTime<Utc>>>(0))
        .transpose()?;
    Ok(at.flatten().map(Instant::new))
}

fn windows(conn: &Conn) -> bool {
    conn.get_database_backend() == DbBackend::Postgres
}

/// How far it is safe to read: PostgreSQL, the transaction before which all have ended; SQLite, the last place.
async fn horizon(conn: &Conn) -> Result<i64, Error> {
    let mut select = Query::select();
    if windows(conn) {
        select.expr(Expr::cust(
            "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        ));
    } else {
        select.expr(Expr::cust("coalesce(max(seq), 0)")).from(rows::TABLE);
    }
    let row = conn.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::broken("the database did not say how far its log may be read"))?;
    Ok(row.try_get_by_index(0)?)
}

/// The query for the next page, and the cursor with a window open; no query if nothing can have come.
async fn page(
    conn: &Conn,
    cursor: WindowCursor,
    kinds: Option<&[&str]>,
    limit: u64,
    columns: &[Column],
) -> Result<(Option<SelectStatement>, WindowCursor), Error> {
    let open = opened(conn, cursor).await?;
    if open.from == open.to || (open != cursor && straddled(conn, open).await?) {
        return Ok((None, cursor));
    }
    let mut select = Query::select();
    select
        .columns(columns.iter().copied())
        .from(rows::TABLE)
        .and_where(Expr::col(Column::Seq).gt(open.seq))
        .order_by(Column::Seq, Order::Asc)
        .limit(limit);
    if windows(conn) {
        select
            .and_where(Expr::col(Column::Xid).gte(open.from))
            .and_where(Expr::col(Column::Xid).lt(open.to));
    } else {
        select.and_where(Expr::col(Column::Seq).lte(open.to));
    }
    if let Some(kinds) = kinds {
        select.and_where(Expr::col(Column::Kind).is_in(kinds.iter().copied()));
    }
    Ok((Some(select), open))
}

/// The cursor with a window that has an end: the one that it was in, or the next.
async fn opened(conn: &Conn, cursor: WindowCursor) -> Result<WindowCursor, Error> {
    if cursor.from < cursor.to {
        return Ok(cursor);
    }
    let to = Ord::max(horizon(conn).await?, cursor.from);
    if windows(conn) {
        return Ok(WindowCursor { to, seq: 0, ..cursor });
    }
    // Here a window is a stretch of places.
    Ok(WindowCursor {
        from: cursor.seq,
        to: Ord::max(to, cursor.seq),
        seq: cursor.seq,
    })
}

/// Whether a record has a version inside the window and an earlier one after it. That happens when somebody else's
/// transaction, begun between the two, holds the horizon between them: then the window waits for that to end.
async fn straddled(conn: &Conn, open: WindowCursor) -> Result<bool, Error> {
    if !windows(conn) {
        return Ok(false);
    }
    let query = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT EXISTS (SELECT FROM log earlier WHERE earlier.xid >= $2 AND EXISTS (SELECT FROM log later \
         WHERE later.tenant_id = earlier.tenant_id AND later.subject_kind = earlier.subject_kind \
         AND later.subject_id = earlier.subject_id AND later.version > earlier.version \
         AND later.xid >= $1 AND later.xid < $2))",
        [open.from.into(), open.to.into()],
    );
    let row = conn.query_one_raw(query).await?;
    Ok(row
        .map(|row| row.try_get_by_index::<bool>(0))
        .transpose()?
        .unwrap_or_default())
}

/// The cursor after a page: the window is done when the page was not full.
fn behind(conn: &Conn, open: WindowCursor, read: usize, limit: u64, last: Option<i64>) -> WindowCursor {
    match last {
        Some(seq) if read as u64 >= limit => open.at(seq),
        _ if windows(conn) => WindowCursor {
            from: open.to,
            to: open.to,
            seq: 0,
        },
        _ => WindowCursor {
            from: open.to,
            to: open.to,
            seq: open.to,
        },
    }
}
