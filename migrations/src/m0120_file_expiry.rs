//! A file that no record refers to is kept for a time, and no longer.
//!
//! `files.expires_at`, in the database's time: set at the upload, null from the moment that a record refers to the file. Of
//! what is there already, only files that no record refers to and whose uploader has no draft get an end: drafts kept no
//! links until now. The second index finds the rows of a content.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 2] = [("files_expiring", "expires_at"), ("files_by_content", "sha256")];

const OF_NOTHING: &str = "NOT EXISTS (SELECT 1 FROM file_links AS l WHERE l.tenant_id = files.tenant_id AND l.file_id = files.id) \
     AND NOT EXISTS (SELECT 1 FROM requests AS r WHERE r.tenant_id = files.tenant_id AND r.requester = files.uploaded_by \
     AND r.status = 'draft')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        table
            .table(Alias::new("files"))
            .add_column(timestamp_with_time_zone_null("expires_at"));
        manager.alter_table(table).await?;
        let tables = ["files", "file_links", "requests"];
        let steps = match manager.get_database_backend() {
            DbBackend::Postgres => {
                // The owner of the tables sees no row of them otherwise.
                let force = |word: &str| {
                    tables.map(|table| format!("ALTER TABLE {table} {word}FORCE ROW LEVEL SECURITY"))
                };
                let update =
                    format!("UPDATE files SET expires_at = now() + interval '7 days' WHERE {OF_NOTHING}");
                [&force("NO ")[..], &[update], &force("")[..]].concat()
            }
            _ => vec![format!(
                "UPDATE files SET expires_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '+7 days') WHERE {OF_NOTHING}"
            )],
        };
        for step in steps {
            manager.get_connection().execute_unprepared(&step).await?;
        }
        for (name, column) in INDEXES {
            let mut index = Index::create();
            index
                .name(name)
                .table(Alias::new("files"))
                .col(Alias::new("tenant_id"))
                .col(Alias::new(column));
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let index = Index::drop().name(name).table(Alias::new("files")).to_owned();
            manager.drop_index(index).await?;
        }
        let mut table = Table::alter();
        table
            .table(Alias::new("files"))
            .drop_column(Alias::new("expires_at"));
        manager.alter_table(table).await
    }
}
