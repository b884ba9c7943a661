//! How far tenants' clocks were moved, seen over all tenants: each server follows it, and a claim of what is due asks it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::tenancy::DOOR;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, "GRANT", "TO").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, "REVOKE", "FROM").await
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, verb: &str, to: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!("{verb} SELECT (clock_offset_ms) ON tenants {to} {DOOR}");
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}
