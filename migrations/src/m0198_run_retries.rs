//! Runs of automations that could not act are started again: when the last time, and their version.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, timestamp_with_time_zone_null as instant_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        let version = big_integer("version").default(1).to_owned();
        for column in [instant_null("retried_at"), version] {
            manager.alter_table(runs().add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["version", "retried_at"] {
            manager
                .alter_table(runs().drop_column(Alias::new(column)).take())
                .await?;
        }
        Ok(())
    }
}

fn runs() -> TableAlterStatement {
    Table::alter().table(Alias::new("automation_runs")).take()
}
