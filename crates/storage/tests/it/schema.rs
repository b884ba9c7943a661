//! The schema as all migrations together make it.

use countersign_migrations::Migrator;
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

/// Tables that belong to no tenant, each for its reason.
const SHARED: &[(&str, &str)] = &[
    ("seaql_migrations", "which steps this database has taken"),
    (
        "consumers",
        "how far each reader of the log has come, over all tenants",
    ),
    (
        "log_cluster",
        "which PostgreSQL cluster the log was last written in: one row",
    ),
];

#[tokio::test]
async fn every_step_can_be_taken_back_and_again() {
    for_each_database(|db| async move {
        let owner = Database::connect(db.url()).await.unwrap();
        Migrator::down(&owner, None).await.unwrap();
        let left = match owner.get_database_backend() {
            DbBackend::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'seaql%'",
            _ => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'seaql%'",
        };
        let left = owner.query_all_raw(Statement::from_string(owner.get_database_backend(), left)).await.unwrap();
        let left: Vec<String> = left.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert!(left.is_empty(), "left behind: {left:?}");
        Migrator::up(&owner, None).await.unwrap();
        owner.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn every_table_is_its_tenants_and_guarded() {
    let Some(db) = TestDb::postgres().await else {
        return;
    };
    let owner = Database::connect(db.url()).await.unwrap();
    let query = "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity, a.attname::text \
                 FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
                 LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
                 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace";
    let rows = owner
        .query_all_raw(Statement::from_string(DbBackend::Postgres, query))
        .await
        .unwrap();
    let mut faults = Vec::new();
    for row in rows {
        let name: String = row.try_get_by_index(0).unwrap();
        let guarded: bool = row.try_get_by_index(1).unwrap();
        let first: Option<String> = row.try_get_by_index(2).unwrap();
        if SHARED.iter().any(|(shared, _)| *shared == name) {
            continue;
        }
        let tenant = if name == "tenants" { "id" } else { "tenant_id" };
        if !guarded || first.as_deref() != Some(tenant) {
            faults.push(format!(
                "{name}: guarded {guarded}, its key begins with {first:?}"
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "guard them, or name them in SHARED with a reason:\n{}",
        faults.join("\n")
    );
    owner.close().await.unwrap();
}
