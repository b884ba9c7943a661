//! A table to change, and units of work that change it.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId};
use countersign_kernel::time::Instant;
use countersign_migrations::tenancy;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Conn, Db, Entry, Error, Uow, Work};
use countersign_testkit::TestDb;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, Value};
use sea_orm_migration::SchemaManager;
use uuid::Uuid;

pub(crate) const ACME: TenantId = TenantId(Uuid::from_u128(0xacce));
pub(crate) const GLOBEX: TenantId = TenantId(Uuid::from_u128(0x610b));

/// Makes the table `things`: a version to be checked, a name unique in its tenant, and a lease.
pub(crate) async fn make(db: &TestDb) {
    let connection = Database::connect(db.url()).await.unwrap();
    let manager = SchemaManager::new(&connection);
    let types = match manager.get_database_backend() {
        DbBackend::Postgres => ("uuid", "timestamptz"),
        _ => ("uuid_text", "timestamp_with_timezone_text"),
    };
    let table = format!(
        "CREATE TABLE things (tenant_id {0} NOT NULL, id {0} NOT NULL, version bigint NOT NULL, name text NOT NULL, \
         due_at {1}, lease_owner text, lease_until {1}, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name))",
        types.0, types.1
    );
    connection.execute_unprepared(&table).await.unwrap();
    tenancy::guard(&manager, "things").await.unwrap();
    let (read, update) = (
        ["tenant_id", "id", "due_at", "lease_owner", "lease_until"],
        ["lease_owner", "lease_until"],
    );
    tenancy::open_door(&manager, "things", &read, &update)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

pub(crate) fn fresh() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(std::process::id().into(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn entry(id: Uuid, version: i64) -> Entry {
    ChangeContext {
        actor: Actor::System,
        at: Instant::from_millis(1_772_442_000_000 + version),
        cause: Cause::default(),
    }
    .entry(
        EventId(fresh()),
        Link::new("deal", id),
        version,
        "test.thing.changed",
    )
    .with_links(vec![Link::new("account", id)])
    .with_body(serde_json::json!({ "changed": ["name"] }))
}

/// Runs a statement with `?` for each value, on either database.
pub(crate) async fn sql(conn: &Conn, text: &str, values: Vec<Value>) -> Result<u64, Error> {
    Ok(conn
        .execute_raw(statement(conn, text, values))
        .await?
        .rows_affected())
}

pub(crate) fn statement(conn: &Conn, text: &str, values: Vec<Value>) -> Statement {
    let backend = conn.get_database_backend();
    let mut numbered = String::new();
    for (place, part) in text.split('?').enumerate() {
        match (place, backend) {
            (0, _) => {}
            (place, DbBackend::Postgres) => numbered.push_str(&format!("${place}")),
            _ => numbered.push('?'),
        }
        numbered.push_str(part);
    }
    Statement::from_sql_and_values(backend, numbered, values)
}

pub(crate) async fn insert(uow: &mut Uow, id: Uuid, name: &str) -> Result<(), Error> {
    let tenant = uow.tenant();
    let values = vec![tenant.0.into(), id.into(), name.into()];
    sql(
        uow.writes().await?,
        "INSERT INTO things (tenant_id, id, version, name) VALUES (?, ?, 1, ?)",
        values,
    )
    .await?;
    uow.append(entry(id, 1));
    Ok(())
}

/// Moves a thing from this version to the next.
pub(crate) async fn touch(uow: &mut Uow, id: Uuid, version: i64) -> Result<(), Error> {
    let values = vec![
        (version + 1).into(),
        uow.tenant().0.into(),
        id.into(),
        version.into(),
    ];
    let text = "UPDATE things SET version = ? WHERE tenant_id = ? AND id = ? AND version = ?";
    if sql(uow.writes().await?, text, values).await? == 0 {
        return Err(Error::Conflict);
    }
    uow.append(entry(id, version + 1));
    Ok(())
}

/// All names that a tenant sees, without naming it in the query where `forgetful`.
pub(crate) async fn names(db: &Db, tenant: TenantId, forgetful: bool) -> Vec<String> {
    let reader = db.read(tenant).await.unwrap();
    let query = if forgetful {
        statement(&reader, "SELECT name FROM things ORDER BY name", vec![])
    } else {
        statement(
            &reader,
            "SELECT name FROM things WHERE tenant_id = ? ORDER BY name",
            vec![tenant.0.into()],
        )
    };
    let rows = reader.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// How many entries a tenant has in the log.
pub(crate) async fn logged(db: &Db, tenant: TenantId) -> i64 {
    let reader = db.read(tenant).await.unwrap();
    let count = statement(
        &reader,
        "SELECT count(*) FROM log WHERE tenant_id = ?",
        vec![tenant.0.into()],
    );
    reader
        .query_one_raw(count)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap()
}

pub(crate) type Running<'a, O> = Pin<Box<dyn Future<Output = Result<O, Error>> + Send + 'a>>;

/// A unit of work from a closure.
pub(crate) struct Do<F>(F);

pub(crate) fn work<O, F>(run: F) -> Do<F>
where
    F: for<'a> Fn(&'a mut Uow) -> Running<'a, O> + Send + Sync + 'static,
{
    Do(run)
}

impl<O, F> Work for Do<F>
where
    O: Send + 'static,
    F: for<'a> Fn(&'a mut Uow) -> Running<'a, O> + Send + Sync + 'static,
{
    type Out = O;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<O, Error> {
        (self.0)(uow).await
    }
}

/// Adds a thing of this name.
pub(crate) struct Add(pub(crate) Uuid, pub(crate) String);

impl Work for Add {
    type Out = Uuid;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Uuid, Error> {
        insert(uow, self.0, &self.1).await?;
        Ok(self.0)
    }
}

pub(crate) fn add(name: &str) -> Add {
    Add(fresh(), name.to_owned())
}

/// Moves a thing from this version to the next.
pub(crate) struct Touch(pub(crate) Uuid, pub(crate) i64);

impl Work for Touch {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        touch(uow, self.0, self.1).await
    }
}
