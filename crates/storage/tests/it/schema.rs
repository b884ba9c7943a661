//! The schema as all migrations together make it.

use countersign_kernel::text::sort_key;
use countersign_migrations::Migrator;
use countersign_storage::Schema;
use countersign_testkit::{TestDb, for_each_database};
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, Value};
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
async fn what_a_newer_version_made_is_told_and_refused() {
    for_each_database(|db| async move {
        assert_eq!(db.schema().await.unwrap(), Schema::default());
        let owner = Database::connect(db.url()).await.unwrap();
        Migrator::down(&owner, Some(1)).await.unwrap();
        let missing = db.schema().await.unwrap();
        assert_eq!((missing.missing.len(), missing.ahead()), (1, None));
        db.migrate().await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_flying_cars', 0)";
        owner.execute_unprepared(newer).await.unwrap();
        owner.close().await.unwrap();
        let (what, remedy) = db.schema().await.unwrap().ahead().unwrap();
        assert!(
            what.contains("newer version") && what.contains("m9999_flying_cars"),
            "{what}"
        );
        let refused = db.migrate().await.unwrap_err();
        assert_eq!(refused.to_string(), format!("{what}: {remedy}"));
    })
    .await;
}

/// More rows than are written in one statement; of one address in two spellings the first keeps it.
#[tokio::test]
async fn rows_from_before_get_the_keys_of_their_texts() {
    for_each_database(|db| async move {
        let owner = Database::connect(db.url()).await.unwrap();
        let after = Migrator::migrations().iter().rev().position(|step| step.name() == "m0201_text_keys").unwrap();
        Migrator::down(&owner, Some(after as u32 + 1)).await.unwrap();
        let run = async |sql: &str, values: Vec<Value>| {
            let statement = Statement::from_sql_and_values(owner.get_database_backend(), sql, values);
            owner.execute_raw(statement).await.unwrap();
        };
        let at = "1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'";
        for number in 0..1_100_u128 {
            let insert = format!("INSERT INTO departments (tenant_id, id, name, version, created_at, updated_at) VALUES ($1, $2, $3, {at})");
            let values = vec![Uuid::from_u128(1).into(), Uuid::from_u128(number).into(), format!("ÄRZTE {number}").into()];
            run(&insert, values).await;
        }
        for (number, email) in [(1, "JÖRG@acme.example"), (2, "jo\u{308}rg@acme.example")] {
            let insert = format!("INSERT INTO users (tenant_id, id, name, email, email_hash, status, version, created_at, updated_at) VALUES ($1, $2, 'Jörg', $3, $3, 'active', {at})");
            run(&insert, vec![Uuid::from_u128(1).into(), Uuid::from_u128(number).into(), email.into()]).await;
        }
        Migrator::up(&owner, None).await.unwrap();
        let read = async |sql: &str| -> Vec<String> {
            let rows = owner.query_all_raw(Statement::from_string(owner.get_database_backend(), sql)).await.unwrap();
            rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
        };
        let keys = read("SELECT name_key FROM departments ORDER BY id").await;
        assert_eq!(keys.len(), 1_100);
        assert!(keys.iter().enumerate().all(|(number, key)| *key == format!("ärzte {number}")));
        let mut sorted = read("SELECT name FROM departments").await;
        sorted.sort_by_key(|name| sort_key(name));
        assert_eq!(read("SELECT name FROM departments ORDER BY name_sort").await, sorted);
        let hashes = read("SELECT email_hash FROM users ORDER BY id").await;
        let jorg = "843b625020a92905da54bb833cb0140ae5a48efc93b9a68b1397fad335a4d16b";
        assert_eq!(hashes, [jorg, "jo\u{308}rg@acme.example"]);
        assert_eq!(read("SELECT email_key FROM users").await, ["jörg@acme.example"; 2]);
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
