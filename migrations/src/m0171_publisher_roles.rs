//! The roles that a version's publisher held: what the version has done by their rights is judged by these, and by those
//! that they hold then.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("definition_versions")
            // A JSON array of names; null in versions from before.
            .add_column(text_null("publisher_roles"))
            .to_owned();
        manager.alter_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("definition_versions")
            .drop_column("publisher_roles")
            .to_owned();
        manager.alter_table(table).await
    }
}
