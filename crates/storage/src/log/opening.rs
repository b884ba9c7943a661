//! Where a reader's next window ends.
//!
//! On PostgreSQL a window is put in order whenever some of it is read. A reader that is far behind therefore takes
//! windows of some thousand entries that it asks for, one after the other, and not all that came meanwhile as one.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::kinds;
use super::window::{Ask, WindowCursor, horizon, windows};
use crate::{Conn, Error};

/// Entries in a window of PostgreSQL that readers ask for: more where one transaction wrote more, or where fewer would part the
/// versions of a record.
const ENTRIES: i64 = 1024;

/// A window to read.
pub(super) struct Opened {
    pub(super) window: WindowCursor,
    /// Whether entries came after it that may not be read yet.
    pub(super) held_back: bool,
    /// Whether it waits: it would hold a record's later version without an earlier one.
    pub(super) waits: bool,
}

impl Opened {
    fn at_once(window: WindowCursor) -> Self {
        Self {
            window,
            held_back: false,
            waits: false,
        }
    }
}

/// The cursor with a window that has an end: the one that it was in, or the next.
pub(super) async fn opened(conn: &Conn, cursor: WindowCursor, ask: &Ask<'_>) -> Result<Opened, Error> {
    if cursor.is_open() {
        return Ok(Opened::at_once(cursor));
    }
    if windows(conn) {
        return next(conn, cursor, ask).await;
    }
    // Here a window is a stretch of places.
    Ok(Opened::at_once(WindowCursor {
        from: cursor.seq,
        to: Ord::max(horizon(conn).await?, cursor.seq),
        seq: cursor.seq,
    }))
}

async fn next(conn: &Conn, cursor: WindowCursor, ask: &Ask<'_>) -> Result<Opened, Error> {
    let mut entries = ENTRIES;
    loop {
        let reach = Reach::of(conn, cursor, ask, entries).await?;
        let Some(last) = reach.last else {
            let to = Ord::max(reach.horizon, cursor.from);
            let window = WindowCursor { to, seq: 0, ..cursor };
            let waits = reach.held_back && straddled(conn, window).await?;
            return Ok(Opened {
                window,
                held_back: reach.held_back,
                waits,
            });
        };
        let window = WindowCursor {
            to: last + 1,
            seq: 0,
            ..cursor
        };
        if !parted(conn, window, ask).await? {
            return Ok(Opened::at_once(window));
        }
        entries *= 2;
    }
}

/// How far a reader may read on PostgreSQL.
struct Reach {
    /// The transaction before which all have ended.
    horizon: i64,
    /// Whether there are entries from there on.
    held_back: bool,
    /// The transaction of the entry so many behind the cursor, if there are so many before the horizon.
    last: Option<i64>,
}

impl Reach {
    /// All in one statement. Whether something is held back is told by the greatest transaction, which the index knows: for
    /// `EXISTS` the planner reads the whole log, as it cannot tell that so few are behind.
    async fn of(conn: &Conn, cursor: WindowCursor, ask: &Ask<'_>, entries: i64) -> Result<Self, Error> {
        let mut values = vec![cursor.from.into(), entries.into()];
        let wanted = wanted("log", ask, &mut values);
        let query = Statement::from_sql_and_values(
            DbBackend::Postgres,
            format!(
                "WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + xid_base AS ends \
                 FROM log_cluster) SELECT ends, COALESCE((SELECT max(xid) FROM log) >= ends, false), (SELECT xid FROM log \
                 WHERE xid >= $1 AND xid < ends{wanted} ORDER BY xid LIMIT 1 OFFSET $2) FROM horizon"
            ),
            values,
        );
        let row = conn.query_one_raw(query).await?;
        let row = row.ok_or_else(|| Error::broken("the database did not say how far its log may be read"))?;
        Ok(Self {
            horizon: row.try_get_by_index(0)?,
            held_back: row.try_get_by_index(1)?,
            last: row.try_get_by_index(2)?,
        })
    }
}

/// What restricts the log, by this name in the statement, to the entries that are asked for.
fn wanted(table: &str, ask: &Ask<'_>, values: &mut Vec<Value>) -> String {
    let mut wanted = String::new();
    if let Some(tenant) = ask.tenant {
        values.push(tenant.0.into());
        wanted = format!(" AND {table}.tenant_id = ${}", values.len());
    }
    if let Some(kinds) = ask.kinds {
        wanted = format!("{wanted} AND {}", kinds::sql(table, kinds, values));
    }
    wanted
}

/// Whether a record has a version inside a window that ends before the horizon and the one before it after the window. Of each
/// record it is enough to look at neighbours.
async fn parted(conn: &Conn, open: WindowCursor, ask: &Ask<'_>) -> Result<bool, Error> {
    let mut values = vec![open.from.into(), open.to.into()];
    let wanted = wanted("later", ask, &mut values);
    let query = Statement::from_sql_and_values(
        DbBackend::Postgres,
        format!(
            "SELECT EXISTS (SELECT FROM log later CROSS JOIN LATERAL (SELECT xid FROM log \
             WHERE tenant_id = later.tenant_id AND subject_kind = later.subject_kind AND subject_id = later.subject_id \
             AND version < later.version ORDER BY version DESC LIMIT 1) earlier \
             WHERE later.xid >= $1 AND later.xid < $2{wanted} AND earlier.xid >= $2)"
        ),
        values,
    );
    yes(conn, query).await
}

/// Whether a record has a version inside the window and an earlier one after it. That happens when somebody else's
/// transaction, begun between the two, holds the horizon between them: then the window waits for that to end.
///
/// Few entries stand after the window, so each looks for the next version of its record. `+ 0` keeps PostgreSQL, which guesses by
/// old statistics, from reading the whole window for each of them; one next version, and not all, because one unit of work may have
/// written thousands of a record.
async fn straddled(conn: &Conn, open: WindowCursor) -> Result<bool, Error> {
    let query = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT EXISTS (SELECT FROM log earlier CROSS JOIN LATERAL (SELECT xid FROM log \
         WHERE tenant_id = earlier.tenant_id AND subject_kind = earlier.subject_kind AND subject_id = earlier.subject_id \
         AND version > earlier.version AND xid + 0 >= $1 ORDER BY version LIMIT 1) later \
         WHERE earlier.xid >= $2 AND later.xid < $2)",
        [open.from.into(), open.to.into()],
    );
    yes(conn, query).await
}

async fn yes(conn: &Conn, query: Statement) -> Result<bool, Error> {
    let row = conn.query_one_raw(query).await?;
    Ok(row
        .map(|row| row.try_get_by_index::<bool>(0))
        .transpose()?
        .unwrap_or_default())
}
