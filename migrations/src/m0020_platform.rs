//! What every capability shares.
//!
//! - `files`: what was uploaded; the bytes lie beside the database, under their SHA-256. `file_links` says which
//!   records a file belongs to, and so who else may read it.
//! - `notices`: short notes to people, in their own list.
//! - `seals`: the audit chain, one row for each run of log entries that was sealed together; two servers cannot
//!   fork it, because number and predecessor are unique. `checkpoints` holds the signed heads, one a minute.
//! - `stream_tickets`: tickets for browsers, which cannot send a header with an event stream. Of the secret only
//!   the hash is kept; `sealed` is the token behind it, encrypted under the secret.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, string, string_null, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use crate::tenancy;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 6] = [
    "files",
    "file_links",
    "notices",
    "stream_tickets",
    "seals",
    "checkpoints",
];
/// What was sealed is never changed, and only looked at.
const SEALED: [&str; 2] = ["seals", "checkpoints"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        files(manager).await?;
        notices(manager).await?;
        audit(manager).await?;
        tickets(manager).await?;
        for table in TABLES {
            let rights = if SEALED.contains(&table) {
                "SELECT, INSERT"
            } else {
                "SELECT, INSERT, UPDATE, DELETE"
            };
            tenancy::guard_for(manager, table, "tenant_id", rights).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager
                .drop_table(Table::drop().table(Alias::new(table)).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn table(name: &str, columns: Vec<ColumnDef>, key: &[&str]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name)).col(uuid("tenant_id"));
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    primary.col(Alias::new("tenant_id"));
    for column in key {
        primary.col(Alias::new(*column));
    }
    table.primary_key(&mut primary);
    table
}

fn index(name: &str, table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(name)
        .table(Alias::new(table))
        .col(Alias::new("tenant_id"));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

async fn files(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        uuid("id"),
        string("name"),
        big_integer("size"),
        string("sha256"),
        string("media_type"),
        uuid("uploaded_by"),
        big_integer("version"),
        timestamp_with_time_zone("created_at"),
        timestamp_with_time_zone("updated_at"),
    ];
    manager.create_table(table("files", columns, &["id"])).await?;
    let columns = vec![uuid("file_id"), string("kind"), uuid("record_id")];
    manager
        .create_table(table("file_links", columns, &["file_id", "kind", "record_id"]))
        .await
}

async fn notices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        uuid("id"),
        uuid("user_id"),
        text("text"),
        string_null("link_kind"),
        uuid_null("link_id"),
        uuid_null("cause"),
        timestamp_with_time_zone_null("read_at"),
        big_integer("version"),
        timestamp_with_time_zone("created_at"),
        timestamp_with_time_zone("updated_at"),
    ];
    manager.create_table(table("notices", columns, &["id"])).await?;
    manager
        .create_index(index(
            "notices_of_user",
            "notices",
            &["user_id", "created_at", "id"],
        ))
        .await
}

async fn audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        big_integer("number"),
        big_integer("entries"),
        text("cursor"),
        string("prev_hash"),
        string("hash"),
        timestamp_with_time_zone("sealed_at"),
    ];
    manager.create_table(table("seals", columns, &["number"])).await?;
    manager
        .create_index(
            index("seals_prev_hash_unique", "seals", &["prev_hash"])
                .unique()
                .to_owned(),
        )
        .await?;
    let columns = vec![
        big_integer("number"),
        string("hash"),
        string("key_id"),
        text("signature"),
        timestamp_with_time_zone("signed_at"),
    ];
    manager
        .create_table(table("checkpoints", columns, &["number"]))
        .await
}

async fn tickets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        string("secret_hash"),
        text("sealed"),
        timestamp_with_time_zone("expires_at"),
    ];
    manager
        .create_table(table("stream_tickets", columns, &["secret_hash"]))
        .await
}
