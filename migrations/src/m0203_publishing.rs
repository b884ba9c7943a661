//! How a tenant's definitions are published: which roles publish which names.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("tenants")
            // JSON; null where nothing was said.
            .add_column(text_null("publishing"))
            .to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("tenants")
            .drop_column("publishing")
            .to_owned();
        manager.alter_table(table).await
    }
}
