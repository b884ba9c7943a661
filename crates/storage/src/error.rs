//! What can go wrong with keeping things, in words that say nothing about SQL.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::{DatabaseError, ErrorKind};

use crate::Why;
use crate::quota::OverQuota;

/// Why something was not kept or not read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A version moved between reading and writing (409, or 412 with If-Match).
    #[error("this has been changed meanwhile: read it again and repeat your change")]
    Conflict,
    /// Something that must be unique exists already (409). `constraint` is a name on PostgreSQL and a list of
    /// columns on SQLite: callers ask [`Error::is_unique_in`] instead of reading it.
    #[error("there is already one like this")]
    Unique { table: String, constraint: String },
    /// The server is busy, or the database is away or takes no changes (503 with Retry-After).
    #[error("{why}{}: try again in a moment", said(.cause.as_deref()))]
    Unavailable {
        why: Why,
        /// What the database said, for the server's log.
        cause: Option<Arc<str>>,
        retry_after: Duration,
    },
    /// The idempotency key was used for another request (422).
    #[error("this Idempotency-Key was used for another request: take a new key for a new request")]
    KeyReused,
    /// The first request with this idempotency key is still running (409 with Retry-After).
    #[error("a request with this Idempotency-Key is still running: try again in a moment")]
    KeyInFlight,
    /// Written by a newer version of the server, in a format that this one does not know (503 with Retry-After): while
    /// servers are updated one after the other, another of them can read it.
    #[error(
        "{what} is kept in format {found}, and this server reads up to {known}: a newer version wrote it, so update this server"
    )]
    NewerFormat {
        what: &'static str,
        found: i64,
        known: i64,
    },
    /// More than one tenant or person may keep (409).
    #[error(transparent)]
    OverQuota(#[from] OverQuota),
    /// The configuration does not fit; the text says where and what to do. Only at start and in the CLI.
    #[error("{0}")]
    Setup(String),
    /// Anything else: a fault of ours or of the database, to be logged once at the edge (500).
    /// In the words of the cause, because they go to the log; callers are answered in those of `Problem`.
    #[error("the database, or what is kept in it, failed: {0}")]
    Broken(Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault with its cause, for what should not happen.
    pub fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(Arc::from(cause.into()))
    }

    /// Refuses what is kept in a format above the newest that is known.
    pub fn check_format(what: &'static str, found: i64, known: i64) -> Result<(), Self> {
        if found > known {
            return Err(Self::NewerFormat { what, found, known });
        }
        Ok(())
    }

    /// A conflict unless one row was written: somebody else changed or deleted it since it was read.
    pub fn check_written(rows: u64) -> Result<(), Self> {
        if rows == 1 { Ok(()) } else { Err(Self::Conflict) }
    }

    pub(crate) fn unavailable(why: &'static str) -> Self {
        Self::hindered(Why::Busy(why), None)
    }

    fn hindered(why: Why, cause: Option<Arc<str>>) -> Self {
        let seconds = if why.lasts() { 30 } else { 1 };
        Self::Unavailable {
            why,
            cause,
            retry_after: Duration::from_secs(seconds),
        }
    }

    /// Whether it is a conflict with what is there: a moved version or a second of something unique.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict | Self::Unique { .. })
    }

    /// Whether something that must be unique exists already.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Unique { .. })
    }

    /// Whether this table refused a second row with the same value in this column (a unique index over several
    /// columns is asked by any of them; name indexes `TABLE_COLUMN…_unique` or so: the name must hold the column).
    pub fn is_unique_in(&self, wanted: &str, column: &str) -> bool {
        let Self::Unique { table, constraint } = self else {
            return false;
        };
        // SQLite names the index alone when it is over an expression.
        let of_table = table == wanted || (table.is_empty() && constraint.starts_with(wanted));
        of_table && constraint.contains(column)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::RecordNotUpdated => Self::Conflict,
            DbErr::ConnectionAcquire(_) => Self::unavailable("all connections to the database are busy"),
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner))
            | DbErr::Conn(RuntimeErr::SqlxError(inner)) => {
                classify(inner).unwrap_or_else(|| Self::broken(error))
            }
            _ => Self::broken(error),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        classify(&error).unwrap_or_else(|| Self::broken(error))
    }
}

/// What a driver's error means to callers; none if it is a fault.
pub(crate) fn classify(error: &sqlx::Error) -> Option<Error> {
    match error {
        sqlx::Error::Database(database) if database.kind() == ErrorKind::UniqueViolation => {
            let (table, constraint) = unique(database.as_ref());
            // Two writers of one record at the same version: the log's own last line of defence.
            Some(if table == "log" {
                Error::Conflict
            } else {
                Error::Unique { table, constraint }
            })
        }
        _ => Why::of(error).map(|why| Error::hindered(why, Some(error.to_string().into()))),
    }
}

fn said(cause: Option<&str>) -> String {
    cause.map_or_else(String::new, |cause| format!(" ({cause})"))
}

/// Table, and the constraint's name (PostgreSQL) or columns (SQLite).
fn unique(error: &dyn DatabaseError) -> (String, String) {
    if let Some(table) = error.table() {
        return (
            table.to_owned(),
            error.constraint().unwrap_or_default().to_owned(),
        );
    }
    // SQLite: `UNIQUE constraint failed: deals.tenant_id, deals.external_id`, or `index 'NAME'` for an expression.
    let what = error.message().rsplit("failed: ").next().unwrap_or_default();
    match what.strip_prefix("index '") {
        Some(name) => (String::new(), name.trim_end_matches('\'').to_owned()),
        None => (
            what.split('.').next().unwrap_or_default().to_owned(),
            what.to_owned(),
        ),
    }
}
