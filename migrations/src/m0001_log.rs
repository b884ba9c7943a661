//! The log (history, audit and outbox in one) and the answers kept under idempotency keys: what every change needs.
//!
//! The log's place `seq` is the row id on SQLite, so the table's key cannot begin with the tenant there; on
//! PostgreSQL it does. `xid` is the transaction that wrote the row: readers take whole windows of them. A record has
//! one entry for each version, which is also the last defence against two changes of one version.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQLITE: &[&str] = &[
    "CREATE TABLE log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant_id uuid_text NOT NULL,
        xid bigint NOT NULL DEFAULT 0,
        id uuid_text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid_text NOT NULL,
        version bigint NOT NULL,
        kind text NOT NULL,
        format bigint NOT NULL,
        at timestamp_with_timezone_text NOT NULL,
        actor text NOT NULL,
        on_behalf_of uuid_text,
        cause uuid_text,
        depth bigint NOT NULL,
        trace text,
        links text NOT NULL,
        body text NOT NULL,
        private text
    )",
    "CREATE INDEX log_tenant ON log (tenant_id)",
    "CREATE TABLE idempotency (
        tenant_id uuid_text NOT NULL,
        caller text NOT NULL,
        key text NOT NULL,
        fingerprint blob NOT NULL,
        status bigint NOT NULL,
        headers text NOT NULL,
        body blob NOT NULL,
        kept_at bigint NOT NULL DEFAULT (unixepoch()),
        PRIMARY KEY (tenant_id, caller, key)
    ) WITHOUT ROWID",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE log (
        tenant_id uuid NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
        id uuid NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        version bigint NOT NULL,
        kind text NOT NULL,
        format bigint NOT NULL,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        on_behalf_of uuid,
        cause uuid,
        depth bigint NOT NULL,
        trace text,
        links text NOT NULL,
        body text NOT NULL,
        private text,
        PRIMARY KEY (tenant_id, seq)
    )",
    "CREATE INDEX log_window ON log (xid, seq)",
    // A reader that begins at the beginning takes one long window in the order of places.
    "CREATE INDEX log_place ON log (seq)",
    "CREATE TABLE idempotency (
        tenant_id uuid NOT NULL,
        caller text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status bigint NOT NULL,
        headers text NOT NULL,
        body bytea NOT NULL,
        kept_at bigint NOT NULL DEFAULT (extract(epoch from clock_timestamp())::bigint),
        PRIMARY KEY (tenant_id, caller, key)
    )",
];

const BOTH: &[&str] = &[
    "CREATE UNIQUE INDEX log_subject ON log (tenant_id, subject_kind, subject_id, version)",
    "CREATE INDEX log_id ON log (tenant_id, id)",
    "CREATE INDEX idempotency_age ON idempotency (tenant_id, kept_at)",
];

/// Where an entry is, when it was and what it is about; not what it says.
const DOOR: [&str; 8] = [
    "tenant_id",
    "seq",
    "xid",
    "kind",
    "subject_kind",
    "subject_id",
    "version",
    "at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let own = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for step in own.iter().chain(BOTH) {
            manager.get_connection().execute_unprepared(step).await?;
        }
        // An entry is never changed; only what a person said in it can be erased.
        tenancy::guard_for(manager, "log", "tenant_id", "SELECT, INSERT, UPDATE (private)").await?;
        tenancy::open_door(manager, "log", &DOOR, &[]).await?;
        tenancy::guard(manager, "idempotency").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for step in ["DROP TABLE idempotency", "DROP TABLE log"] {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }
}
