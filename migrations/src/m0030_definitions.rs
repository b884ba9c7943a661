//! Published definitions: workflows, automations and calendars, each with all its versions.
//!
//! Why: a running request keeps the version that it began with, so a version is written once and never changed;
//! `definitions` holds what is newest, so that lists and the first touch of a name cost one row each.
//! The text is kept as it was sent: comments and order are the author's.

use sea_orm_migration::prelude::*;

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(definitions()).await?;
        manager.create_table(versions()).await?;
        for table in ["definitions", "definition_versions"] {
            guard(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["definition_versions", "definitions"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn definitions() -> TableCreateStatement {
    Table::create()
        .table("definitions")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("title").text().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("tenant_id").col("kind").col("name"))
        .to_owned()
}

fn versions() -> TableCreateStatement {
    Table::create()
        .table("definition_versions")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("text").text().not_null())
        .col(ColumnDef::new("published_by").text().not_null())
        .col(
            ColumnDef::new("published_at")
                .timestamp_with_time_zone()
                .not_null(),
        )
        .primary_key(
            Index::create()
                .col("tenant_id")
                .col("kind")
                .col("name")
                .col("version"),
        )
        .to_owned()
}
