//! Claims leave out tenants and endpoints that have all the attempts that they may have: the door shows whose a delivery is, and
//! the index by which claims look holds it.

use sea_orm_migration::prelude::*;

use crate::tenancy::{DOOR, on_postgres};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, &["due_at", "tenant_id", "webhook_id"]).await?;
        let grant = format!("GRANT SELECT (webhook_id) ON deliveries TO {DOOR}");
        on_postgres(manager, &[grant]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let revoke = format!("REVOKE SELECT (webhook_id) ON deliveries FROM {DOOR}");
        on_postgres(manager, &[revoke]).await?;
        index(manager, &["due_at"]).await
    }
}

async fn index(manager: &SchemaManager<'_>, columns: &[&str]) -> Result<(), DbErr> {
    let old = Index::drop()
        .name("deliveries_due")
        .table("deliveries")
        .to_owned();
    manager.drop_index(old).await?;
    let mut new = Index::create();
    new.name("deliveries_due").table("deliveries");
    for column in columns {
        new.col(Alias::new(*column));
    }
    manager.create_index(new).await
}
