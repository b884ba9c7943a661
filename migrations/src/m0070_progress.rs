//! When a consumer last moved on, in database time: who is behind and does not move is shown to operators.
//!
//! On PostgreSQL also which cluster the log was last written in. A log that was moved into another cluster (a restore,
//! a new host, a major upgrade) meets transaction numbers that begin anew; `xid_base` is what its entries add to
//! theirs, so that the numbers in the log never go back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let moved_at = Table::alter()
            .table("consumers")
            .add_column(ColumnDef::new("moved_at").timestamp_with_time_zone())
            .to_owned();
        manager.alter_table(moved_at).await?;
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let steps = [
            "CREATE TABLE log_cluster (
                id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
                system_identifier bigint NOT NULL,
                xid_base bigint NOT NULL
            )"
            .to_owned(),
            "INSERT INTO log_cluster (system_identifier, xid_base)
             SELECT system_identifier, 0 FROM pg_control_system()"
                .to_owned(),
            format!(
                "GRANT SELECT ON log_cluster TO {}, {}",
                tenancy::APP,
                tenancy::DOOR
            ),
        ];
        for step in steps {
            manager.get_connection().execute_unprepared(&step).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .get_connection()
                .execute_unprepared("DROP TABLE log_cluster")
                .await?;
        }
        let moved_at = Table::alter()
            .table("consumers")
            .drop_column("moved_at")
            .to_owned();
        manager.alter_table(moved_at).await
    }
}
