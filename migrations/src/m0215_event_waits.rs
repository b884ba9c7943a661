//! Requests that wait for events.
//!
//! - `event_waits` holds what each waits for, and what ended it, so that one event ends no two waits of a request one after the other.
//! - `awaited_events` says which fields of which types are looked at at all: others cost nothing.
//! - `kept_events` holds those that came, for waits that begin later; it is trimmed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::guard;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [&str; 3] = [
    "CREATE INDEX event_waits_open ON event_waits (tenant_id, event_type, field, value) WHERE event_id IS NULL AND ended_at IS NULL",
    "CREATE INDEX event_waits_request ON event_waits (tenant_id, request_id)",
    "CREATE INDEX kept_events_old ON kept_events (tenant_id, kept_at)",
];

/// What a timer fires with, where it stands for an event and not for an instant.
const OF_TIMERS: [&str; 2] = ["event_id", "event_type"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            ("event_waits", waits()),
            ("awaited_events", awaited()),
            ("kept_events", kept(manager.get_database_backend())),
        ];
        for (name, table) in tables {
            manager.create_table(table).await?;
            guard(manager, name).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        for column in [uuid_null("event_id"), text_null("event_type")] {
            let alter = Table::alter().table("timers").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in OF_TIMERS {
            let alter = Table::alter().table("timers").drop_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        for table in ["event_waits", "awaited_events", "kept_events"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn waits() -> TableCreateStatement {
    Table::create()
        .table("event_waits")
        .col(uuid("tenant_id"))
        // The timer that fires with the event.
        .col(uuid("id"))
        .col(uuid("request_id"))
        .col(text("event_type"))
        // Empty: whichever event comes.
        .col(text("field"))
        .col(text("value"))
        // Of events that came before it began, those from this instant on count; none: none does.
        .col(timestamp_with_time_zone_null("counts_from"))
        // Whether the log has been heard as far as its beginning: only then events end it.
        .col(boolean("heard"))
        .col(uuid_null("event_id"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn awaited() -> TableCreateStatement {
    Table::create()
        .table("awaited_events")
        .col(uuid("tenant_id"))
        .col(text("event_type"))
        .col(text("field"))
        .primary_key(Index::create().col("tenant_id").col("event_type").col("field"))
        .to_owned()
}

fn kept(backend: DbBackend) -> TableCreateStatement {
    let now = match backend {
        DbBackend::Postgres => "(extract(epoch from clock_timestamp())::bigint)",
        _ => "(unixepoch())",
    };
    Table::create()
        .table("kept_events")
        .col(uuid("tenant_id"))
        .col(text("event_type"))
        .col(text("field"))
        .col(text("value"))
        .col(uuid("event_id"))
        .col(timestamp_with_time_zone("at"))
        // Seconds, in the database's time.
        .col(
            ColumnDef::new("kept_at")
                .big_integer()
                .not_null()
                .default(Expr::cust(now)),
        )
        .primary_key(
            Index::create()
                .col("tenant_id")
                .col("event_type")
                .col("field")
                .col("value")
                .col("event_id"),
        )
        .to_owned()
}
