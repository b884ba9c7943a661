//! Who hears of events, and how far they are.
//!
//! - `consumers`: one durable cursor each, leased to one server. `token` goes up whenever the lease changes hands;
//!   an effect commits only under the token that it began with. The times are the database's own.
//!   The table belongs to no tenant: it says where a reader of the whole log stands, nothing of what is in it.
//! - `inbox`: (consumer, event) of every effect that was kept: it is written in the same transaction as the effect.
//! - `parked`: events that failed, and those that wait behind them. The first of a record, by `version`, is tried again
//!   when its `due_at` has come.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, string, string_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        consumers(manager).await?;
        inbox(manager).await?;
        parked(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["parked", "inbox", "consumers"] {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).to_owned())
                .await?;
        }
        Ok(())
    }
}

async fn consumers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table(Alias::new("consumers"))
        .col(string("name").primary_key())
        .col(big_integer("token"))
        .col(string_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(text_null("cursor"))
        .col(big_integer("sequence"))
        .to_owned();
    manager.create_table(table).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        let everyday = format!("GRANT SELECT, INSERT, UPDATE ON consumers TO {}", tenancy::APP);
        let door = format!("GRANT SELECT ON consumers TO {}", tenancy::DOOR);
        for grant in [everyday, door] {
            manager.get_connection().execute_unprepared(&grant).await?;
        }
    }
    Ok(())
}

async fn inbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut key = Index::create();
    key.col(Alias::new("tenant_id"))
        .col(Alias::new("consumer"))
        .col(Alias::new("event_id"));
    let table = Table::create()
        .table(Alias::new("inbox"))
        .col(uuid("tenant_id"))
        .col(string("consumer"))
        .col(uuid("event_id"))
        .primary_key(&mut key)
        .to_owned();
    manager.create_table(table).await?;
    tenancy::guard(manager, "inbox").await
}

async fn parked(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut key = Index::create();
    key.col(Alias::new("tenant_id"))
        .col(Alias::new("consumer"))
        .col(Alias::new("event_id"));
    let table = Table::create()
        .table(Alias::new("parked"))
        .col(uuid("tenant_id"))
        .col(string("consumer"))
        .col(uuid("event_id"))
        .col(string("subject_kind"))
        .col(uuid("subject_id"))
        .col(big_integer("version"))
        .col(big_integer("sequence"))
        .col(big_integer("attempts"))
        .col(timestamp_with_time_zone("due_at"))
        .col(text("reason"))
        .primary_key(&mut key)
        .to_owned();
    manager.create_table(table).await?;
    let by_record = Index::create()
        .name("parked_by_record")
        .table(Alias::new("parked"))
        .col(Alias::new("consumer"))
        .col(Alias::new("subject_id"))
        .col(Alias::new("version"))
        .to_owned();
    manager.create_index(by_record).await?;
    let by_due = Index::create()
        .name("parked_by_due")
        .table(Alias::new("parked"))
        .col(Alias::new("consumer"))
        .col(Alias::new("due_at"))
        .to_owned();
    manager.create_index(by_due).await?;
    tenancy::guard(manager, "parked").await?;
    let seen = [
        "tenant_id",
        "consumer",
        "event_id",
        "subject_kind",
        "subject_id",
        "version",
        "attempts",
        "due_at",
    ];
    tenancy::open_door(manager, "parked", &seen, &[]).await
}
