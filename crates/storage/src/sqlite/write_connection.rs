//! The one writing connection, and what stands open on it.
//!
//! Each statement is a trip to the thread of the connection and back, so BEGIN, SAVEPOINT and RELEASE travel in
//! front of the first write that needs them, and COMMIT behind the last rows of the log.

use sea_orm::{DbErr, Value};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use crate::Error;
use crate::bind;
use crate::error::classify;
use crate::outcome::{SqliteRan, sqlite_outcome};

/// What is open on the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Nothing,
    /// A transaction that holds the writes of one unit of work.
    Transaction,
    /// A savepoint in it, around the writes of the latest unit of work.
    Savepoint,
}

pub(crate) struct WriteConnection {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    standing: Standing,
    /// The unit of work is going to write.
    marked: bool,
    /// The latest of what stands open is this unit's.
    mine: bool,
    /// SQLite may have rolled everything back on its own, for this reason: nothing more may be written before
    /// [`WriteConnection::give_up`].
    poisoned: Option<Error>,
}

impl WriteConnection {
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        Ok(Self {
            options,
            connection,
            standing: Standing::Nothing,
            marked: false,
            mine: false,
            poisoned: None,
        })
    }

    /// The next statement is this unit's first write.
    pub(crate) fn mark(&mut self) {
        self.marked = true;
    }

    pub(crate) fn poisoned(&self) -> bool {
        self.poisoned.is_some()
    }

    pub(crate) async fn run(
        &mut self,
        sql: String,
        values: Vec<Value>,
        one: bool,
    ) -> Result<SqliteRan, StatementError> {
        if let Some(poisoned) = &self.poisoned {
            return Err(StatementError::Poisoned(poisoned.clone()));
        }
        let sql = match self.opening() {
            "" => sql,
            opening => format!("{opening}{sql}"),
        };
        let query = sqlx::query_with(
            AssertSqlSafe(sql),
            bind::sqlite(values).map_err(StatementError::Value)?,
        );
        let ran = sqlite_outcome(&mut self.connection, query, one).await;
        ran.map_err(|error| {
            if self.standing != Standing::Nothing && !leaves_the_transaction(&error) {
                self.poisoned = Some(why_poisoned(&error));
            }
            StatementError::Driver(error)
        })
    }

    /// What has to stand open before the statement.
    fn opening(&mut self) -> &'static str {
        if !std::mem::take(&mut self.marked) {
            return "";
        }
        self.mine = true;
        let (standing, opening) = match self.standing {
            Standing::Nothing => (Standing::Transaction, "BEGIN IMMEDIATE;"),
            Standing::Transaction => (Standing::Savepoint, "SAVEPOINT unit;"),
            Standing::Savepoint => (Standing::Savepoint, "RELEASE unit;SAVEPOINT unit;"),
        };
        self.standing = standing;
        opening
    }

    /// The unit succeeded: its writes stay with the batch.
    pub(crate) fn keep(&mut self) {
        self.marked = false;
        self.mine = false;
    }

    /// Takes back what this unit wrote; its neighbours' writes stay.
    pub(crate) async fn undo(&mut self) {
        self.marked = false;
        if !std::mem::take(&mut self.mine) || self.poisoned() {
            return;
        }
        let back = match self.standing {
            Standing::Nothing => return,
            Standing::Transaction => "ROLLBACK",
            Standing::Savepoint => "ROLLBACK TO unit",
        };
        match self.control(back).await {
            Ok(()) if self.standing == Standing::Transaction => self.standing = Standing::Nothing,
            Ok(()) => {}
            Err(error) => {
                tracing::error!(%error, "a unit of work could not be taken back; its batch is given up");
                self.poisoned = Some(why_poisoned(&error));
            }
        }
    }

    /// Writes for the batch itself.
    pub(crate) async fn write(&mut self, sql: String, values: Vec<Value>) -> Result<(), StatementError> {
        self.marked = self.standing == Standing::Nothing;
        self.run(sql, values, false).await.map(|_| ())
    }

    /// Runs what stands at the end of a batch (rows of the log), and commits; whether there was anything to commit.
    pub(crate) async fn commit(
        &mut self,
        last: Option<(String, Vec<Value>)>,
    ) -> Result<bool, StatementError> {
        if last.is_none() && self.standing == Standing::Nothing {
            return Ok(false);
        }
        let (sql, values) = last.unwrap_or_default();
        let sql = if sql.is_empty() {
            "COMMIT".to_owned()
        } else {
            format!("{sql};COMMIT")
        };
        self.write(sql, values).await?;
        self.standing = Standing::Nothing;
        self.mine = false;
        Ok(true)
    }

    /// After a failure: nothing of the batch stays, and the connection is fit for the next one.
    pub(crate) async fn give_up(&mut self) {
        if self.standing != Standing::Nothing {
            // SQLite may have done so itself.
            let _ = self.control("ROLLBACK").await;
        }
        if self.connection.ping().await.is_err() {
            match self.options.connect().await {
                Ok(connection) => self.connection = connection,
                Err(error) => tracing::error!(%error, "the database cannot be opened again"),
            }
        }
        self.standing = Standing::Nothing;
        self.marked = false;
        self.mine = false;
        self.poisoned = None;
    }

    pub(crate) async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }

    async fn control(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(sql).execute(&mut self.connection).await.map(|_| ())
    }
}

/// Why a statement was not run.
pub(crate) enum StatementError {
    Value(DbErr),
    Driver(sqlx::Error),
    /// An earlier statement of the batch took the transaction with it.
    Poisoned(Error),
}

impl From<StatementError> for Error {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::Value(error) => error.into(),
            StatementError::Driver(error) => error.into(),
            StatementError::Poisoned(error) => error,
        }
    }
}

fn why_poisoned(error: &sqlx::Error) -> Error {
    tracing::error!(%error, "a batch of changes is given up");
    classify(error).unwrap_or_else(|| Error::unavailable("the change could not be kept"))
}

/// Whether the transaction stands after this error: so it does after a constraint or a fault in the statement, and
/// so it may not after a full disk, an I/O error or an interrupt.
fn leaves_the_transaction(error: &sqlx::Error) -> bool {
    const ERROR: i32 = 1;
    const TOO_BIG: i32 = 18;
    const CONSTRAINT: i32 = 19;
    const MISMATCH: i32 = 20;
    const RANGE: i32 = 25;
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error
        .code()
        .and_then(|code| code.parse::<i32>().ok())
        .unwrap_or_default()
        & 0xff;
    [ERROR, TOO_BIG, CONSTRAINT, MISMATCH, RANGE].contains(&code)
}

/// Whether the disk did not confirm a write: what is in the file is then unknown until it is opened anew.
pub(crate) fn disk_did_not_confirm(error: &StatementError) -> bool {
    const FSYNC: &str = "1034";
    const DIRECTORY_FSYNC: &str = "1290";
    matches!(error, StatementError::Driver(sqlx::Error::Database(error))
        if matches!(error.code().as_deref(), Some(FSYNC | DIRECTORY_FSYNC)))
}
