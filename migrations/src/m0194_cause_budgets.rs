//! How many actions followed from one thing, so that rules that start each other come to an end.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, timestamp_with_time_zone as instant, uuid};

use crate::tenancy::guard;

const TABLE: &str = "cause_budgets";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(TABLE)
            .col(uuid("tenant_id"))
            .col(uuid("root_id"))
            .col(big_integer("spent"))
            .col(instant("spent_at"))
            .primary_key(Index::create().col("tenant_id").col("root_id"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("cause_budgets_spent_at")
            .table(TABLE)
            .col("tenant_id")
            .col("spent_at")
            .to_owned();
        manager.create_index(index).await?;
        guard(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }
}
