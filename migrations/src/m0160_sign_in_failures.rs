//! Failed sign-ins, so that the next one waits, whichever server it comes to and after a restart; and where somebody has
//! signed in before, so that failures elsewhere do not keep them out.
//!
//! They stand under the server's own tenant: an address that nobody has is counted like any other. Keys are hashes, so the
//! tables hold no e-mail address and no network address.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone as instant, uuid};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns, until) in [
            (
                "sign_in_failures",
                vec![instant("last_at"), instant("forgiven_at")],
                "forgiven_at",
            ),
            ("sign_in_places", vec![instant("seen_at")], "seen_at"),
        ] {
            let mut create = Table::create()
                .table(table)
                .col(uuid("tenant_id"))
                .col(text("key"))
                .primary_key(Index::create().col("tenant_id").col("key"))
                .to_owned();
            for mut column in columns {
                create.col(&mut column);
            }
            manager.create_table(create).await?;
            let index = Index::create()
                .name(format!("{table}_{until}"))
                .table(table)
                .col("tenant_id")
                .col(until)
                .to_owned();
            manager.create_index(index).await?;
            guard(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sign_in_places", "sign_in_failures"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
