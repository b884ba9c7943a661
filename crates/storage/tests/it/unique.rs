//! Every unique index, and what whoever meets it is told: the same on both databases, because whoever might meet it is
//! judged before, under a lock, or is run again.

use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

/// Its name, and why the second of two is told the same on both databases (the test that brings them together).
const UNIQUE: &[(&str, &str)] = &[
    (
        "automation_runs_once",
        "nothing: the run is there already, ON CONFLICT",
    ),
    (
        "deliveries_webhook_event_unique",
        "nothing: the delivery is planned already, ON CONFLICT",
    ),
    (
        "departments_tenant_id_name_unique",
        "422 taken at /name, judged under the organisation's rule (identity, races)",
    ),
    (
        "first_tenant_place_unique",
        "401 set_up_link_invalid (identity, races)",
    ),
    (
        "log_subject",
        "409 contended: the last line where a record is not held; what is held is a 412 (races of each crate)",
    ),
    (
        "requests_number",
        "nothing: numbers are counted in one row, which is held",
    ),
    (
        "requests_start_key",
        "nothing: the consumer runs the action again, which finds the live request (oa, starting)",
    ),
    (
        "requests_started_by",
        "nothing: the consumer runs the action again, which finds the request (oa, starting)",
    ),
    (
        "roles_tenant_id_name_unique",
        "422 taken at /name, judged under the organisation's rule (identity, races)",
    ),
    (
        "seals_prev_hash_unique",
        "nothing: another server has sealed, and this one reads on",
    ),
    (
        "tenants_slug_unique",
        "401 set_up_link_invalid: over HTTP only the first tenant is made (identity, races)",
    ),
    (
        "users_tenant_id_email_hash_unique",
        "422 taken at /email, judged under the organisation's rule (identity, races)",
    ),
];

#[tokio::test]
async fn every_unique_index_has_its_answer() {
    for_each_database(|db| async move {
        let owner = Database::connect(db.url()).await.unwrap();
        let query = match owner.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace"
            }
            _ => "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'",
        };
        let rows = owner
            .query_all_raw(Statement::from_string(owner.get_database_backend(), query))
            .await
            .unwrap();
        let mut found: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        found.sort();
        let mut known: Vec<&str> = UNIQUE.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(found, known, "say in UNIQUE what the second of two is told");
        owner.close().await.unwrap();
    })
    .await;
}
