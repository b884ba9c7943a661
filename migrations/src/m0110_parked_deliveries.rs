//! Why a delivery waits, and whether it was judged.
//!
//! - `deliveries.reason`: why it is parked, or why it can never be sent; null otherwise.
//! - `deliveries.judged`: false where the endpoint's filter could not be read when the event came: it is judged when it is
//!   looked at next.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        manager.alter_table(add(text_null("reason"))).await?;
        manager
            .alter_table(add(boolean("judged").default(true).take()))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["judged", "reason"] {
            let mut table = Table::alter();
            table
                .table(Alias::new("deliveries"))
                .drop_column(Alias::new(column));
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

fn add(column: ColumnDef) -> TableAlterStatement {
    let mut table = Table::alter();
    table.table(Alias::new("deliveries")).add_column(column);
    table
}
