//! Products, price books with what products cost in them, and the lines of deals.
//!
//! Numbers of lines are whole ten-thousandths. Tiers stand in their entry's row: they are edited together, and are few.
//! Lines are rows, so that what was sold can be counted. Texts that people write have keys beside them, which PostgreSQL
//! compares by bytes; on SQLite the texts of a search stand together.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, boolean, date_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// An index: its name, its table, and its columns behind the tenant's.
type Of = (&'static str, &'static str, &'static str);

const TABLES: &[&str] = &["products", "price_books", "price_book_entries", "deal_lines"];

const INDEXES: &[Of] = &[
    ("products_by_created_at", "products", "created_at, id"),
    ("products_by_updated_at", "products", "updated_at, id"),
    ("products_by_name_key", "products", "name_key, id"),
    ("products_by_name_sort", "products", "name_sort, id"),
    ("products_by_code_key", "products", "code_key, id"),
    ("products_by_code_sort", "products", "code_sort, id"),
    ("price_books_by_name_key", "price_books", "name_key, id"),
    ("price_books_by_name_sort", "price_books", "name_sort, id"),
    (
        "price_book_entries_by_created_at",
        "price_book_entries",
        "created_at, id",
    ),
    (
        "price_book_entries_by_updated_at",
        "price_book_entries",
        "updated_at, id",
    ),
    // What a product costs.
    (
        "price_book_entries_by_product",
        "price_book_entries",
        "product, price_book, created_at, id",
    ),
    (
        "price_book_entries_by_book_created",
        "price_book_entries",
        "price_book, created_at, id",
    ),
    ("deal_lines_by_product", "deal_lines", "product, deal"),
];

/// What PostgreSQL compares by bytes.
const KEYS: &[(&str, &str)] = &[
    ("products", "name_key"),
    ("products", "code_key"),
    ("price_books", "name_key"),
];

const ON_SQLITE: &[Of] = &[("products_search", "products", "name_key, code_key, id")];

const ON_POSTGRES: &[Of] = &[(
    "products_by_code_down",
    "products",
    "code_sort DESC NULLS LAST, id DESC",
)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [products(), price_books(), price_book_entries(), deal_lines()] {
            manager.create_table(table).await?;
        }
        for column in [uuid_null("price_book"), count("line_count")] {
            let add = Table::alter().table("deals").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, key) in KEYS {
                let compare = format!("ALTER TABLE {table} ALTER COLUMN {key} TYPE text COLLATE \"C\"");
                manager.get_connection().execute_unprepared(&compare).await?;
            }
            create(manager, ON_POSTGRES).await?;
        } else {
            create(manager, ON_SQLITE).await?;
        }
        create(manager, INDEXES).await?;
        for table in TABLES {
            guard(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["price_book", "line_count"] {
            let gone = Table::alter().table("deals").drop_column(column).to_owned();
            manager.alter_table(gone).await?;
        }
        for table in TABLES.iter().rev() {
            manager.drop_table(Table::drop().table(*table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn create(manager: &SchemaManager<'_>, indexes: &[Of]) -> Result<(), DbErr> {
    for (name, table, columns) in indexes {
        let sql = format!("CREATE INDEX {name} ON {table} (tenant_id, {columns})");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Nothing, in rows that are there.
fn count(name: &'static str) -> ColumnDef {
    big_integer(name).default(0).to_owned()
}

/// The columns of every record.
fn record(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn products() -> TableCreateStatement {
    record("products")
        .col(text("name"))
        .col(text("name_key"))
        .col(blob("name_sort"))
        .col(text_null("code"))
        .col(text_null("code_key"))
        .col(blob_null("code_sort"))
        .col(text_null("description"))
        .col(text_null("unit"))
        .col(boolean("active"))
        .col(big_integer_null("tax_rate"))
        .to_owned()
}

fn price_books() -> TableCreateStatement {
    record("price_books")
        .col(text("name"))
        .col(text("name_key"))
        .col(blob("name_sort"))
        .col(text("currency"))
        .col(boolean("active"))
        .col(boolean("standard"))
        .to_owned()
}

fn price_book_entries() -> TableCreateStatement {
    record("price_book_entries")
        .col(uuid("price_book"))
        .col(uuid("product"))
        .col(text("tiers"))
        .col(date_null("valid_from"))
        .col(date_null("valid_until"))
        .to_owned()
}

fn deal_lines() -> TableCreateStatement {
    Table::create()
        .table("deal_lines")
        .col(uuid("tenant_id"))
        .col(uuid("deal"))
        .col(big_integer("position"))
        .col(uuid_null("product"))
        .col(text("description"))
        .col(text_null("unit"))
        .col(big_integer("quantity"))
        .col(big_integer("unit_price_minor"))
        .col(text("unit_price_currency"))
        .col(big_integer("discount"))
        .col(big_integer("tax_rate"))
        .primary_key(Index::create().col("tenant_id").col("deal").col("position"))
        .to_owned()
}
