//! Who is there and who may call: tenants, people, departments, roles, sessions, API keys.
//!
//! Why it is cut like this:
//! - `tenants` carries the epochs that a decision compares its snapshots with, so that one read says whether the
//!   directory, the definitions or the rights that a server remembers are still the right ones.
//! - What is personal about someone lies in one row of `users`; the password lies apart, so that no list ever loads it.
//! - `email_hash` is what the door sees of an address: enough to find the tenant at sign-in, and no address.
//! - Each use of a refresh token is kept until its family ends: a replay is recognised by the row, and nobody can end a
//!   family by guessing.
//! - What belongs to the server itself (signing keys, secrets) stands under the tenant of all zeros, so that row-level
//!   security has one rule for every table.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, text, text_null, timestamp_with_time_zone as instant,
    timestamp_with_time_zone_null as instant_null, uuid, uuid_null,
};

use crate::tenancy::{guard, guard_by, open_door};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every table of this step, in the order of their making.
const TABLES: &[&str] = &[
    "tenants",
    "users",
    "passwords",
    "departments",
    "roles",
    "role_holders",
    "sessions",
    "refresh_tokens",
    "api_keys",
    "signing_keys",
    "secrets",
    "set_up_links",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tenants()).await?;
        for (name, key, columns) in [
            ("users", &["id"][..], users()),
            (
                "passwords",
                &["user_id"],
                vec![uuid("user_id"), text("hash"), instant("changed_at")],
            ),
            ("departments", &["id"], departments()),
            ("roles", &["id"], roles()),
            (
                "role_holders",
                &["user_id", "role_id"],
                vec![uuid("user_id"), uuid("role_id")],
            ),
            ("sessions", &["id"], sessions()),
            ("refresh_tokens", &["session_id", "hash"], refresh_tokens()),
            ("api_keys", &["id"], api_keys()),
            (
                "signing_keys",
                &["id"],
                vec![text("id"), text("seed"), instant("signs_from")],
            ),
            ("secrets", &["name"], vec![text("name"), text("bytes")]),
            (
                "set_up_links",
                &["id"],
                vec![
                    uuid("id"),
                    text("hash"),
                    instant("created_at"),
                    instant("expires_at"),
                ],
            ),
        ] {
            manager.create_table(of_tenant(name, key, columns)).await?;
        }
        for (table, columns, unique) in [
            ("tenants", &["slug"][..], true),
            ("users", &["tenant_id", "email_hash"], true),
            ("users", &["email_hash"], false),
            ("users", &["tenant_id", "created_at", "id"], false),
            ("users", &["tenant_id", "name", "id"], false),
            ("departments", &["tenant_id", "name"], true),
            ("departments", &["tenant_id", "created_at", "id"], false),
            ("roles", &["tenant_id", "name"], true),
            ("roles", &["tenant_id", "created_at", "id"], false),
            ("sessions", &["tenant_id", "user_id", "created_at"], false),
            ("api_keys", &["tenant_id", "user_id", "created_at"], false),
            ("api_keys", &["id"], false),
        ] {
            manager.create_index(index(table, columns, unique)).await?;
        }
        guard_by(manager, "tenants", "id").await?;
        for table in TABLES.iter().skip(1) {
            guard(manager, table).await?;
        }
        open_door(manager, "tenants", &["id", "slug"], &[]).await?;
        open_door(manager, "users", &["tenant_id", "id", "email_hash"], &[]).await?;
        open_door(manager, "api_keys", &["tenant_id", "id"], &[]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(Alias::new(*table)).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn tenants() -> TableCreateStatement {
    let mut table = Table::create().table("tenants").to_owned();
    table.col(uuid("id").primary_key());
    for name in ["slug", "name", "currency", "zone", "locale", "calendar"] {
        table.col(text(name));
    }
    for name in [
        "directory_epoch",
        "definitions_epoch",
        "rights_epoch",
        "clock_offset_ms",
    ] {
        table.col(big_integer(name).default(0));
    }
    for mut column in object() {
        table.col(&mut column);
    }
    table
}

/// `tenant_id` first, in the columns and in the key.
fn of_tenant(name: &'static str, key: &[&'static str], columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create().table(name).col(uuid("tenant_id")).to_owned();
    for mut column in columns {
        table.col(&mut column);
    }
    let mut primary = Index::create().col("tenant_id").to_owned();
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary).to_owned()
}

fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let name = format!(
        "{table}_{}_{}",
        columns.join("_"),
        if unique { "unique" } else { "index" }
    );
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    if unique { index.unique().to_owned() } else { index }
}

/// What every object has.
fn object() -> Vec<ColumnDef> {
    vec![
        big_integer("version"),
        instant("created_at"),
        instant("updated_at"),
    ]
}

fn users() -> Vec<ColumnDef> {
    let own = [
        uuid("id"),
        text("name"),
        text("email"),
        text("email_hash"),
        text("status"),
        uuid_null("manager_id"),
        uuid_null("department_id"),
        text_null("title"),
        text_null("grade"),
        text_null("country"),
        text_null("cost_center"),
        big_integer_null("limit_minor"),
        text_null("locale"),
    ];
    own.into_iter().chain(object()).collect()
}

fn departments() -> Vec<ColumnDef> {
    [uuid("id"), text("name"), uuid_null("head_id")]
        .into_iter()
        .chain(object())
        .collect()
}

fn roles() -> Vec<ColumnDef> {
    [uuid("id"), text("name"), text_null("about")]
        .into_iter()
        .chain(object())
        .collect()
}

fn sessions() -> Vec<ColumnDef> {
    vec![
        uuid("id"),
        uuid("user_id"),
        text_null("agent"),
        instant("created_at"),
        instant("refreshed_at"),
        instant("expires_at"),
        instant_null("ended_at"),
    ]
}

fn refresh_tokens() -> Vec<ColumnDef> {
    vec![
        uuid("session_id"),
        text("hash"),
        instant("created_at"),
        instant_null("used_at"),
        text_null("salt"),
    ]
}

fn api_keys() -> Vec<ColumnDef> {
    let own = [
        uuid("id"),
        uuid("user_id"),
        text("name"),
        text("hash"),
        text("scopes"),
        instant_null("expires_at"),
        instant_null("last_used_at"),
        instant_null("revoked_at"),
    ];
    own.into_iter().chain(object()).collect()
}
