//! A database as text: a file of JSON lines for each table, so that rows which an earlier version wrote can be kept,
//! reviewed, and read by every later one. Texts that are JSON stand as they are, byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use countersign_migrations::Migrator;
use countersign_storage::Backend;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait as _};
use sea_orm_migration::MigratorTrait as _;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::database::{TestDb, must};

/// The lines of each table.
pub type Tables = BTreeMap<String, Vec<String>>;

/// The latest step of the schema.
pub fn schema() -> String {
    let last = Migrator::migrations().pop();
    last.map_or_else(String::new, |step| step.name().to_owned())
}

/// All rows of a database on SQLite.
pub async fn dump(db: &TestDb) -> Tables {
    let conn = connect(db).await;
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                 AND name <> 'seaql_migrations' ORDER BY name";
    let mut tables = Tables::new();
    for row in all(&conn, names).await {
        let table: String = must(row.try_get_by_index(0), "read a table's name");
        let lines = dump_table(&conn, &table).await;
        if !lines.is_empty() {
            tables.insert(table, lines);
        }
    }
    must(conn.close().await, "leave the database");
    tables
}

async fn dump_table(conn: &DatabaseConnection, table: &str) -> Vec<String> {
    let columns = columns(conn, table).await;
    let shown = columns.iter().map(|(name, shape)| match shape {
        Shape::Bytes => format!("lower(hex(\"{name}\"))"),
        Shape::Number | Shape::Text => format!("CAST(\"{name}\" AS TEXT)"),
    });
    let shown: Vec<String> = columns
        .iter()
        .zip(shown)
        .map(|((name, _), shown)| format!("CASE WHEN \"{name}\" IS NULL THEN NULL ELSE {shown} END"))
        .collect();
    let order: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let sql = format!(
        "SELECT {} FROM \"{table}\" ORDER BY {}",
        shown.join(", "),
        order.join(", ")
    );
    let rows = all(conn, &sql).await;
    let line = |row: &sea_orm::QueryResult| {
        let mut members = Vec::new();
        for (place, (name, shape)) in columns.iter().enumerate() {
            let value: Option<String> = must(row.try_get_by_index(place), "read a column");
            members.extend(value.map(|value| format!("\"{name}\":{}", member(*shape, value))));
        }
        format!("{{{}}}", members.join(","))
    };
    rows.iter().map(line).collect()
}

fn member(shape: Shape, value: String) -> String {
    let is_json = value.starts_with(['{', '[']) && serde_json::from_str::<Box<RawValue>>(&value).is_ok();
    if shape == Shape::Number || (shape == Shape::Text && is_json && !value.contains('\n')) {
        return value;
    }
    Value::String(value).to_string()
}

/// Puts rows that a database with this schema held into a fresh one, and brings them to the present schema. What hangs
/// on the kind of the database is the caller's to leave out.
pub async fn load(db: &TestDb, schema: &str, tables: &Tables) {
    let conn = connect(db).await;
    let steps = Migrator::migrations();
    let later = steps
        .iter()
        .rev()
        .take_while(|step| step.name() != schema)
        .count();
    assert!(later < steps.len(), "there is no step {schema} of the schema");
    if later > 0 {
        let later = u32::try_from(later).unwrap_or(u32::MAX);
        must(Migrator::down(&conn, Some(later)).await, "go back to the schema");
    }
    let rows = must(conn.begin().await, "begin to insert");
    for (table, lines) in tables {
        let columns: BTreeMap<String, Shape> = columns(&rows, table).await.into_iter().collect();
        for line in lines {
            let sql = insert(rows.get_database_backend(), table, &columns, line);
            must(rows.execute_unprepared(&sql).await, "insert a row");
        }
    }
    if db.backend() == Backend::Postgres {
        let next = "SELECT setval(pg_get_serial_sequence('log', 'seq'), (SELECT max(seq) FROM log))";
        must(rows.execute_unprepared(next).await, "go on counting");
    }
    must(rows.commit().await, "keep the rows");
    must(conn.close().await, "leave the database");
    must(db.migrate().await, "migrate the database");
}

fn insert(kind: DbBackend, table: &str, columns: &BTreeMap<String, Shape>, line: &str) -> String {
    let row: BTreeMap<String, Box<RawValue>> = must(serde_json::from_str(line), "read a row");
    let (mut names, mut values) = (String::new(), String::new());
    for (name, raw) in &row {
        let text = if raw.get().starts_with('"') {
            must(serde_json::from_str(raw.get()), "read a text")
        } else {
            raw.get().to_owned()
        };
        let text = text.replace('\'', "''");
        let comma = if names.is_empty() { "" } else { ", " };
        let _ = write!(names, "{comma}\"{name}\"");
        let _ = match (columns.get(name), kind) {
            (Some(Shape::Bytes), DbBackend::Postgres) => write!(values, "{comma}'\\x{text}'"),
            (Some(Shape::Bytes), _) => write!(values, "{comma}x'{text}'"),
            _ => write!(values, "{comma}'{text}'"),
        };
    }
    let ours = match (kind, table) {
        (DbBackend::Postgres, "log") => " OVERRIDING SYSTEM VALUE",
        _ => "",
    };
    format!("INSERT INTO \"{table}\" ({names}){ours} VALUES ({values})")
}

/// How a column's values are written in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// In hexadecimal.
    Bytes,
    Number,
    Text,
}

async fn columns(conn: &impl ConnectionTrait, table: &str) -> Vec<(String, Shape)> {
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let sql = if postgres {
        format!(
            "SELECT column_name::text, udt_name::text FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
        )
    } else {
        format!("SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid")
    };
    let shape = |kind: &str| match kind.to_lowercase() {
        kind if kind == "bytea" || (!postgres && (kind.contains("blob") || kind.contains("uuid"))) => {
            Shape::Bytes
        }
        kind if kind.contains("int") || kind.contains("bool") => Shape::Number,
        _ => Shape::Text,
    };
    let read = |row: sea_orm::QueryResult| {
        let name: String = must(row.try_get_by_index(0), "read a column's name");
        let kind: String = must(row.try_get_by_index(1), "read a column's type");
        (name, shape(&kind))
    };
    all(conn, &sql).await.into_iter().map(read).collect()
}

async fn all(conn: &impl ConnectionTrait, sql: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    must(conn.query_all_raw(statement).await, "ask the database")
}

async fn connect(db: &TestDb) -> DatabaseConnection {
    must(Database::connect(db.url()).await, "connect to the database")
}
