//! What automations did, and why they did or did not act.
//!
//! Why: one run for an automation and an event, kept in the unit of work that acts. Its unique key is what makes
//! "the same event never starts twice" true even if a consumer's cursor were lost.

use sea_orm_migration::prelude::*;

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(runs()).await?;
        let once = Index::create()
            .name("automation_runs_once")
            .table("automation_runs")
            .col("tenant_id")
            .col("automation")
            .col("event_id")
            .unique()
            .to_owned();
        manager.create_index(once).await?;
        let newest = Index::create()
            .name("automation_runs_newest")
            .table("automation_runs")
            .col("tenant_id")
            .col("automation")
            .col("created_at")
            .col("id")
            .to_owned();
        manager.create_index(newest).await?;
        guard(manager, "automation_runs").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("automation_runs").to_owned())
            .await
    }
}

fn runs() -> TableCreateStatement {
    Table::create()
        .table("automation_runs")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("automation").text().not_null())
        .col(ColumnDef::new("automation_version").big_integer().not_null())
        .col(ColumnDef::new("event_id").uuid().not_null())
        .col(ColumnDef::new("event_type").text().not_null())
        .col(ColumnDef::new("subject_kind").text().not_null())
        .col(ColumnDef::new("subject_id").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("why").text().not_null())
        .col(ColumnDef::new("actions").text().not_null())
        .col(ColumnDef::new("depth").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}
