//! Requests are listed by when they were decided.
//!
//! Why: the newest decisions are what payroll and reports ask for, and no list sorts a whole table.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "CREATE INDEX requests_decided ON requests (tenant_id, decided_at, id)";
/// PostgreSQL has what is not decided first in a descending order, and lists have it last; SQLite reads the other one backwards.
const DOWN: &str =
    "CREATE INDEX requests_decided_down ON requests (tenant_id, decided_at DESC NULLS LAST, id DESC)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(UP).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            connection.execute_unprepared(DOWN).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            connection
                .execute_unprepared("DROP INDEX requests_decided_down")
                .await?;
        }
        connection
            .execute_unprepared("DROP INDEX requests_decided")
            .await?;
        Ok(())
    }
}
