//! The keys of rows that exist.

use std::fmt::Write as _;

use countersign_kernel::text;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use sea_orm_migration::prelude::*;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{TEXTS, Written};

/// Rows that are read, and then written, in one statement.
const STEP: usize = 500;

/// Where a walk through a table stands.
type Place = (Uuid, Uuid);

/// Every table's keys, one table after the other.
pub(super) async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut tables: Vec<&str> = TEXTS.iter().map(|text| text.table).collect();
    tables.dedup();
    for table in tables {
        let texts: Vec<&Written> = TEXTS.iter().filter(|text| text.table == table).collect();
        open(manager, table, "NO FORCE").await?;
        let columns: Vec<&str> = texts.iter().map(|text| text.column).collect();
        let mut place = None;
        loop {
            let rows = rows(manager, table, &columns, place).await?;
            let Some(last) = rows.last() else { break };
            place = Some(place_of(last)?);
            write(manager, table, &texts, &rows).await?;
        }
        open(manager, table, "FORCE").await?;
    }
    Ok(())
}

/// The hash of every address by its `spelling`, unless somebody of the tenant has it already.
pub(super) async fn hashes(manager: &SchemaManager<'_>, spelling: fn(&str) -> String) -> Result<(), DbErr> {
    let update = "UPDATE users SET email_hash = $1 WHERE tenant_id = $2 AND id = $3 AND NOT EXISTS \
                  (SELECT 1 FROM users AS other WHERE other.tenant_id = $2 AND other.email_hash = $1)";
    open(manager, "users", "NO FORCE").await?;
    let conn = manager.get_connection();
    let mut place = None;
    loop {
        let rows = rows(manager, "users", &["email", "email_hash"], place).await?;
        let Some(last) = rows.last() else { break };
        place = Some(place_of(last)?);
        for row in &rows {
            let (tenant, id) = place_of(row)?;
            let email: String = row.try_get("", "email")?;
            let hash = hash(&spelling(&email));
            if hash != row.try_get::<String>("", "email_hash")? {
                let values = [hash.into(), tenant.into(), id.into()];
                let update = Statement::from_sql_and_values(manager.get_database_backend(), update, values);
                conn.execute_raw(update).await?;
            }
        }
    }
    open(manager, "users", "FORCE").await
}

fn hash(spelling: &str) -> String {
    Sha256::digest(spelling)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// The owner of a table that is guarded by force sees no row of it.
async fn open(manager: &SchemaManager<'_>, table: &str, force: &str) -> Result<(), DbErr> {
    let step = format!("ALTER TABLE {table} {force} ROW LEVEL SECURITY");
    crate::tenancy::on_postgres(manager, &[step]).await
}

async fn rows(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &[&str],
    after: Option<Place>,
) -> Result<Vec<QueryResult>, DbErr> {
    let backend = manager.get_database_backend();
    let columns = columns.join(", ");
    let (from, values): (&str, Vec<Value>) = match after {
        Some((tenant, id)) => ("WHERE (tenant_id, id) > ($1, $2)", vec![tenant.into(), id.into()]),
        None => ("", Vec::new()),
    };
    let sql =
        format!("SELECT tenant_id, id, {columns} FROM {table} {from} ORDER BY tenant_id, id LIMIT {STEP}");
    let select = Statement::from_sql_and_values(backend, sql, values);
    manager.get_connection().query_all_raw(select).await
}

fn place_of(row: &QueryResult) -> Result<Place, DbErr> {
    Ok((row.try_get("", "tenant_id")?, row.try_get("", "id")?))
}

async fn write(
    manager: &SchemaManager<'_>,
    table: &str,
    texts: &[&Written],
    rows: &[QueryResult],
) -> Result<(), DbErr> {
    let names: Vec<String> = texts.iter().flat_map(|text| text.keys()).collect();
    let sets: Vec<String> = names
        .iter()
        .map(|name| format!("{name} = keyed.{name}"))
        .collect();
    let mut values: Vec<Value> = Vec::new();
    let mut tuples: Vec<String> = Vec::new();
    for row in rows {
        let from = values.len();
        let (tenant, id) = place_of(row)?;
        values.extend([tenant.into(), id.into()]);
        for text in texts {
            values.extend(keys_of(text, row.try_get("", text.column)?));
        }
        let places: Vec<String> = (from + 1..=values.len())
            .map(|place| format!("${place}"))
            .collect();
        tuples.push(format!("({})", places.join(", ")));
    }
    let sql = format!(
        "WITH keyed (tenant_id, id, {}) AS (VALUES {}) UPDATE {table} SET {} FROM keyed \
         WHERE {table}.tenant_id = keyed.tenant_id AND {table}.id = keyed.id",
        names.join(", "),
        tuples.join(", "),
        sets.join(", "),
    );
    let update = Statement::from_sql_and_values(manager.get_database_backend(), sql, values);
    manager.get_connection().execute_raw(update).await?;
    Ok(())
}

/// What stands in the columns of its keys.
fn keys_of(of: &Written, written: Option<String>) -> Vec<Value> {
    let written = written.as_deref();
    if of.sorted {
        vec![
            Value::from(written.map(text::index_key)),
            Value::from(written.map(text::sort_key)),
        ]
    } else {
        vec![Value::from(written.map(text::key))]
    }
}
