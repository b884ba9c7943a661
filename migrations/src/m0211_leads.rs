//! Leads: people of whom nobody knows yet whether they buy; and activities about them.
//!
//! Texts that people write have keys beside them, which PostgreSQL compares by bytes; on SQLite the texts of a search stand together.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, blob, blob_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// An index: its name, its table, and its columns behind the tenant's.
type Of = (&'static str, &'static str, &'static str);

const INDEXES: &[Of] = &[
    ("leads_by_created_at", "leads", "created_at, id"),
    ("leads_by_updated_at", "leads", "updated_at, id"),
    ("leads_by_name_key", "leads", "name_key, id"),
    ("leads_by_name_sort", "leads", "name_sort, id"),
    ("leads_by_company_key", "leads", "company_key, id"),
    ("leads_by_company_sort", "leads", "company_sort, id"),
    ("leads_by_email_key", "leads", "email_key, id"),
    ("leads_by_email_sort", "leads", "email_sort, id"),
    ("leads_by_owner_created", "leads", "owner, created_at, id"),
    ("leads_by_status_created", "leads", "status, created_at, id"),
    ("activities_by_lead_created", "activities", "lead, created_at, id"),
    // Whom a lead is looked for among.
    ("accounts_by_domain", "accounts", "domain, id"),
];

const ON_SQLITE: &[Of] = &[(
    "leads_search",
    "leads",
    "name_key, company_key, email_key, phone, id",
)];

const ON_POSTGRES: &[Of] = &[
    (
        "leads_by_company_down",
        "leads",
        "company_sort DESC NULLS LAST, id DESC",
    ),
    (
        "leads_by_email_down",
        "leads",
        "email_sort DESC NULLS LAST, id DESC",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(leads()).await?;
        let lead = Table::alter()
            .table("activities")
            .add_column(uuid_null("lead"))
            .to_owned();
        manager.alter_table(lead).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for key in ["name_key", "company_key", "email_key"] {
                let compare = format!("ALTER TABLE leads ALTER COLUMN {key} TYPE text COLLATE \"C\"");
                manager.get_connection().execute_unprepared(&compare).await?;
            }
            create(manager, ON_POSTGRES).await?;
        } else {
            create(manager, ON_SQLITE).await?;
        }
        create(manager, INDEXES).await?;
        guard(manager, "leads").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES.iter().filter(|(_, table, _)| *table != "leads") {
            let drop = Index::drop().name(*name).table(*table).to_owned();
            manager.drop_index(drop).await?;
        }
        let lead = Table::alter().table("activities").drop_column("lead").to_owned();
        manager.alter_table(lead).await?;
        manager.drop_table(Table::drop().table("leads").to_owned()).await
    }
}

async fn create(manager: &SchemaManager<'_>, indexes: &[Of]) -> Result<(), DbErr> {
    for (name, table, columns) in indexes {
        let sql = format!("CREATE INDEX {name} ON {table} (tenant_id, {columns})");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn leads() -> TableCreateStatement {
    Table::create()
        .table("leads")
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .col(text("name"))
        .col(text("name_key"))
        .col(blob("name_sort"))
        .col(uuid_null("owner"))
        .col(text("visibility"))
        .col(text_null("company"))
        .col(text_null("company_key"))
        .col(blob_null("company_sort"))
        .col(text_null("email"))
        .col(text_null("email_key"))
        .col(blob_null("email_sort"))
        .col(text_null("phone"))
        .col(text_null("source"))
        .col(text("status"))
        .col(big_integer_null("estimated_amount_minor"))
        .col(text_null("estimated_amount_currency"))
        .col(text_null("notes"))
        .col(text_null("disqualified_reason"))
        .col(timestamp_with_time_zone_null("converted_at"))
        // What it became.
        .col(uuid_null("account"))
        .col(uuid_null("contact"))
        .col(uuid_null("deal"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}
