//! Lists, inboxes, searches and sums are read from indexes, however much there is.
//!
//! - What a list is commonly filtered by stands before the instant by which it is ordered.
//! - `deals_summary` holds all that sums are made of, in the order in which they are grouped.
//! - On SQLite the texts of a search stand together in an index of their own. PostgreSQL bounds the length of an index's
//!   row, and reads tables fast: it has none.
//! - On PostgreSQL keys of texts are compared by bytes, as on SQLite, so that those which start alike stand together;
//!   and orders in which nothing stands last need an index of their own where they descend.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// An index: its name, its table, and its columns behind the tenant's.
type Of = (&'static str, &'static str, &'static str);

const NEW: &[Of] = &[
    ("accounts_by_owner_created", "accounts", "owner, created_at, id"),
    ("contacts_by_owner_created", "contacts", "owner, created_at, id"),
    ("deals_by_owner_created", "deals", "owner, created_at, id"),
    ("deals_by_pipeline_created", "deals", "pipeline, created_at, id"),
    ("deals_by_stage_created", "deals", "stage, created_at, id"),
    ("deals_by_status_created", "deals", "status, created_at, id"),
    (
        "deals_summary",
        "deals",
        "pipeline, stage, owner, status, amount_currency, amount_minor, deleted_at, visibility",
    ),
    ("requests_status", "requests", "status, created_at, id"),
    (
        "requests_requester_status",
        "requests",
        "requester, status, created_at, id",
    ),
    ("tasks_created", "tasks", "created_at, id"),
    ("tasks_by_due", "tasks", "due_at, id"),
];

/// Those above serve what these served.
const OLD: &[Of] = &[
    ("accounts_by_owner", "accounts", "owner, id"),
    ("contacts_by_owner", "contacts", "owner, id"),
    ("deals_by_owner_status", "deals", "owner, status, id"),
    ("deals_by_pipeline_stage", "deals", "pipeline, stage, id"),
];

const NEW_ON_SQLITE: &[Of] = &[
    ("accounts_search", "accounts", "name_key, domain, id"),
    ("contacts_search", "contacts", "name_key, email_key, phone, id"),
    ("deals_lost_reason", "deals", "lost_reason_key, id"),
    ("requests_search", "requests", "summary_key, number, id"),
];

const OLD_ON_SQLITE: &[Of] = &[
    ("accounts_by_name_key", "accounts", "name_key, id"),
    ("contacts_by_name_key", "contacts", "name_key, id"),
];

const NEW_ON_POSTGRES: &[Of] = &[
    (
        "contacts_by_email_down",
        "contacts",
        "email_sort DESC NULLS LAST, id DESC",
    ),
    (
        "deals_by_amount_down",
        "deals",
        "amount_currency DESC NULLS LAST, amount_minor DESC, id DESC",
    ),
    (
        "deals_by_close_down",
        "deals",
        "expected_close_on DESC NULLS LAST, id DESC",
    ),
    (
        "requests_submitted_down",
        "requests",
        "submitted_at DESC NULLS LAST, id DESC",
    ),
];

/// Keys that are looked up by what they start with.
const KEYS: &[(&str, &str)] = &[
    ("accounts", "name_key"),
    ("contacts", "name_key"),
    ("contacts", "email_key"),
    ("deals", "name_key"),
    ("departments", "name_key"),
    ("pipelines", "name_key"),
    ("users", "name_key"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        compare(manager, postgres, "\"C\"").await?;
        create(manager, NEW).await?;
        drop(manager, OLD).await?;
        if postgres {
            return create(manager, NEW_ON_POSTGRES).await;
        }
        create(manager, NEW_ON_SQLITE).await?;
        drop(manager, OLD_ON_SQLITE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        create(manager, OLD).await?;
        drop(manager, NEW).await?;
        if postgres {
            drop(manager, NEW_ON_POSTGRES).await?;
            return compare(manager, postgres, "\"default\"").await;
        }
        create(manager, OLD_ON_SQLITE).await?;
        drop(manager, NEW_ON_SQLITE).await
    }
}

async fn create(manager: &SchemaManager<'_>, indexes: &[Of]) -> Result<(), DbErr> {
    for (name, table, columns) in indexes {
        let sql = format!("CREATE INDEX {name} ON {table} (tenant_id, {columns})");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

async fn drop(manager: &SchemaManager<'_>, indexes: &[Of]) -> Result<(), DbErr> {
    for (name, ..) in indexes {
        let sql = format!("DROP INDEX {name}");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

async fn compare(manager: &SchemaManager<'_>, postgres: bool, collation: &str) -> Result<(), DbErr> {
    for (table, column) in KEYS.iter().filter(|_| postgres) {
        let sql = format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE {collation}");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
