//! Facts of a submission look at earlier requests of one person and workflow by when they were submitted.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("requests_earlier")
            .table("requests")
            .col("tenant_id")
            .col("requester")
            .col("workflow")
            .col("submitted_at")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("requests_earlier")
            .table("requests")
            .to_owned();
        manager.drop_index(index).await
    }
}
