//! An endpoint that wants its deliveries in order asks, for each, for the one before it about the same record: without an index
//! that reads all deliveries of the endpoint.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "deliveries_in_order";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name(NAME)
            .table("deliveries")
            .col(Alias::new("tenant_id"))
            .col(Alias::new("webhook_id"))
            .col(Alias::new("subject_id"))
            .col(Alias::new("event_seq"))
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name(NAME).table("deliveries").to_owned();
        manager.drop_index(index).await
    }
}
