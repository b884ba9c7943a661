//! The schema of a SQLite file.

use countersign_migrations::Migrator;
use sea_orm::SqlxSqliteConnector;
use sea_orm_migration::MigratorTrait;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::Error;

/// On a connection of its own, which is closed again: the writer's prepared statements are none of its business.
pub(crate) async fn migrate(options: &SqliteConnectOptions) -> Result<(), Error> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    let done = Migrator::up(&SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()), None).await;
    pool.close().await;
    Ok(done?)
}
