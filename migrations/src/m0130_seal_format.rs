//! How a seal's hash is made: `seals.format`. Format 1 covered the entries as they read; format 2 covers their columns as
//! they are stored, and the seal's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let format = Table::alter()
            .table("seals")
            .add_column(big_integer("format").default(1).take())
            .to_owned();
        manager.alter_table(format).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let format = Table::alter().table("seals").drop_column("format").to_owned();
        manager.alter_table(format).await
    }
}
