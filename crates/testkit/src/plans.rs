//! How a database finds the rows of a query.

use countersign_kernel::id::TenantId;
use countersign_migrations::tenancy::{APP, SETTING};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};

use crate::TestDb;
use crate::database::must;

/// What is wrong with the plan of a query, as if its tables were large: a table that is read whole, or a sort.
/// An index that is named to SQLite holds few rows, or all that is compared: those may be sorted.
pub async fn fault_of(db: &TestDb, tenant: TenantId, sql: &str, large: &[&str]) -> Option<String> {
    let read = |from: String| sql.contains(&from);
    if !large
        .iter()
        .any(|table| read(format!("FROM {table} ")) || read(format!("FROM \"{table}\"")))
    {
        return None;
    }
    let plan = plan(db, tenant, sql).await;
    let whole = |line: &str| {
        large.iter().any(|table| match db.file() {
            Some(_) => line.contains(&format!("SCAN {table}")),
            None => line.contains(&format!("Seq Scan on {table} ")),
        })
    };
    let few = sql.contains("INDEXED BY") || sql.contains("id\" IN (");
    let sorts = |line: &str| {
        let line = line.trim_start_matches([' ', '-', '>', '|', '`']);
        !few && (line.starts_with("USE TEMP B-TREE FOR") || line.starts_with("Sort "))
    };
    let found = plan.iter().any(|line| whole(line) || sorts(line));
    found.then(|| format!("{sql}\n{}", plan.join("\n")))
}

async fn plan(db: &TestDb, tenant: TenantId, sql: &str) -> Vec<String> {
    let explained = "the plan of a query";
    if let Some(file) = db.file() {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut connection = must(options.connect().await, explained);
        let query = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows = must(connection.fetch_all(query).await, sql);
        return rows.iter().map(|row| row.get("detail")).collect();
    }
    let options: PgConnectOptions = must(db.url().parse(), explained);
    let mut connection = must(options.connect().await, explained);
    // A small table is read whole and sorted whatever indexes there are: so both are made dear.
    let settings = format!(
        "SET ROLE {APP}; SET {SETTING} = '{}'; SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
        tenant.0
    );
    must(connection.execute(AssertSqlSafe(settings)).await, explained);
    let query = AssertSqlSafe(format!("EXPLAIN {sql}"));
    let rows = must(connection.fetch_all(query).await, sql);
    rows.iter().map(|row| row.get(0)).collect()
}
