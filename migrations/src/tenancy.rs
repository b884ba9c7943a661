//! The second lock around a tenant's data: on PostgreSQL every table lets through only rows of the tenant that the
//! transaction was begun for, whatever the query says. (The first lock is the query, which names the tenant.)
//!
//! Everything runs under two roles without login: [`APP`] sees the rows of one tenant, [`DOOR`] sees a few columns
//! (ids, due instants, tenants) of all tenants, to find out whose work there is. SQLite has no roles: nothing happens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// The role of everyday work.
pub const APP: &str = "countersign_app";
/// The role that finds work across tenants.
pub const DOOR: &str = "countersign_door";
/// The setting that names the tenant, local to each transaction.
pub const SETTING: &str = "countersign.tenant";

/// Guards a table by its column `tenant_id`.
pub async fn guard(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    guard_by(manager, table, "tenant_id").await
}

/// Guards a table by the column that holds the tenant: `id` for the tenants themselves.
pub async fn guard_by(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    guard_for(manager, table, column, "SELECT, INSERT, UPDATE, DELETE").await
}

/// Guards a table of which not everything may be done: `SELECT, INSERT, UPDATE (private)`.
pub async fn guard_for(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
    rights: &str,
) -> Result<(), DbErr> {
    // After a transaction the setting is an empty text, which is nobody.
    let own = format!("{column} = NULLIF(current_setting('{SETTING}', true), '')::uuid");
    on_postgres(
        manager,
        &[
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            format!("CREATE POLICY {table}_own ON {table} TO {APP} USING ({own}) WITH CHECK ({own})"),
            format!("GRANT {rights} ON {table} TO {APP}"),
        ],
    )
    .await
}

/// Opens a guarded table's door: these columns of all tenants can be read, and these changed (leases).
pub async fn open_door(
    manager: &SchemaManager<'_>,
    table: &str,
    read: &[&str],
    update: &[&str],
) -> Result<(), DbErr> {
    let mut steps = vec![
        format!("CREATE POLICY {table}_door ON {table} TO {DOOR} USING (true) WITH CHECK (true)"),
        format!("GRANT SELECT ({}) ON {table} TO {DOOR}", read.join(", ")),
    ];
    if !update.is_empty() {
        steps.push(format!(
            "GRANT UPDATE ({}) ON {table} TO {DOOR}",
            update.join(", ")
        ));
    }
    on_postgres(manager, &steps).await
}

pub(crate) async fn on_postgres(manager: &SchemaManager<'_>, steps: &[String]) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for step in steps {
        manager.get_connection().execute_unprepared(step).await?;
    }
    Ok(())
}
