//! Texts that people write get keys beside them: `name_key` is what equality and search compare, `name_sort` what lists
//! are sorted by. Rows that exist get theirs here, some hundreds in a statement.
//!
//! An address is one however it is spelt, so `users.email_hash` is that of its key. Where another person of the tenant
//! has that address already, in another spelling, the hash stays, and an admin has to settle whose it is.

mod backfill;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A text that people write.
struct Written {
    table: &'static str,
    column: &'static str,
    optional: bool,
    /// Lists are sorted by it, and it is looked up by index.
    sorted: bool,
    /// The index that served both by the text itself, and what it is over.
    before: Option<(&'static str, &'static str)>,
}

const fn written(table: &'static str, column: &'static str) -> Written {
    Written {
        table,
        column,
        optional: false,
        sorted: false,
        before: None,
    }
}

const fn optional(table: &'static str, column: &'static str) -> Written {
    Written {
        optional: true,
        ..written(table, column)
    }
}

const fn sorted(table: &'static str, before: Option<(&'static str, &'static str)>) -> Written {
    Written {
        sorted: true,
        before,
        ..written(table, "name")
    }
}

const TEXTS: &[Written] = &[
    sorted("accounts", Some(("accounts_by_name", "tenant_id, name, id"))),
    sorted("contacts", Some(("contacts_by_name", "tenant_id, name, id"))),
    Written {
        sorted: true,
        before: Some(("contacts_by_email", "tenant_id, email, id")),
        ..optional("contacts", "email")
    },
    sorted("deals", Some(("deals_by_name", "tenant_id, name, id"))),
    optional("deals", "lost_reason"),
    sorted("pipelines", None),
    sorted("departments", None),
    optional("roles", "about"),
    written("api_keys", "name"),
    sorted(
        "users",
        Some(("users_tenant_id_name_id_index", "tenant_id, name, id")),
    ),
    written("users", "email"),
    optional("users", "title"),
    optional("users", "grade"),
    optional("users", "cost_center"),
    written("requests", "summary"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        for text in TEXTS {
            for column in text.columns(manager.get_database_backend()) {
                let add = format!("ALTER TABLE {} ADD COLUMN {column}", text.table);
                conn.execute_unprepared(&add).await?;
            }
        }
        backfill::keys(manager).await?;
        backfill::hashes(manager, countersign_kernel::text::key).await?;
        for text in TEXTS.iter().filter(|text| text.sorted) {
            for name in text.keys() {
                let columns = format!("tenant_id, {name}, id");
                let index = format!("CREATE INDEX {0}_by_{name} ON {0} ({columns})", text.table);
                conn.execute_unprepared(&index).await?;
            }
            if let Some((before, _)) = text.before {
                conn.execute_unprepared(&format!("DROP INDEX {before}")).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        for text in TEXTS {
            for name in text.keys() {
                let index = format!("DROP INDEX IF EXISTS {}_by_{name}", text.table);
                conn.execute_unprepared(&index).await?;
                let column = format!("ALTER TABLE {} DROP COLUMN {name}", text.table);
                conn.execute_unprepared(&column).await?;
            }
            if let Some((before, columns)) = text.before {
                let index = format!("CREATE INDEX {before} ON {} ({columns})", text.table);
                conn.execute_unprepared(&index).await?;
            }
        }
        backfill::hashes(manager, |email| email.trim().to_lowercase()).await
    }
}

impl Written {
    /// The names of its keys' columns.
    fn keys(&self) -> Vec<String> {
        let key = format!("{}_key", self.column);
        let sort = self.sorted.then(|| format!("{}_sort", self.column));
        std::iter::once(key).chain(sort).collect()
    }

    fn columns(&self, backend: DbBackend) -> Vec<String> {
        let kinds = match backend {
            DbBackend::Postgres => ["TEXT NOT NULL DEFAULT ''", "BYTEA NOT NULL DEFAULT ''"],
            _ => ["TEXT NOT NULL DEFAULT ''", "BLOB NOT NULL DEFAULT x''"],
        };
        let kind = |kind: &'static str| {
            let bare = kind.split_once(' ').map_or(kind, |(bare, _)| bare);
            if self.optional { bare } else { kind }
        };
        self.keys()
            .into_iter()
            .zip(kinds)
            .map(|(name, of)| format!("{name} {}", kind(of)))
            .collect()
    }
}
