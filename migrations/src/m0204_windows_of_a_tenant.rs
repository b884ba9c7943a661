//! Readers of one tenant's log take windows of its entries in order of transactions; nobody takes one long window in order of places
//! any more. PostgreSQL alone: on SQLite a window is a stretch of places.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        both(
            manager,
            [
                "CREATE INDEX log_tenant_window ON log (tenant_id, xid, seq)",
                "DROP INDEX log_place",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        both(
            manager,
            [
                "CREATE INDEX log_place ON log (seq)",
                "DROP INDEX log_tenant_window",
            ],
        )
        .await
    }
}

async fn both(manager: &SchemaManager<'_>, steps: [&str; 2]) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for step in steps {
        manager.get_connection().execute_unprepared(step).await?;
    }
    Ok(())
}
