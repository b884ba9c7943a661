//! Accounts, contacts, pipelines and deals, and the ids under which other systems know them.
//!
//! Columns are named as the API names the fields, so that a filter is read into a condition without a second
//! dictionary. A deal shows its newest contract in four columns of its own, because every list shows it; every
//! contract that it ever had stands in `deal_contracts`, which is what its account lists. Stages stand in their
//! pipeline's row: they are edited together, under one version, and are few.
//! Each sortable column has an index that ends with the id: pages are read by key, never by offset.

use sea_orm_migration::prelude::*;

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            accounts(),
            contacts(),
            pipelines(),
            deals(),
            deal_contracts(),
            external_ids(),
        ] {
            manager.create_table(table).await?;
        }
        for (table, columns) in INDEXES {
            manager.create_index(index(table, columns)).await?;
        }
        for table in TABLES {
            guard(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            manager.drop_table(Table::drop().table(*table).to_owned()).await?;
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    "accounts",
    "contacts",
    "pipelines",
    "deals",
    "deal_contracts",
    "external_ids",
];

const INDEXES: &[(&str, &[&str])] = &[
    ("accounts", &["created_at"]),
    ("accounts", &["updated_at"]),
    ("accounts", &["name"]),
    ("accounts", &["owner"]),
    ("contacts", &["created_at"]),
    ("contacts", &["updated_at"]),
    ("contacts", &["name"]),
    ("contacts", &["email"]),
    ("contacts", &["account"]),
    ("contacts", &["owner"]),
    ("deals", &["created_at"]),
    ("deals", &["updated_at"]),
    ("deals", &["name"]),
    ("deals", &["amount_minor"]),
    ("deals", &["expected_close_on"]),
    ("deals", &["account"]),
    ("deals", &["owner", "status"]),
    ("deals", &["pipeline", "stage"]),
    ("deal_contracts", &["account", "request"]),
    ("external_ids", &["record"]),
];

fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{table}_by_{}", columns.join("_")))
        .table(table)
        .col("tenant_id");
    for column in columns {
        index.col(*column);
    }
    if !matches!(table, "deal_contracts" | "external_ids") {
        index.col("id");
    }
    index.clone()
}

/// The columns of every record: its key, its version and its instants.
fn record(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("deleted_at").timestamp_with_time_zone())
        .col(ColumnDef::new("name").text().not_null())
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

/// A record that belongs to somebody.
fn owned(name: &'static str) -> TableCreateStatement {
    record(name)
        .col(ColumnDef::new("owner").uuid())
        .col(ColumnDef::new("visibility").text().not_null())
        .to_owned()
}

fn accounts() -> TableCreateStatement {
    owned("accounts")
        .col(ColumnDef::new("domain").text())
        .col(ColumnDef::new("country").text())
        .to_owned()
}

fn contacts() -> TableCreateStatement {
    owned("contacts")
        .col(ColumnDef::new("email").text())
        .col(ColumnDef::new("phone").text())
        .col(ColumnDef::new("account").uuid())
        .to_owned()
}

fn pipelines() -> TableCreateStatement {
    record("pipelines")
        .col(ColumnDef::new("is_default").boolean().not_null())
        .col(ColumnDef::new("stages").text().not_null())
        .to_owned()
}

fn deals() -> TableCreateStatement {
    owned("deals")
        .col(ColumnDef::new("account").uuid().not_null())
        .col(ColumnDef::new("pipeline").uuid().not_null())
        .col(ColumnDef::new("stage").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("amount_minor").big_integer())
        .col(ColumnDef::new("amount_currency").text())
        .col(ColumnDef::new("probability").big_integer().not_null())
        .col(ColumnDef::new("expected_close_on").date())
        .col(ColumnDef::new("closed_at").timestamp_with_time_zone())
        .col(ColumnDef::new("lost_reason").text())
        .col(ColumnDef::new("contract_request").uuid())
        .col(ColumnDef::new("contract_number").text())
        .col(ColumnDef::new("contract_status").text())
        .col(ColumnDef::new("contract_reason").text())
        .to_owned()
}

/// Each contract that a deal ever had, by the request that it was asked for with.
fn deal_contracts() -> TableCreateStatement {
    Table::create()
        .table("deal_contracts")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("deal").uuid().not_null())
        .col(ColumnDef::new("request").uuid().not_null())
        .col(ColumnDef::new("account").uuid().not_null())
        .col(ColumnDef::new("number").text())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("reason").text())
        .primary_key(Index::create().col("tenant_id").col("deal").col("request"))
        .to_owned()
}

/// By which id another system knows a record.
fn external_ids() -> TableCreateStatement {
    Table::create()
        .table("external_ids")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("source").text().not_null())
        .col(ColumnDef::new("external_id").text().not_null())
        .col(ColumnDef::new("record").uuid().not_null())
        .primary_key(
            Index::create()
                .col("tenant_id")
                .col("kind")
                .col("source")
                .col("external_id"),
        )
        .to_owned()
}
