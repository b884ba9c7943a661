//! The tables that a version asks, as they were when it was published: its text is read by these for ever.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("definition_versions")
            // A JSON object of names to columns; null where none is asked.
            .add_column(text_null("tables"))
            .to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("definition_versions")
            .drop_column("tables")
            .to_owned();
        manager.alter_table(table).await
    }
}
