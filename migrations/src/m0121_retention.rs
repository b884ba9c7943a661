//! What a retention needs: since when a timer is done with, and an index for what it looks for by age.
//!
//! `timers.ended_at`, in the database's time: null while the timer may still fire. Timers that have ended before this step are
//! taken to have ended now.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [&str; 2] = [
    "CREATE INDEX timers_ended ON timers (tenant_id, ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX sessions_expiring ON sessions (tenant_id, expires_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table
            .table(Alias::new("timers"))
            .add_column(timestamp_with_time_zone_null("ended_at"));
        manager.alter_table(table).await?;
        let ended: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                // The owner of the table sees no row of it otherwise.
                "ALTER TABLE timers NO FORCE ROW LEVEL SECURITY",
                "UPDATE timers SET ended_at = now() WHERE due_at IS NULL",
                "ALTER TABLE timers FORCE ROW LEVEL SECURITY",
            ],
            _ => &[
                "UPDATE timers SET ended_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now') WHERE due_at IS NULL",
            ],
        };
        for step in ended.iter().chain(&INDEXES) {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for step in ["DROP INDEX timers_ended", "DROP INDEX sessions_expiring"] {
            manager.get_connection().execute_unprepared(step).await?;
        }
        let mut table = Table::alter();
        table
            .table(Alias::new("timers"))
            .drop_column(Alias::new("ended_at"));
        manager.alter_table(table).await
    }
}
