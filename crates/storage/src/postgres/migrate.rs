//! The schema on PostgreSQL, and the two roles that everything runs under.

use countersign_migrations::{Migrator, tenancy};
use sea_orm::SqlxPostgresConnector;
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor, PgConnection, Row};

use super::cluster;
use super::open::Postgres;
use crate::Error;
use crate::schema::{Schema, TAKEN};

/// Any number that nobody else takes: servers that start together migrate one after the other.
const TURN: &str = "SELECT pg_advisory_lock(4916552003)";

pub(crate) async fn migrate(postgres: &Postgres) -> Result<(), Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(postgres.owner.clone())
        .await?;
    let done = run(&pool).await;
    pool.close().await;
    done?;
    cluster::settle(&postgres.owner).await
}

async fn run(pool: &sqlx::PgPool) -> Result<(), Error> {
    {
        let mut connection = pool.acquire().await?;
        connection.execute(TURN).await?;
        for role in [tenancy::APP, tenancy::DOOR] {
            ensure(&mut connection, role).await?;
        }
        Schema::of(&taken(&mut connection).await?).check()?;
    }
    Ok(Migrator::up(
        &SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        None,
    )
    .await?)
}

/// The steps that the database has taken.
pub(crate) async fn schema(postgres: &Postgres) -> Result<Schema, Error> {
    let mut connection = postgres.owner.connect().await?;
    let taken = taken(&mut connection).await;
    connection.close().await?;
    Ok(Schema::of(&taken?))
}

async fn taken(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let table = "SELECT to_regclass('seaql_migrations') IS NOT NULL";
    if !sqlx::query_scalar(table).fetch_one(&mut *connection).await? {
        return Ok(Vec::new());
    }
    sqlx::query_scalar(TAKEN).fetch_all(connection).await
}

/// Makes the role if it is missing, and sees to it that we may take it on.
async fn ensure(connection: &mut PgConnection, role: &'static str) -> Result<(), Error> {
    // Roles belong to all databases of the cluster: another server may be making the same ones just now.
    for _ in 0..10 {
        let row = connection
            .fetch_one(AssertSqlSafe(format!(
                "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}'), \
                 COALESCE((SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = '{role}'), false)"
            )))
            .await?;
        let step = match (row.try_get::<bool, _>(0)?, row.try_get::<bool, _>(1)?) {
            (true, true) => return Ok(()),
            (true, false) => format!("GRANT {role} TO CURRENT_USER"),
            (false, _) => format!("CREATE ROLE {role} NOLOGIN"),
        };
        if let Err(error) = connection.execute(AssertSqlSafe(step)).await {
            allowed(connection, &error).await?;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    Err(Error::unavailable(
        "the roles of the database are being changed by somebody else",
    ))
}

/// Passes over a race with another server; says what to do when the right to make roles is missing.
async fn allowed(connection: &mut PgConnection, error: &sqlx::Error) -> Result<(), Error> {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .unwrap_or_default()
        .into_owned();
    // duplicate_object, unique_violation, "tuple concurrently updated"
    if matches!(code.as_str(), "42710" | "23505" | "XX000") {
        return Ok(());
    }
    let (app, door) = (tenancy::APP, tenancy::DOOR);
    let user: String = connection
        .fetch_one("SELECT quote_ident(current_user)")
        .await?
        .try_get(0)?;
    Err(Error::Setup(format!(
        "the database user {user} may not make or take on the roles {app} and {door} ({error}). Let an administrator of the database run:\n  \
         CREATE ROLE {app} NOLOGIN; CREATE ROLE {door} NOLOGIN; GRANT {app}, {door} TO {user};\nand start again"
    )))
}
