//! Steps that ask one person in turn: when each last asked whom. A step's turns are counted, so that the order does not hang on clocks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, uuid};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("turns")
            .col(uuid("tenant_id"))
            .col(text("workflow"))
            .col(text("step"))
            .col(uuid("user_id"))
            .col(big_integer("turn"))
            .primary_key(
                Index::create()
                    .col("tenant_id")
                    .col("workflow")
                    .col("step")
                    .col("user_id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        guard(manager, "turns").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("turns").to_owned()).await
    }
}
