//! A request as it is loaded: to be looked at, or held and decided on.

use countersign_kernel::id::{RequestId, TaskId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_rules::scene::Ground;
use countersign_storage::{Conn, Error, Uow};
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};

use super::store::Model;

/// What a decision starts from, as it was at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub row: Model,
    pub ground: Ground,
    /// Whether the caller was made a reader of it.
    pub reader: bool,
    /// The task that it was found by.
    pub task: Option<TaskRow>,
}

/// What stands in a task's row alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskRow {
    pub version: i64,
    pub updated_at: Instant,
}

impl TaskRow {
    /// As it is when the task has changed.
    pub(crate) fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
        }
    }
}

/// By what a request is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Request(RequestId),
    Task(TaskId),
}

const GROUND: &str = "t.currency AS t_currency, t.zone AS t_zone, t.directory_epoch, t.definitions_epoch";
const READER: &str = "CAST(CASE WHEN EXISTS (SELECT 1 FROM request_readers e WHERE e.tenant_id = r.tenant_id AND e.request_id = r.id \
     AND e.user_id = $3) THEN 1 ELSE 0 END AS BIGINT) AS reader";

/// A request to be decided on: held against others until this unit of work ends, and read when it is held.
pub(crate) async fn hold(uow: &Uow, target: Target, viewer: Option<UserId>) -> Result<Option<Loaded>, Error> {
    // A statement that waits for a row gives that row anew, and all others as they were before the wait: so what the
    // decision compares is read by a statement that begins when the row is held.
    if uow.reads().get_database_backend() == sea_orm::DbBackend::Postgres {
        lock(uow.reads(), uow.tenant(), target).await?;
    }
    load(uow.reads(), uow.tenant(), target, viewer).await
}

/// The requests of these tasks, held against others until this unit of work ends.
pub(crate) async fn hold_those_of(uow: &Uow, tasks: &[TaskId]) -> Result<(), Error> {
    let conn = uow.reads();
    if conn.get_database_backend() != sea_orm::DbBackend::Postgres || tasks.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (0..tasks.len()).map(|place| format!("${}", place + 2)).collect();
    let sql = format!(
        "SELECT r.id FROM requests r WHERE r.tenant_id = $1 AND r.id IN \
         (SELECT k.request_id FROM tasks k WHERE k.tenant_id = $1 AND k.id IN ({})) ORDER BY r.id FOR UPDATE OF r",
        places.join(", ")
    );
    let tenant = uow.tenant().0.into();
    let values = std::iter::once(tenant).chain(tasks.iter().map(|task| task.0.into()));
    conn.query_all_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        values,
    ))
    .await?;
    Ok(())
}

/// Which request a task is of never changes.
async fn lock(conn: &Conn, tenant: TenantId, target: Target) -> Result<(), Error> {
    let (request, id) = match target {
        Target::Request(id) => ("$2", id.0),
        Target::Task(id) => (
            "(SELECT k.request_id FROM tasks k WHERE k.tenant_id = $1 AND k.id = $2)",
            id.0,
        ),
    };
    let sql =
        format!("SELECT r.id FROM requests r WHERE r.tenant_id = $1 AND r.id = {request} FOR UPDATE OF r");
    let values = [tenant.0.into(), id.into()];
    conn.query_one_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        values,
    ))
    .await?;
    Ok(())
}

/// A request with all that a decision on it needs, in one statement: so of one moment.
pub(crate) async fn load(
    conn: &Conn,
    tenant: TenantId,
    target: Target,
    viewer: Option<UserId>,
) -> Result<Option<Loaded>, Error> {
    let viewer = viewer.map_or(Uuid::nil(), |user| user.0);
    let (sql, id) = match target {
        Target::Request(id) => (
            format!(
                "SELECT r.*, {GROUND}, {READER} FROM requests r JOIN tenants t ON t.id = r.tenant_id WHERE r.tenant_id = $1 AND r.id = $2"
            ),
            id.0,
        ),
        Target::Task(id) => (
            format!(
                "SELECT r.*, {GROUND}, {READER}, k.version AS task_version, k.updated_at AS task_updated_at FROM tasks k JOIN requests r ON r.tenant_id = k.tenant_id AND r.id = k.request_id JOIN tenants t ON t.id = r.tenant_id WHERE k.tenant_id = $1 AND k.id = $2"
            ),
            id.0,
        ),
    };
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        [tenant.0.into(), id.into(), viewer.into()],
    );
    let Some(found) = conn.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let reader: i64 = found.try_get("", "reader")?;
    let task = match target {
        Target::Request(_) => None,
        Target::Task(_) => Some(TaskRow {
            version: found.try_get("", "task_version")?,
            updated_at: found.try_get("", "task_updated_at")?,
        }),
    };
    Ok(Some(Loaded {
        row: Model::from_query_result(&found, "")?,
        ground: ground_of(&found)?,
        reader: reader == 1,
        task,
    }))
}

/// The tenant's settings and epochs alone, for a request that is not there yet.
pub(crate) async fn ground(conn: &Conn, tenant: TenantId) -> Result<Ground, Error> {
    let sql = format!("SELECT {GROUND} FROM tenants t WHERE t.id = $1");
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [tenant.0.into()]);
    let found = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| Error::broken("the tenant of a unit of work does not exist"))?;
    ground_of(&found)
}

fn ground_of(row: &QueryResult) -> Result<Ground, Error> {
    let currency: String = row.try_get("", "t_currency")?;
    let zone: String = row.try_get("", "t_zone")?;
    Ground::read(
        &currency,
        &zone,
        row.try_get("", "directory_epoch")?,
        row.try_get("", "definitions_epoch")?,
    )
}
