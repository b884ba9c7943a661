//! Links with which people set a first or forgotten password: one for each person, of which the hash alone is kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone as instant, uuid};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("password_links")
            .col(uuid("tenant_id"))
            .col(uuid("user_id"))
            .col(text("hash"))
            .col(instant("created_at"))
            .col(instant("expires_at"))
            .primary_key(Index::create().col("tenant_id").col("user_id"))
            .to_owned();
        manager.create_table(table).await?;
        guard(manager, "password_links").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("password_links").to_owned())
            .await
    }
}
