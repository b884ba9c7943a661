//! Versions that wait for a second person, and of a published version who proposed it, with the roles that they held.
//!
//! Why: neither of the two decides by it, and it acts by no more rights than both of them have.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, text, text_null, timestamp_with_time_zone as instant,
    timestamp_with_time_zone_null as instant_null, uuid, uuid_null,
};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// How many are open is counted whenever one is proposed.
const OPEN: &str = "CREATE INDEX proposals_open ON proposals (tenant_id) WHERE status = 'open'";
const COLUMNS: [&str; 2] = ["proposed_by", "proposer_roles"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(proposals()).await?;
        guard(manager, "proposals").await?;
        let by_time = Index::create()
            .name("proposals_by_time")
            .table("proposals")
            .col("tenant_id")
            .col("proposed_at")
            .col("id")
            .to_owned();
        manager.create_index(by_time).await?;
        manager.get_connection().execute_unprepared(OPEN).await?;
        // SQLite adds one column at a time.
        for column in COLUMNS {
            manager
                .alter_table(versions().add_column(text_null(column)).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager
                .alter_table(versions().drop_column(Alias::new(column)).take())
                .await?;
        }
        manager
            .drop_table(Table::drop().table("proposals").to_owned())
            .await
    }
}

fn versions() -> TableAlterStatement {
    Table::alter().table("definition_versions").take()
}

fn proposals() -> TableCreateStatement {
    Table::create()
        .table("proposals")
        .col(uuid("tenant_id"))
        .col(uuid("id"))
        .col(text("kind"))
        .col(text("name"))
        .col(text("title"))
        // 0 where it is the first version.
        .col(big_integer("base_version"))
        // The file; null once it was withdrawn, or stands in the version that was published.
        .col(text_null("text"))
        // JSON: what the checker warned of, by language.
        .col(text("findings"))
        .col(uuid("proposed_by"))
        .col(instant("proposed_at"))
        .col(text("status"))
        .col(uuid_null("settled_by"))
        .col(instant_null("settled_at"))
        .col(text_null("comment"))
        .col(big_integer_null("published_version"))
        .col(instant("updated_at"))
        .col(big_integer("version"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}
