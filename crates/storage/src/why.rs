//! Why the database does not do what it is asked, where that is nobody's fault who asks: told by the driver's error.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// What stands in the way of keeping or reading something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Too much at once, or not in time.
    #[error("{0}")]
    Busy(&'static str),
    /// Stopped, starting, out of reach, or it lets nobody in.
    #[error("the database is away")]
    Away,
    #[error("the database's disk is full")]
    DiskFull,
    #[error("the database cannot read or write its files")]
    Disk,
    #[error("the database takes no changes: it is a standby, or set to read only")]
    ReadOnly,
}

const CONTENDED: Why = Why::Busy("too many changes of the same records at once");
const LATE: Why = Why::Busy("this took too long");
const NO_MEMORY: Why = Why::Busy("the database has no memory left");

impl Why {
    /// None if it is a fault of ours, or what a constraint refuses.
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
                Some(error) => Self::of_postgres(error.code()),
                None => Self::of_sqlite(sqlite_code(error.as_ref())?),
            },
            sqlx::Error::PoolTimedOut => Some(Self::Busy("all connections to the database are busy")),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Some(Self::Away),
            _ => None,
        }
    }

    /// By SQLSTATE: a class is two characters.
    fn of_postgres(code: &str) -> Option<Self> {
        Some(match code {
            // Retried before anybody sees them.
            "40001" | "40P01" => CONTENDED,
            // Cancelled by a timeout; a lock not had in time; a transaction that was idle or open for too long.
            "57014" | "55P03" | "25P03" | "25P04" => LATE,
            "25006" => Self::ReadOnly,
            "53100" => Self::DiskFull,
            "53200" => NO_MEMORY,
            "53300" => Self::Busy("the database has too many connections"),
            // No such database, as while it is restored; one that is not accepting connections.
            "3D000" | "55000" => Self::Away,
            _ => match code.get(..2)? {
                // The connection; who may sign in; shut down, starting, dropped, idle for too long.
                "08" | "28" | "57" => Self::Away,
                "53" => Self::Busy("the database has no resources left"),
                "58" => Self::Disk,
                _ => return None,
            },
        })
    }

    /// By an extended result code.
    fn of_sqlite(code: u32) -> Option<Self> {
        const IOERR_NOMEM: u32 = 3082;
        /// The index of the WAL cannot grow.
        const IOERR_SHMSIZE: u32 = 4874;
        Some(match (code, code & 0xff) {
            (IOERR_NOMEM, _) | (_, 7) => NO_MEMORY,
            (IOERR_SHMSIZE, _) | (_, 13) => Self::DiskFull,
            // Busy, locked, and the locking protocol.
            (_, 5 | 6 | 15) => Self::Busy("the database is busy"),
            (_, 9) => LATE,
            (_, 8) => Self::ReadOnly,
            // No permission, an I/O error, a file that cannot be opened.
            (_, 3 | 10 | 14) => Self::Disk,
            _ => return None,
        })
    }

    /// Whether it lasts until somebody mends it, so that the server is of little use meanwhile.
    pub(crate) fn lasts(self) -> bool {
        matches!(self, Self::DiskFull | Self::Disk | Self::ReadOnly)
    }
}

fn sqlite_code(error: &dyn DatabaseError) -> Option<u32> {
    error.code()?.parse().ok()
}

/// Whether PostgreSQL, or what lies between, has closed the connection while it was idle: nothing was done on it.
pub(crate) fn closed_meanwhile(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || matches!(&*code, "57P01" | "57P02" | "57P05" | "25P03" | "25P04")
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_extended_codes_are_told_by_what_they_belong_to() {
        for (code, why) in [
            ("08006", Some(Why::Away)),
            ("57P05", Some(Why::Away)),
            ("28P01", Some(Why::Away)),
            ("55000", Some(Why::Away)),
            ("25P03", Some(LATE)),
            ("25P04", Some(LATE)),
            ("53100", Some(Why::DiskFull)),
            ("53400", Some(Why::Busy("the database has no resources left"))),
            ("58030", Some(Why::Disk)),
            ("25006", Some(Why::ReadOnly)),
            ("23503", None),
            ("42P01", None),
            ("XX001", None),
        ] {
            assert_eq!(Why::of_postgres(code), why, "{code}");
        }
        let busy = Some(Why::Busy("the database is busy"));
        for (code, why) in [
            (5, busy),
            (773, busy),
            (13, Some(Why::DiskFull)),
            (4874, Some(Why::DiskFull)),
            (3082, Some(NO_MEMORY)),
            (778, Some(Why::Disk)),
            (14, Some(Why::Disk)),
            (1032, Some(Why::ReadOnly)),
            (1, None),
            (11, None),
            (1555, None),
        ] {
            assert_eq!(Why::of_sqlite(code), why, "{code}");
        }
    }
}
