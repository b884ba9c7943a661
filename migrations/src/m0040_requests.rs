//! Requests and what hangs on them: tasks, timers, readers, counters of numbers.
//!
//! Why: every row here but `counters` is a fold of the request's history in `log` and could be built again from it.
//! `requests.state` is the engine's folded state, so that a decision loads one row; `tasks` is the inbox;
//! `timers` is what may be claimed across tenants, so it holds ids and instants only.
//! `start_key` is unique while a request is live, `started_by` for ever: one live request for a key, one for an event.

use sea_orm_migration::prelude::*;

use crate::tenancy::{guard, open_door};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 5] = ["requests", "tasks", "timers", "request_readers", "counters"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [requests(), tasks(), timers(), readers(), counters()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for table in TABLES {
            guard(manager, table).await?;
        }
        open_door(
            manager,
            "timers",
            &["tenant_id", "id", "due_at", "lease_owner", "lease_until"],
            &["lease_owner", "lease_until"],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            manager.drop_table(Table::drop().table(*table).to_owned()).await?;
        }
        Ok(())
    }
}

fn requests() -> TableCreateStatement {
    Table::create()
        .table("requests")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("number").text())
        .col(ColumnDef::new("workflow").text().not_null())
        .col(ColumnDef::new("workflow_version").big_integer().not_null())
        .col(ColumnDef::new("requester").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("summary").text().not_null())
        .col(ColumnDef::new("round").big_integer().not_null())
        .col(ColumnDef::new("state").text().not_null())
        .col(ColumnDef::new("state_format").big_integer().not_null())
        .col(ColumnDef::new("start_key").text())
        .col(ColumnDef::new("started_by").text())
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone())
        .col(ColumnDef::new("decided_at").timestamp_with_time_zone())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .table("tasks")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("request_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("workflow").text().not_null())
        .col(ColumnDef::new("step").text().not_null())
        .col(ColumnDef::new("assignee").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("decision").text())
        .col(ColumnDef::new("decided_by").uuid())
        .col(ColumnDef::new("decided_at").timestamp_with_time_zone())
        .col(ColumnDef::new("due_at").timestamp_with_time_zone())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn timers() -> TableCreateStatement {
    Table::create()
        .table("timers")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("id").uuid().not_null())
        .col(ColumnDef::new("request_id").uuid().not_null())
        // Empty once it has fired or was called off.
        .col(ColumnDef::new("due_at").timestamp_with_time_zone())
        .col(ColumnDef::new("lease_owner").text())
        .col(ColumnDef::new("lease_until").timestamp_with_time_zone())
        .primary_key(Index::create().col("tenant_id").col("id"))
        .to_owned()
}

fn readers() -> TableCreateStatement {
    Table::create()
        .table("request_readers")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("request_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .primary_key(Index::create().col("tenant_id").col("request_id").col("user_id"))
        .to_owned()
}

fn counters() -> TableCreateStatement {
    Table::create()
        .table("counters")
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("series").text().not_null())
        .col(ColumnDef::new("value").big_integer().not_null())
        .primary_key(Index::create().col("tenant_id").col("series"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        index("requests_number", "requests", &["tenant_id", "number"])
            .unique()
            .to_owned(),
        index("requests_start_key", "requests", &["tenant_id", "start_key"])
            .unique()
            .to_owned(),
        index("requests_started_by", "requests", &["tenant_id", "started_by"])
            .unique()
            .to_owned(),
        index("requests_created", "requests", &["tenant_id", "created_at", "id"]),
        index(
            "requests_submitted",
            "requests",
            &["tenant_id", "submitted_at", "id"],
        ),
        index(
            "requests_requester",
            "requests",
            &["tenant_id", "requester", "created_at", "id"],
        ),
        index(
            "requests_workflow",
            "requests",
            &["tenant_id", "workflow", "created_at", "id"],
        ),
        index(
            "tasks_inbox",
            "tasks",
            &["tenant_id", "assignee", "status", "created_at", "id"],
        ),
        index(
            "tasks_due",
            "tasks",
            &["tenant_id", "assignee", "status", "due_at", "id"],
        ),
        index("tasks_request", "tasks", &["tenant_id", "request_id", "assignee"]),
        index("timers_due", "timers", &["due_at"]),
        index("timers_request", "timers", &["tenant_id", "request_id"]),
        index(
            "request_readers_user",
            "request_readers",
            &["tenant_id", "user_id", "request_id"],
        ),
    ]
}
