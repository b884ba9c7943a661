//! Deals are listed by amount within a currency: amounts of two currencies have no order.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: &str = "deals_by_amount_minor";
const NOW: &str = "deals_by_amount";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let now = index(NOW, &["amount_currency", "amount_minor"]);
        manager.create_index(now).await?;
        manager.drop_index(drop(BEFORE)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index(BEFORE, &["amount_minor"])).await?;
        manager.drop_index(drop(NOW)).await
    }
}

fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("deals").col("tenant_id");
    for column in columns {
        index.col(*column);
    }
    index.col("id").clone()
}

fn drop(name: &'static str) -> IndexDropStatement {
    Index::drop().name(name).table("deals").to_owned()
}
