//! An external id leads each caller to a record that they see: several who do not see each other's may use it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: &[&str] = &["tenant_id", "kind", "source", "external_id"];
const NOW: &[&str] = &["tenant_id", "kind", "source", "external_id", "record"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rekey(manager, NOW).await
    }

    /// Refused by the database where an id leads to several records.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rekey(manager, BEFORE).await
    }
}

async fn rekey(manager: &SchemaManager<'_>, key: &[&'static str]) -> Result<(), DbErr> {
    let conn = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let columns = key.join(", ");
        let rekey = format!(
            "ALTER TABLE external_ids DROP CONSTRAINT external_ids_pkey, ADD PRIMARY KEY ({columns})"
        );
        conn.execute_unprepared(&rekey).await?;
        return Ok(());
    }
    // SQLite changes no key: the rows move to a table that has it.
    let mut primary = Index::create();
    for column in key {
        primary.col(*column);
    }
    let table = Table::create()
        .table("external_ids_rekeyed")
        .col(uuid("tenant_id"))
        .col(text("kind"))
        .col(text("source"))
        .col(text("external_id"))
        .col(uuid("record"))
        .primary_key(&mut primary)
        .to_owned();
    manager.create_table(table).await?;
    let columns = NOW.join(", ");
    let copy = format!("INSERT INTO external_ids_rekeyed ({columns}) SELECT {columns} FROM external_ids");
    for step in [
        copy.as_str(),
        "DROP TABLE external_ids",
        "ALTER TABLE external_ids_rekeyed RENAME TO external_ids",
        "CREATE INDEX external_ids_by_record ON external_ids (tenant_id, record)",
    ] {
        conn.execute_unprepared(step).await?;
    }
    Ok(())
}
