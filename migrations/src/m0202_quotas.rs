//! What quotas count is counted from an index: a person's drafts beside all their requests, and the bytes of a tenant's files.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: [&str; 2] = [
    "CREATE INDEX requests_drafts ON requests (tenant_id, requester) WHERE status = 'draft'",
    "CREATE INDEX files_bytes ON files (tenant_id, size)",
];

const DOWN: [&str; 2] = ["DROP INDEX files_bytes", "DROP INDEX requests_drafts"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for step in UP {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for step in DOWN {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }
}
