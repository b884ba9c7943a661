//! How far tenants' clocks were moved, seen over all tenants: each server follows it, and a claim of what is due asks it.

use sea_orm_migration::prelude::*;

use crate::tenancy::{DOOR, on_postgres};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let grant = format!("GRANT SELECT (clock_offset_ms) ON tenants TO {DOOR}");
        on_postgres(manager, &[grant]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let revoke = format!("REVOKE SELECT (clock_offset_ms) ON tenants FROM {DOOR}");
        on_postgres(manager, &[revoke]).await
    }
}
