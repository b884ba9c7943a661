//! Telling other servers.
//!
//! - `webhooks`: endpoints. While a secret rotates, the old one signs too, until `old_secret_until`.
//!   `failing_since` is set by the first failure after a success; five days of it disable the endpoint.
//!   What stands in the log up to `since_seq` happened before the endpoint was there, and is not sent to it.
//! - `deliveries`: one event to one endpoint, once (unique); claimed by whichever server is free, so it has a lease.
//!   `due_at` is null when nothing is to be tried. The body is kept from the first failure until a success.
//! - `delivery_attempts`: every try, with what the receiver said.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, string, string_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::tenancy;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 3] = ["delivery_attempts", "deliveries", "webhooks"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        endpoints(manager).await?;
        deliveries(manager).await?;
        attempts(manager).await?;
        for table in TABLES {
            tenancy::guard(manager, table).await?;
        }
        let seen = ["tenant_id", "id", "due_at", "lease_owner", "lease_until"];
        tenancy::open_door(manager, "deliveries", &seen, &["lease_owner", "lease_until"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).to_owned())
                .await?;
        }
        Ok(())
    }
}

async fn endpoints(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table(Alias::new("webhooks"))
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(uuid("owner_id"))
        .col(text("url"))
        .col(text("event_types"))
        .col(text_null("filter"))
        .col(string("payload"))
        .col(boolean("ordered"))
        .col(string("status"))
        .col(string_null("disabled_reason"))
        .col(text("secret"))
        .col(text_null("old_secret"))
        .col(timestamp_with_time_zone_null("old_secret_until"))
        .col(timestamp_with_time_zone_null("failing_since"))
        .col(big_integer("since_seq"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(&["id"]));
    manager.create_table(table).await
}

async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table(Alias::new("deliveries"))
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(uuid("webhook_id"))
        .col(uuid("event_id"))
        .col(string("event_type"))
        .col(uuid("subject_id"))
        .col(big_integer("event_seq"))
        .col(string("status"))
        .col(big_integer("failed"))
        .col(timestamp_with_time_zone_null("due_at"))
        .col(string_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(text_null("body"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(&["id"]));
    manager.create_table(table).await?;
    let once = index(
        "deliveries_webhook_event_unique",
        "deliveries",
        &["tenant_id", "webhook_id", "event_id"],
    );
    manager.create_index(once.clone().unique().to_owned()).await?;
    manager
        .create_index(index("deliveries_due", "deliveries", &["due_at"]))
        .await?;
    let newest = ["tenant_id", "webhook_id", "created_at", "id"];
    manager
        .create_index(index("deliveries_of_webhook", "deliveries", &newest))
        .await
}

async fn attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table(Alias::new("delivery_attempts"))
        .col(uuid("tenant_id"))
        .col(uuid("delivery_id"))
        .col(big_integer("number"))
        .col(timestamp_with_time_zone("at"))
        .col(big_integer_null("status_code"))
        .col(big_integer("duration_ms"))
        .col(text_null("error"))
        .col(text_null("headers"))
        .col(text_null("answer"))
        .primary_key(&mut key(&["delivery_id", "number"]));
    manager.create_table(table).await
}

fn key(columns: &[&str]) -> IndexCreateStatement {
    let mut key = Index::create();
    key.col(Alias::new("tenant_id"));
    for column in columns {
        key.col(Alias::new(*column));
    }
    key
}

fn index(name: &str, table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}
