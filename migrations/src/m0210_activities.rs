//! Activities: what was done about customers, and what is to be done.
//!
//! - A person's open ones in the order in which they are due are the list of the day; those of a deal are its next steps.
//! - `deals_by_owner_updated` finds a person's deals that nothing happened to for long.
//! - Subjects have keys beside them, which PostgreSQL compares by bytes, as for all texts that people write.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, date_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// An index: its name, its table, and its columns behind the tenant's.
type Of = (&'static str, &'static str, &'static str);

const INDEXES: &[Of] = &[
    ("activities_by_created_at", "activities", "created_at, id"),
    ("activities_by_updated_at", "activities", "updated_at, id"),
    ("activities_by_subject_key", "activities", "subject_key, id"),
    ("activities_by_subject_sort", "activities", "subject_sort, id"),
    ("activities_by_due", "activities", "due_at, id"),
    (
        "activities_by_owner_created",
        "activities",
        "owner, created_at, id",
    ),
    (
        "activities_by_owner_due",
        "activities",
        "owner, status, due_at, id",
    ),
    (
        "activities_by_account_created",
        "activities",
        "account, created_at, id",
    ),
    (
        "activities_by_contact_created",
        "activities",
        "contact, created_at, id",
    ),
    ("activities_by_deal_created", "activities", "deal, created_at, id"),
    ("activities_by_deal_due", "activities", "deal, status, due_at, id"),
    ("deals_by_owner_updated", "deals", "owner, status, updated_at, id"),
];

/// Orders in which nothing stands last need an index of their own where they descend.
const ON_POSTGRES: &[Of] = &[(
    "activities_by_due_down",
    "activities",
    "due_at DESC NULLS LAST, id DESC",
)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(activities()).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            let compare = "ALTER TABLE activities ALTER COLUMN subject_key TYPE text COLLATE \"C\"";
            manager.get_connection().execute_unprepared(compare).await?;
            create(manager, ON_POSTGRES).await?;
        }
        create(manager, INDEXES).await?;
        guard(manager, "activities").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = "DROP INDEX deals_by_owner_updated";
        manager.get_connection().execute_unprepared(drop).await?;
        manager
            .drop_table(Table::drop().table("activities").to_owned())
            .await
    }
}

async fn create(manager: &SchemaManager<'_>, indexes: &[Of]) -> Result<(), DbErr> {
    for (name, table, columns) in indexes {
        let sql = format!("CREATE INDEX {name} ON {table} (tenant_id, {columns})");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn activities() -> TableCreateStatement {
    Table::create()
        .table("activities")
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .col(text("type"))
        .col(text("subject"))
        .col(text("subject_key"))
        .col(blob("subject_sort"))
        .col(text_null("body"))
        .col(text("status"))
        .col(text("priority"))
        .col(uuid_null("owner"))
        .col(text("visibility"))
        .col(timestamp_with_time_zone_null("due_at"))
        // The day, where it is due on a day: `due_at` is the end of it.
        .col(date_null("due_on"))
        .col(timestamp_with_time_zone_null("starts_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(timestamp_with_time_zone_null("completed_at"))
        .col(uuid_null("account"))
        .col(uuid_null("contact"))
        .col(uuid_null("deal"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}
