//! What an endpoint may be sent, by whom it was made.
//!
//! - `webhooks.scopes`: separated by blanks, as of a key; null where a session made it: all. Endpoints of before are so.
//! - `webhooks.key_id`: the key that made it, or changed it last; null where a session made it. The endpoint lives no longer
//!   than that key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text_null, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [text_null("scopes"), uuid_null("key_id")] {
            manager.alter_table(endpoints().add_column(column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["key_id", "scopes"] {
            manager
                .alter_table(endpoints().drop_column(Alias::new(column)).take())
                .await?;
        }
        Ok(())
    }
}

fn endpoints() -> TableAlterStatement {
    Table::alter().table(Alias::new("webhooks")).take()
}
