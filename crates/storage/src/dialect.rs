//! Every difference between SQLite and PostgreSQL that a query can meet.

use std::time::Duration;

use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Iden};

use crate::Conn;

/// The database's own time, for leases: the same for all servers.
pub fn now(conn: &Conn) -> Expr {
    now_plus(conn, 0)
}

/// The database's own time so many milliseconds from now.
pub fn now_plus(conn: &Conn, millis: i64) -> Expr {
    Expr::cust(now_text(conn.get_database_backend(), millis))
}

/// The database's own time so long ago, in seconds since 1970: for columns that count them.
pub fn epoch_before(conn: &Conn, ago: Duration) -> Expr {
    let seconds = ago.as_secs();
    Expr::cust(match conn.get_database_backend() {
        DbBackend::Postgres => format!("extract(epoch from clock_timestamp())::bigint - {seconds}"),
        _ => format!("unixepoch() - {seconds}"),
    })
}

/// [`now_plus`] as a text. It is fixed within a statement, so that an index on an instant can be used.
pub(crate) fn now_text(backend: DbBackend, millis: i64) -> String {
    match (backend, millis) {
        (DbBackend::Postgres, 0) => "statement_timestamp()".to_owned(),
        (DbBackend::Postgres, _) => format!("(statement_timestamp() + interval '{millis} milliseconds')"),
        // As instants are kept: UTC in RFC 3339, so that they compare as texts.
        (_, 0) => "strftime('%Y-%m-%dT%H:%M:%f+00:00','now')".to_owned(),
        (_, _) => {
            let (sign, size) = (if millis < 0 { '-' } else { '+' }, millis.unsigned_abs());
            format!(
                "strftime('%Y-%m-%dT%H:%M:%f+00:00','now','{sign}{}.{:03} seconds')",
                size / 1000,
                size % 1000
            )
        }
    }
}

/// The sum of a column of 64 bits, in halves for [`countersign_kernel::money::Sum::of_halves`]: it may come to more, which
/// SQLite does not add.
pub fn halves_of_sum(column: &str) -> (Expr, Expr) {
    let sum = |of: String| Expr::cust(format!("CAST(SUM({of}) AS BIGINT)"));
    (
        sum(format!("{column} >> 32")),
        sum(format!("{column} & 4294967295")),
    )
}

/// Whether units of work run one after the other, whoever they are of.
pub fn has_one_writer(conn: &Conn) -> bool {
    conn.get_database_backend() == DbBackend::Sqlite
}

/// Holds the rows until the unit of work ends. SQLite has one writer: there is nothing to hold.
pub fn for_update(conn: &Conn, select: &mut SelectStatement) {
    if conn.get_database_backend() == DbBackend::Postgres {
        select.lock(LockType::Update);
    }
}

/// Lets others hold the rows too, and nobody change them, until the unit of work ends.
pub fn for_share(conn: &Conn, select: &mut SelectStatement) {
    if conn.get_database_backend() == DbBackend::Postgres {
        select.lock(LockType::Share);
    }
}

/// Like [`for_update`], and passes over rows that another transaction holds.
pub fn skip_locked(conn: &Conn, select: &mut SelectStatement) {
    if conn.get_database_backend() == DbBackend::Postgres {
        select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
}

/// `ON CONFLICT (keys) DO UPDATE SET column = excluded.column …`
pub fn upsert<C: Iden + Copy + 'static>(keys: &[C], columns: &[C]) -> OnConflict {
    OnConflict::columns(keys.iter().copied())
        .update_columns(columns.iter().copied())
        .to_owned()
}

/// Whether the same unit of work may succeed when it is run again: it met another one (serialization failure,
/// deadlock), or another request with the same idempotency key was first.
pub(crate) fn heals_when_run_again(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    match error.code().as_deref() {
        Some("40001" | "40P01") => true,
        Some("23505") => error.table() == Some(crate::idempotency::TABLE),
        _ => false,
    }
}
