//! What lists of requests compare of forms: the fields that a workflow marks with `list: true`.
//!
//! Why: a page in the order of a field is read from one index, whatever the type of the field. Values are bytes in their order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob, small_integer, text, text_null, uuid};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let values = Table::create()
            .table("request_values")
            .col(uuid("tenant_id"))
            .col(uuid("request_id"))
            .col(text("name"))
            .col(text("workflow"))
            // 1 where the field is empty, so that it stands behind the others.
            .col(small_integer("empty"))
            .col(blob("value"))
            // Of an amount, for sums.
            .col(big_integer_null("minor"))
            .col(text_null("currency"))
            .primary_key(Index::create().col("tenant_id").col("request_id").col("name"))
            .to_owned();
        manager.create_table(values).await?;
        guard(manager, "request_values").await?;
        let by_value = Index::create()
            .name("request_values_by_value")
            .table("request_values")
            .col("tenant_id")
            .col("workflow")
            .col("name")
            .col("empty")
            .col("value")
            .col("request_id")
            .to_owned();
        manager.create_index(by_value).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let values = Table::drop().table("request_values").to_owned();
        manager.drop_table(values).await
    }
}
