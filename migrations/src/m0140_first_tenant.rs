//! The tenant that a set-up link made. Links are of different tenants, so that no row of one is seen by the other: only
//! an index over all of them says that one of two links used at once was first.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, uuid};

use crate::tenancy::guard_for;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("first_tenant")
            .col(uuid("tenant_id").primary_key())
            // Always 1.
            .col(big_integer("place"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("first_tenant_place_unique")
            .table("first_tenant")
            .col("place")
            .unique()
            .to_owned();
        manager.create_index(index).await?;
        guard_for(manager, "first_tenant", "tenant_id", "SELECT, INSERT").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("first_tenant").to_owned())
            .await
    }
}
