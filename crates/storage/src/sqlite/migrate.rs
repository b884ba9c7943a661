//! The schema of a SQLite file.

use countersign_migrations::Migrator;
use sea_orm::SqlxSqliteConnector;
use sea_orm_migration::MigratorTrait;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::Error;
use crate::schema::{Schema, TAKEN};

/// On a connection of its own, which is closed again: the writer's prepared statements are none of its business.
pub(crate) async fn migrate(options: &SqliteConnectOptions) -> Result<(), Error> {
    schema(options).await?.check()?;
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    let done = Migrator::up(&SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()), None).await;
    pool.close().await;
    Ok(done?)
}

/// The steps that the file has taken.
pub(crate) async fn schema(options: &SqliteConnectOptions) -> Result<Schema, Error> {
    let mut connection = options.clone().optimize_on_close(false, None).connect().await?;
    let taken = taken(&mut connection).await;
    connection.close().await?;
    Ok(Schema::of(&taken?))
}

async fn taken(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let table =
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'seaql_migrations')";
    if !sqlx::query_scalar(table).fetch_one(&mut *connection).await? {
        return Ok(Vec::new());
    }
    sqlx::query_scalar(TAKEN).fetch_all(connection).await
}
