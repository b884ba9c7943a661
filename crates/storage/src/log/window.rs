//! Reading the log as it grows, without missing or swapping anything.
//!
//! On PostgreSQL the order of `seq` is not the order of commit, and neither is that of `(xid, seq)`: a transaction
//! that began earlier may commit later, and a record's later version may carry the smaller xid. So a reader takes
//! whole windows: every row with `from <= xid < to`, where `to` was `pg_snapshot_xmin` (all transactions before it
//! have ended), in order of `seq` inside the window; only then does `from` move. A window that would hold a record's
//! later version without an earlier one waits. SQLite has one transaction at a time, and its windows are what was
//! committed, in order of `seq`.
//!
//! A batch may end exactly where its window does, so a batch without entries is only ever handed out at the end of the
//! log: what is left of an open window is passed over here, once for all readers.

use std::collections::HashMap;

use countersign_kernel::id::TenantId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbBackend, Order, QueryResult};
use serde::{Deserialize, Serialize};

use super::batch::{LogBatch, Span};
use super::kinds;
use super::opening::{Opened, opened};
use super::rows::{self, Column, Stored};
use crate::{Conn, CrossTenantReader, Db, Error};

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

    /// The same window, behind one of its entries.
    #[must_use]
    pub fn at(self, seq: i64) -> Self {
        Self { seq, ..self }
    }

    /// Whether it stands inside of a window.
    pub fn is_open(self) -> bool {
        self.from < self.to
    }

    /// Behind the whole window.
    fn done(self, by_xid: bool) -> Self {
        Self {
            from: self.to,
            to: self.to,
            seq: if by_xid { 0 } else { self.to },
        }
    }
}

/// What is shown of an entry across tenants: where it is, not what it says.
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

/// The next entries of all tenants, heads only. `kinds`: only these event types and areas of them, or all.
pub async fn window(
    reader: &CrossTenantReader,
    cursor: WindowCursor,
    kinds: Option<&[&str]>,
    limit: u64,
) -> Result<LogBatch<Head>, Error> {
    let ask = Ask {
        tenant: None,
        kinds,
        limit,
        columns: &[Column::TenantId, Column::Seq, Column::Kind],
    };
    let head = |row: &QueryResult| -> Result<(i64, Head), Error> {
        let seq = row.try_get_by_index(1)?;
        let head = Head {
            tenant: TenantId(row.try_get_by_index(0)?),
            seq,
            kind: row.try_get_by_index(2)?,
        };
        Ok((seq, head))
    };
    batch(reader, cursor, &ask, head).await
}

/// The next entries of one tenant as they are stored, readable or not. `kinds`: only these event types and areas of them, or all.
pub async fn window_of_tenant(
    conn: &Conn,
    tenant: TenantId,
    cursor: WindowCursor,
    kinds: Option<&[&str]>,
    limit: u64,
) -> Result<LogBatch<Stored>, Error> {
    conn.plan_each_time().await?;
    batch(conn, cursor, &of_tenant(tenant, kinds, limit), rows::stored).await
}

/// The entries of one tenant between two places where a reader has stood, in the order in which it read them.
pub async fn between(
    conn: &Conn,
    tenant: TenantId,
    from: WindowCursor,
    to: WindowCursor,
    limit: u64,
) -> Result<LogBatch<Stored>, Error> {
    let ask = of_tenant(tenant, None, limit);
    let mut at = from;
    loop {
        let window = match at.is_open() {
            true => at,
            false if at.to >= to.to => return Ok(LogBatch::end(at)),
            false => WindowCursor {
                from: at.to,
                to: to.to,
                seq: 0,
            },
        };
        let last = (to.is_open() && (window.from, window.to) == (to.from, to.to)).then_some(to.seq);
        let rows = rows_of(conn, window, last, &ask).await?;
        let span = Span {
            began: at,
            window,
            end: last.map_or_else(|| window.done(windows(conn)), |seq| window.at(seq)),
        };
        let batch = LogBatch::of(&rows, rows::stored, span, limit)?;
        if !batch.is_end() {
            return Ok(batch);
        }
        if last.is_some() {
            return Ok(LogBatch::end(batch.next));
        }
        at = batch.next;
    }
}

/// The entries behind heads, readable or not, in the order of the heads. One query for each tenant among them.
pub async fn load(db: &Db, heads: &[Head]) -> Result<Vec<Stored>, Error> {
    let mut by_tenant: HashMap<TenantId, Vec<i64>> = HashMap::new();
    for head in heads {
        by_tenant.entry(head.tenant).or_default().push(head.seq);
    }
    let mut found = HashMap::with_capacity(heads.len());
    for (tenant, places) in by_tenant {
        let (Some(first), Some(last)) = (places.iter().min().copied(), places.iter().max().copied()) else {
            continue;
        };
        let reader = db.read(tenant).await?;
        let mut select = Query::select();
        select
            .columns(Column::ALL)
            .from(rows::TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.0))
            // Without the stretch PostgreSQL, before it has statistics, reads all of the tenant.
            .and_where(Expr::col(Column::Seq).between(first, last))
            .and_where(Expr::col(Column::Seq).is_in(places));
        for row in reader.query_all(&select).await? {
            found.extend([rows::stored(&row)?]);
        }
    }
    Ok(heads.iter().filter_map(|head| found.remove(&head.seq)).collect())
}

pub(super) fn windows(conn: &Conn) -> bool {
    conn.get_database_backend() == DbBackend::Postgres
}

/// How far it is safe to read: PostgreSQL, the transaction before which all have ended; SQLite, the last place.
pub(super) async fn horizon(conn: &Conn) -> Result<i64, Error> {
    let mut select = Query::select();
    if windows(conn) {
        // In the numbers of this cluster's range: see `postgres/cluster.rs`.
        select
            .expr(Expr::cust(
                "pg_snapshot_xmin(pg_current_snapshot())::text::bigint + xid_base",
            ))
            .from("log_cluster");
    } else {
        select.expr(Expr::cust("coalesce(max(seq), 0)")).from(rows::TABLE);
    }
    let row = conn.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::broken("the database did not say how far its log may be read"))?;
    Ok(row.try_get_by_index(0)?)
}

/// What a reader asks for.
pub(super) struct Ask<'a> {
    /// None: of all.
    pub(super) tenant: Option<TenantId>,
    pub(super) kinds: Option<&'a [&'a str]>,
    limit: u64,
    columns: &'a [Column],
}

fn of_tenant<'a>(tenant: TenantId, kinds: Option<&'a [&'a str]>, limit: u64) -> Ask<'a> {
    Ask {
        tenant: Some(tenant),
        kinds,
        limit,
        columns: &Column::ALL,
    }
}

/// Reads on: out of a window that is done, into the next one, until there are entries or none can be seen.
async fn batch<T>(
    conn: &Conn,
    cursor: WindowCursor,
    ask: &Ask<'_>,
    read: impl Fn(&QueryResult) -> Result<(i64, T), Error>,
) -> Result<LogBatch<T>, Error> {
    let mut at = cursor;
    loop {
        let rest = at.is_open();
        let Opened {
            window,
            held_back,
            waits,
        } = opened(conn, at, ask).await?;
        if !window.is_open() || waits {
            return Ok(LogBatch {
                held_back,
                ..LogBatch::end(at)
            });
        }
        let rows = rows_of(conn, window, None, ask).await?;
        let span = Span {
            began: at,
            window,
            end: window.done(windows(conn)),
        };
        let batch = LogBatch::of(&rows, &read, span, ask.limit)?;
        if rest && batch.is_end() {
            at = batch.next;
            continue;
        }
        return Ok(LogBatch { held_back, ..batch });
    }
}

/// The rows of one window behind a place in it, in order; up to the place `last`, if that is given.
async fn rows_of(
    conn: &Conn,
    window: WindowCursor,
    last: Option<i64>,
    ask: &Ask<'_>,
) -> Result<Vec<QueryResult>, Error> {
    let mut select = Query::select();
    select
        .columns(ask.columns.iter().copied())
        .from(rows::TABLE)
        .order_by(Column::Seq, Order::Asc)
        .limit(ask.limit);
    // One bound of a kind: SQLite begins at the first that it is given, and reads on to the second.
    let (mut after, mut until) = (window.seq, last);
    if windows(conn) {
        select
            .and_where(Expr::col(Column::Xid).gte(window.from))
            .and_where(Expr::col(Column::Xid).lt(window.to));
    } else {
        after = Ord::max(after, window.from);
        until = Some(until.map_or(window.to, |last| Ord::min(last, window.to)));
    }
    select.and_where(Expr::col(Column::Seq).gt(after));
    if let Some(until) = until {
        select.and_where(Expr::col(Column::Seq).lte(until));
    }
    if let Some(tenant) = ask.tenant {
        select.and_where(Expr::col(Column::TenantId).eq(tenant.0));
    }
    if let Some(kinds) = ask.kinds {
        select.and_where(kinds::condition(kinds));
    }
    Ok(conn.query_all(&select).await?)
}
