//! What SQLite's planner knows of how much is in each table. It counts when the file is closed; a file that grows much before
//! would be read by the plans of a small one. PostgreSQL counts by itself.

use countersign_kernel::id::TenantId;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use crate::{Error, Uow, Work};

/// What it would count anew, of all tables: those that grew or shrank tenfold since.
const ASK: &str = "PRAGMA optimize(0x10003)";

/// Rows of each index that are looked at, so that nobody waits long.
const SAMPLE: &str = "PRAGMA analysis_limit = 400";

/// Which tables are to be counted, each with the statement that does it.
pub(crate) struct Outdated;

impl Work for Outdated {
    type Out = Vec<String>;
    type Error = Error;

    async fn run(&self, uow: &mut Uow) -> Result<Vec<String>, Error> {
        let asked = uow.writes().await?.query_all_raw(sqlite(ASK)).await?;
        let statements: Result<_, _> = asked.iter().map(|row| row.try_get_by_index(0)).collect();
        Ok(statements?)
    }
}

/// Counts one.
pub(crate) struct Count(pub(crate) String);

impl Work for Count {
    type Out = ();
    type Error = Error;

    async fn run(&self, uow: &mut Uow) -> Result<(), Error> {
        let connection = uow.writes().await?;
        connection.query_all_raw(sqlite(SAMPLE)).await?;
        connection.execute_raw(sqlite(&self.0)).await?;
        Ok(())
    }
}

/// On whose turn it is done.
pub(crate) fn nobody() -> TenantId {
    TenantId(Uuid::nil())
}

fn sqlite(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, sql)
}
