//! Deliveries are kept for a time, and no longer.
//!
//! `deliveries.expires_at`, in the database's time: set anew whenever the delivery moves. What is there already gets thirty
//! days from now.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEX: &str = "deliveries_expiring";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table
            .table(Alias::new("deliveries"))
            .add_column(timestamp_with_time_zone_null("expires_at"));
        manager.alter_table(table).await?;
        let steps: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                // The owner of the table sees no row of it otherwise.
                "ALTER TABLE deliveries NO FORCE ROW LEVEL SECURITY",
                "UPDATE deliveries SET expires_at = now() + interval '30 days'",
                "ALTER TABLE deliveries FORCE ROW LEVEL SECURITY",
            ],
            _ => {
                &["UPDATE deliveries SET expires_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '+30 days')"]
            }
        };
        for step in steps {
            manager.get_connection().execute_unprepared(step).await?;
        }
        let mut index = Index::create();
        index
            .name(INDEX)
            .table(Alias::new("deliveries"))
            .col(Alias::new("tenant_id"))
            .col(Alias::new("expires_at"));
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name(INDEX)
            .table(Alias::new("deliveries"))
            .to_owned();
        manager.drop_index(index).await?;
        let mut table = Table::alter();
        table
            .table(Alias::new("deliveries"))
            .drop_column(Alias::new("expires_at"));
        manager.alter_table(table).await
    }
}
