//! One connection type for both databases, for units of work and for reading.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};

use countersign_kernel::id::TenantId;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, PgPool, Postgres, Transaction};
use tokio::sync::Mutex;

use crate::Error;
use crate::bind;
use crate::fair::Permit;
use crate::observed::Observed;
use crate::outcome::{Outcome, SqliteRan, looked, postgres_outcome, sqlite_outcome};
use crate::prepare::{Preparation, Prepared, not_ready};
use crate::sqlite::{Borrowed, Readers, StatementError, WriteConnection};

/// A connection: inside a unit of work it reads what the unit has written. Hand it to sea-orm as `&*reader`,
/// `uow.reads()` or `uow.writes().await?`.
pub struct Conn {
    link: Link,
    /// Statements of this unit of work or reader.
    own: AtomicU32,
    /// What the whole server sees.
    pub(crate) all: Arc<Observed>,
    trouble: Trouble,
    /// Whether the unit of work has said that it writes.
    writing: bool,
    /// In a unit of work, what is done once it is durable; none on a connection for reading.
    hooks: Option<StdMutex<Vec<Hook>>>,
    /// What the unit of work waits for before it runs again.
    preparation: StdMutex<Option<Preparation>>,
    _permit: Option<Permit>,
}

/// What is done after a commit.
pub(crate) type Hook = Box<dyn FnOnce() + Send + Sync>;

enum Link {
    /// SQLite's one writing connection.
    WriteConnection(Mutex<WriteConnection>),
    /// A reading connection of SQLite, taken from the pool at the first statement.
    Reading(Arc<Readers>, TenantId, Mutex<Option<Borrowed>>),
    /// A transaction on PostgreSQL.
    Postgres(Mutex<Option<Transaction<'static, Postgres>>>),
    /// The second role on PostgreSQL, from its pool at the first statement, outside of any transaction.
    AcrossTenants(PgPool, Mutex<Option<PoolConnection<Postgres>>>),
}

/// What went wrong on a connection, whatever the unit of work made of the error.
#[derive(Default)]
pub(crate) struct Trouble {
    /// A statement failed.
    failed: AtomicBool,
    /// It failed in a way that running the unit of work again may heal.
    again: AtomicBool,
}

impl Conn {
    pub(crate) fn write_connection(connection: WriteConnection, all: Arc<Observed>) -> Self {
        Self::new(Link::WriteConnection(Mutex::new(connection)), all)
    }

    pub(crate) fn reading(readers: Arc<Readers>, tenant: TenantId, all: Arc<Observed>) -> Self {
        Self::new(Link::Reading(readers, tenant, Mutex::new(None)), all)
    }

    /// `permit` is given back after the transaction.
    pub(crate) fn postgres(
        transaction: Transaction<'static, Postgres>,
        permit: Option<Permit>,
        all: Arc<Observed>,
    ) -> Self {
        Self {
            _permit: permit,
            ..Self::new(Link::Postgres(Mutex::new(Some(transaction))), all)
        }
    }

    pub(crate) fn across_tenants(pool: PgPool, all: Arc<Observed>) -> Self {
        Self::new(Link::AcrossTenants(pool, Mutex::new(None)), all)
    }

    fn new(link: Link, all: Arc<Observed>) -> Self {
        Self {
            link,
            own: AtomicU32::new(0),
            all,
            trouble: Trouble::default(),
            writing: false,
            hooks: None,
            preparation: StdMutex::default(),
            _permit: None,
        }
    }

    /// For a unit of work.
    pub(crate) fn in_unit_of_work(self) -> Self {
        Self {
            hooks: Some(StdMutex::default()),
            ..self
        }
    }

    /// Runs `fill` as soon as all that was read here is durable: at once on a connection for reading; in a unit of work
    /// after its commit, because it may see what it has not kept yet itself, or another unit of the same batch. Caches
    /// are filled in this way alone.
    pub fn when_durable(&self, fill: impl FnOnce() + Send + Sync + 'static) {
        match &self.hooks {
            Some(hooks) => hooks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Box::new(fill)),
            None => fill(),
        }
    }

    /// Does what takes long. On a connection for reading it is awaited at once. A unit of work holds what others wait
    /// for, so it ends with this error instead, and runs again when `work` is done: it then finds what `work` answered,
    /// which is held so long, in a place that both know.
    pub async fn prepare<T: Send + Sync + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        if self.hooks.is_none() {
            return Ok(work.await);
        }
        let preparation: Preparation = Box::pin(async move { Box::new(work.await) as Prepared });
        *self.preparation() = Some(preparation);
        Err(not_ready())
    }

    fn preparation(&self) -> MutexGuard<'_, Option<Preparation>> {
        self.preparation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the unit of work ends here, to run again when something is ready.
    pub(crate) fn waits(&self) -> bool {
        self.preparation().is_some()
    }

    pub(crate) fn take_preparation(&self) -> Option<Preparation> {
        self.preparation().take()
    }

    /// What is to be done after the commit.
    pub(crate) fn take_hooks(&self) -> Vec<Hook> {
        let taken = self
            .hooks
            .as_ref()
            .map(|hooks| std::mem::take(&mut *hooks.lock().unwrap_or_else(PoisonError::into_inner)));
        taken.unwrap_or_default()
    }

    /// How many hooks wait for the commit.
    pub(crate) fn hooks(&self) -> usize {
        let count = |hooks: &StdMutex<Vec<Hook>>| hooks.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.hooks.as_ref().map_or(0, count)
    }

    /// What failed was taken back, and the hooks of it are not run.
    pub(crate) fn mended(&mut self, hooks: usize) {
        self.trouble = Trouble::default();
        if let Some(waiting) = &self.hooks {
            waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .truncate(hooks);
        }
    }

    /// Says for which tenant the rest of the transaction is: row-level security asks for it.
    pub(crate) async fn name_tenant(&self, tenant: TenantId) -> Result<(), DbErr> {
        match &self.link {
            Link::Postgres(_) => self.control(&crate::postgres::name(tenant)).await,
            Link::WriteConnection(_) | Link::Reading(..) | Link::AcrossTenants(..) => Ok(()),
        }
    }

    /// Transaction control: it is not counted among the statements.
    pub(crate) async fn control(&self, sql: &str) -> Result<(), DbErr> {
        let ran = match &self.link {
            Link::WriteConnection(connection) => written(connection, sql.to_owned(), Vec::new(), false)
                .await?
                .map(|_| ()),
            Link::Reading(..) | Link::AcrossTenants(..) => return Err(ended()),
            Link::Postgres(transaction) => {
                let mut held = transaction.lock().await;
                let transaction = held.as_mut().ok_or_else(ended)?;
                let ran = transaction.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())));
                ran.await.map(|_| ())
            }
        };
        ran.map_err(|error| self.noted(error))
    }

    /// For statements whose bounds lie far apart or close together: PostgreSQL looks at them each time that it plans,
    /// instead of taking a plan for all. Until the transaction ends.
    pub(crate) async fn plan_each_time(&self) -> Result<(), DbErr> {
        match &self.link {
            Link::Postgres(_) => {
                self.control("SET LOCAL plan_cache_mode = force_custom_plan")
                    .await
            }
            Link::WriteConnection(_) | Link::Reading(..) | Link::AcrossTenants(..) => Ok(()),
        }
    }

    /// How many statements have run here (transaction control is not counted).
    pub fn statements(&self) -> u32 {
        self.own.load(Ordering::Relaxed)
    }

    /// Counts a statement of the server that belongs to no unit of work alone.
    pub(crate) fn count(&self) {
        self.all.count();
    }

    /// Ready for the next unit of work on the same connection.
    pub(crate) fn fresh(&mut self) {
        *self.own.get_mut() = 0;
        self.trouble = Trouble::default();
        self.writing = false;
        self.take_hooks();
        self.take_preparation();
    }

    /// From here on the unit of work writes, and what it writes can be undone.
    pub(crate) fn open_to_writes(&mut self) {
        self.writing = true;
        if let Some(connection) = self.as_write_connection() {
            connection.mark();
        }
    }

    pub(crate) fn failed(&self) -> bool {
        self.trouble.failed.load(Ordering::Relaxed)
    }

    pub(crate) fn again(&self) -> bool {
        self.trouble.again.load(Ordering::Relaxed)
    }

    /// The writing connection of SQLite, if this is it.
    pub(crate) fn as_write_connection(&mut self) -> Option<&mut WriteConnection> {
        match &mut self.link {
            Link::WriteConnection(connection) => Some(connection.get_mut()),
            Link::Reading(..) | Link::Postgres(_) | Link::AcrossTenants(..) => None,
        }
    }

    /// The transaction, to be ended.
    pub(crate) fn take_transaction(&mut self) -> Option<Transaction<'static, Postgres>> {
        match &mut self.link {
            Link::Postgres(transaction) => transaction.get_mut().take(),
            Link::WriteConnection(_) | Link::Reading(..) | Link::AcrossTenants(..) => None,
        }
    }

    pub(crate) fn into_write_connection(self) -> Option<WriteConnection> {
        match self.link {
            Link::WriteConnection(connection) => Some(connection.into_inner()),
            Link::Reading(..) | Link::Postgres(_) | Link::AcrossTenants(..) => None,
        }
    }

    async fn run(&self, statement: Statement, one: bool) -> Result<Outcome, DbErr> {
        if !self.writing && !only_reads(&statement.sql) {
            return Err(DbErr::Custom(
                "a change through a connection for reading: take Uow::writes".to_owned(),
            ));
        }
        self.own.fetch_add(1, Ordering::Relaxed);
        self.count();
        self.all.record(&statement);
        let values = statement.values.map(|values| values.0).unwrap_or_default();
        let outcome = match &self.link {
            Link::WriteConnection(connection) => written(connection, statement.sql, values, one)
                .await?
                .map(Outcome::Sqlite),
            Link::Reading(readers, tenant, held) => {
                let mut held = held.lock().await;
                let borrowed = match &mut *held {
                    Some(borrowed) => borrowed,
                    none => none.insert(readers.take(*tenant).await.map_err(lost)?),
                };
                let query = sqlx::query_with(AssertSqlSafe(statement.sql), bind::sqlite(values)?);
                let ran = sqlite_outcome(borrowed.connection().map_err(lost)?, query, one).await;
                borrowed.rests();
                if matches!(ran, Err(sqlx::Error::WorkerCrashed)) {
                    borrowed.discard();
                    *held = None;
                }
                ran.map(Outcome::Sqlite)
            }
            Link::Postgres(transaction) => {
                let mut held = transaction.lock().await;
                let transaction = held.as_mut().ok_or_else(ended)?;
                let query = sqlx::query_with(AssertSqlSafe(statement.sql), bind::postgres(values)?);
                postgres_outcome(transaction, query, one)
                    .await
                    .map(Outcome::Postgres)
            }
            Link::AcrossTenants(pool, held) => {
                let mut held = held.lock().await;
                looked(pool, &mut held, &statement.sql, &values, one)
                    .await?
                    .map(Outcome::Postgres)
            }
        };
        outcome.map_err(|error| self.noted(error))
    }

    /// Remembers what a failure means for the unit of work.
    pub(crate) fn noted(&self, error: sqlx::Error) -> DbErr {
        self.trouble.failed.store(true, Ordering::Relaxed);
        self.all.note(&error);
        if crate::dialect::heals_when_run_again(&error) {
            self.trouble.again.store(true, Ordering::Relaxed);
        }
        DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
    }
}

/// Runs a statement on SQLite's writing connection. The outer error is of one that did not reach the driver.
async fn written(
    connection: &Mutex<WriteConnection>,
    sql: String,
    values: Vec<sea_orm::Value>,
    one: bool,
) -> Result<Result<SqliteRan, sqlx::Error>, DbErr> {
    match connection.lock().await.run(sql, values, one).await {
        Ok(ran) => Ok(Ok(ran)),
        Err(StatementError::Driver(error)) => Ok(Err(error)),
        Err(StatementError::Value(error)) => Err(error),
        Err(StatementError::Poisoned(error)) => Err(DbErr::Custom(error.to_string())),
    }
}

/// Whether a statement looks and does not change; SQLite has no other guard on its writing connection.
fn only_reads(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default();
    let changes = || {
        ["INSERT INTO", "DELETE FROM", ") UPDATE"]
            .iter()
            .any(|word| sql.contains(word))
    };
    match first.to_ascii_uppercase().as_str() {
        "SELECT" | "EXPLAIN" => true,
        "WITH" => !changes(),
        _ => false,
    }
}

pub(crate) fn lost(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
}

fn ended() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the transaction has ended".to_owned()))
}

#[sea_orm::prelude::async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match self.link {
            Link::WriteConnection(_) | Link::Reading(..) => DbBackend::Sqlite,
            Link::Postgres(_) | Link::AcrossTenants(..) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        Ok(match self.run(statement, false).await? {
            Outcome::Sqlite(ran) => ran.done.into(),
            Outcome::Postgres(ran) => ran.done.into(),
        })
    }

    /// Prepared all the same: there is one way to run a statement here.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql))
            .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(match self.run(statement, true).await? {
            Outcome::Sqlite(ran) => ran.rows.into_iter().next().map(Into::into),
            Outcome::Postgres(ran) => ran.rows.into_iter().next().map(Into::into),
        })
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Ok(match self.run(statement, false).await? {
            Outcome::Sqlite(ran) => ran.rows.into_iter().map(Into::into).collect(),
            Outcome::Postgres(ran) => ran.rows.into_iter().map(Into::into).collect(),
        })
    }
}
