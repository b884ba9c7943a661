//! Links to calendars of leave that other programs read. Of a link's secret only the hash is kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, uuid};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "leave_feeds";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(TABLE)
            .col(uuid("tenant_id"))
            .col(uuid("id"))
            .col(uuid("owner_id"))
            .col(text("shows"))
            .col(text_null("department"))
            .col(text("locale"))
            .col(text("secret_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("tenant_id").col("id"))
            .to_owned();
        manager.create_table(table).await?;
        let by_owner = Index::create()
            .name("leave_feeds_by_owner")
            .table(TABLE)
            .col("tenant_id")
            .col("owner_id")
            .col("created_at")
            .col("id")
            .to_owned();
        manager.create_index(by_owner).await?;
        guard(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }
}
