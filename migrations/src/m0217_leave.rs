//! Leave: the ledger, who is away when, and the terms of employment.
//!
//! - `leave_entries` is only ever added to; a balance is a sum over it.
//! - `leaves` holds what a request asks for or was given, `leave_days` what it takes day by day, as it was counted.
//! - `employments` holds when somebody joined and left, and what they work.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, date, text, text_null, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::tenancy::{guard, guard_for};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [&str; 5] = [
    "CREATE INDEX leave_entries_account ON leave_entries (tenant_id, person, leave_type, on_day)",
    "CREATE INDEX leave_entries_request ON leave_entries (tenant_id, request_id)",
    "CREATE INDEX leaves_person ON leaves (tenant_id, person, last_day)",
    "CREATE INDEX leaves_away ON leaves (tenant_id, last_day, first_day)",
    "CREATE INDEX leave_days_day ON leave_days (tenant_id, day)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(entries()).await?;
        guard_for(manager, "leave_entries", "tenant_id", "SELECT, INSERT").await?;
        for (name, table) in [
            ("leaves", leaves()),
            ("leave_days", days()),
            ("employments", employments()),
        ] {
            manager.create_table(table).await?;
            guard(manager, name).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["leave_entries", "leaves", "leave_days", "employments"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn entries() -> TableCreateStatement {
    Table::create()
        .table("leave_entries")
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(uuid("person"))
        .col(text("leave_type"))
        .col(text("kind"))
        // Counts from this day on.
        .col(date("on_day"))
        // The first day of the leave year that it belongs to, and whether to what was carried into it.
        .col(date("period"))
        .col(boolean("carried"))
        // Thousandths of a day or hour.
        .col(big_integer("amount"))
        // What it follows from, where it follows from the rules.
        .col(text_null("rule_key"))
        .col(uuid_null("request_id"))
        .col(text_null("reason"))
        .col(text("actor"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn leaves() -> TableCreateStatement {
    Table::create()
        .table("leaves")
        .col(uuid("tenant_id"))
        // Of the request.
        .col(uuid("id"))
        .col(big_integer("version"))
        .col(uuid("person"))
        .col(text("leave_type"))
        // `reserved`, `taken` or `released`.
        .col(text("status"))
        .col(date("first_day"))
        .col(date("last_day"))
        .col(boolean("start_half"))
        .col(boolean("end_half"))
        .col(big_integer_null("hours"))
        .col(big_integer("amount"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn days() -> TableCreateStatement {
    Table::create()
        .table("leave_days")
        .col(uuid("tenant_id"))
        .col(uuid("leave_id"))
        .col(date("day"))
        .col(big_integer("amount"))
        .primary_key(Index::create().col("tenant_id").col("leave_id").col("day"))
        .to_owned()
}

fn employments() -> TableCreateStatement {
    Table::create()
        .table("employments")
        .col(uuid("tenant_id"))
        .col(uuid("person"))
        .col(big_integer("version"))
        // A JSON object: joined_on, left_on, service_since, terms.
        .col(text("terms"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("tenant_id").col("person"))
        .to_owned()
}
