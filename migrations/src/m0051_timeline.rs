//! The timeline of each customer record: what happened, from every area, newest first.
//!
//! It is derived: a consumer writes one row for each event and each record that the event links to, and it could
//! be written again from the log. The event's place there is part of the key, so that an event seen twice is one entry;
//! the key is also the order in which it is read: by instant, and within one by the place in the log.

use sea_orm_migration::prelude::*;

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let timeline = Table::create()
            .table("timeline")
            .col(ColumnDef::new("tenant_id").uuid().not_null())
            .col(ColumnDef::new("record").uuid().not_null())
            .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("seq").big_integer().not_null())
            .col(ColumnDef::new("event").uuid().not_null())
            .col(ColumnDef::new("type").text().not_null())
            .col(ColumnDef::new("subject_kind").text().not_null())
            .col(ColumnDef::new("subject").uuid().not_null())
            .col(ColumnDef::new("subject_name").text())
            .col(ColumnDef::new("actor").text().not_null())
            .col(ColumnDef::new("changes").text().not_null())
            .primary_key(
                Index::create()
                    .col("tenant_id")
                    .col("record")
                    .col("at")
                    .col("seq"),
            )
            .to_owned();
        manager.create_table(timeline).await?;
        guard(manager, "timeline").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("timeline").to_owned())
            .await
    }
}
