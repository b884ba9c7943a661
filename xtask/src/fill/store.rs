//! Reading rows out of a database and writing many into it, past the server: SQLite by prepared statements, PostgreSQL
//! by `COPY`.

use std::fmt::Write as _;

use anyhow::Context as _;
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use uuid::Uuid;

use super::template::{Cell, Rows};

pub(super) enum Store {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl Store {
    pub(super) async fn open(url: &str) -> anyhow::Result<Self> {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Ok(Self::Postgres(PgConnection::connect(url).await?));
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        let connection =
            rusqlite::Connection::open(path).with_context(|| format!("{path} cannot be opened"))?;
        connection.execute_batch("PRAGMA cache_size = -262144; PRAGMA synchronous = NORMAL")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self::Sqlite(connection))
    }

    pub(super) async fn run(&mut self, sql: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql)?,
            Self::Postgres(connection) => {
                connection.execute(AssertSqlSafe(sql.to_owned())).await?;
            }
        }
        Ok(())
    }

    /// A number that the database answers with.
    pub(super) async fn number(&mut self, sql: &str) -> anyhow::Result<i64> {
        Ok(match self {
            Self::Sqlite(connection) => connection.query_row(sql, [], |row| row.get(0))?,
            Self::Postgres(connection) => {
                sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
                    .fetch_one(connection)
                    .await?
            }
        })
    }

    /// The rows of a table in which a column holds one of these ids; what the database numbers itself is left out.
    pub(super) async fn rows(&mut self, table: &str, column: &str, ids: &[Uuid]) -> anyhow::Result<Rows> {
        match self {
            Self::Sqlite(connection) => sqlite_rows(connection, table, column, ids),
            Self::Postgres(connection) => postgres_rows(connection, table, column, ids).await,
        }
    }

    pub(super) async fn write(
        &mut self,
        table: &str,
        columns: &[String],
        rows: &[Vec<Cell>],
    ) -> anyhow::Result<()> {
        let names = columns.join(", ");
        match self {
            Self::Sqlite(connection) => {
                let places = vec!["?"; columns.len()].join(", ");
                let sql = format!("INSERT INTO {table} ({names}) VALUES ({places})");
                let mut insert = connection.prepare_cached(&sql)?;
                for row in rows {
                    insert.execute(rusqlite::params_from_iter(row))?;
                }
            }
            Self::Postgres(connection) => {
                let copy = format!("COPY {table} ({names}) FROM STDIN");
                let mut copy = connection.copy_in_raw(&copy).await?;
                copy.send(lines(rows).into_bytes()).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }
}

fn sqlite_rows(
    connection: &rusqlite::Connection,
    table: &str,
    column: &str,
    ids: &[Uuid],
) -> anyhow::Result<Rows> {
    let mut select = connection.prepare(&format!("SELECT * FROM {table} WHERE {column} = ?"))?;
    let kinds: Vec<(String, bool)> = select
        .columns()
        .iter()
        .map(|column| {
            let kind = column.decl_type().unwrap_or_default();
            (column.name().to_owned(), kind.starts_with("uuid"))
        })
        .collect();
    let kept = |name: &str| !(table == "log" && matches!(name, "seq" | "xid"));
    let mut found = Vec::new();
    for id in ids {
        let mut rows = select.query([id.as_bytes()])?;
        while let Some(row) = rows.next()? {
            let cells = kinds.iter().enumerate().filter(|(_, (name, _))| kept(name));
            let cells = cells.map(|(place, (_, is_id))| {
                Ok(match row.get_ref(place)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Blob(bytes) if *is_id => Cell::Id(Uuid::from_slice(bytes)?),
                    ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_owned()),
                    ValueRef::Integer(number) => Cell::Integer(number),
                    ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text)?.to_owned()),
                    ValueRef::Real(_) => anyhow::bail!("{table} holds a number with decimals"),
                })
            });
            found.push(cells.collect::<anyhow::Result<_>>()?);
        }
    }
    let columns = kinds.into_iter().map(|(name, _)| name);
    Ok(Rows {
        columns: columns.filter(|name| kept(name)).collect(),
        rows: found,
    })
}

async fn postgres_rows(
    connection: &mut PgConnection,
    table: &str,
    column: &str,
    ids: &[Uuid],
) -> anyhow::Result<Rows> {
    let kinds: Vec<(String, String)> = sqlx::query_as(
        "SELECT column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name = $1 \
         AND NOT (table_name = 'log' AND column_name IN ('seq', 'xid')) ORDER BY ordinal_position",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    let shown = kinds.iter().map(|(name, kind)| match kind.as_str() {
        "timestamp with time zone" => {
            format!(r#"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"#)
        }
        "bytea" => format!("encode({name}, 'hex')"),
        _ => format!("{name}::text"),
    });
    let shown: Vec<String> = shown.collect();
    let sql = format!(
        "SELECT {} FROM {table} WHERE {column} = ANY($1)",
        shown.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(ids)
        .fetch_all(connection)
        .await?;
    let cell = |kind: &str, text: Option<String>| {
        Ok(match text {
            None => Cell::Null,
            Some(text) if kind == "uuid" => Cell::Id(text.parse()?),
            Some(text) if kind == "bigint" => Cell::Integer(text.parse()?),
            Some(text) => Cell::Text(text),
        })
    };
    let rows = rows.iter().map(|row| {
        let cells = kinds.iter().enumerate();
        cells
            .map(|(place, (_, kind))| cell(kind, row.try_get(place)?))
            .collect()
    });
    Ok(Rows {
        rows: rows.collect::<anyhow::Result<_>>()?,
        columns: kinds.iter().map(|(name, _)| name.clone()).collect(),
    })
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(SqliteValue::Null),
            Self::Integer(number) => ToSqlOutput::Owned(SqliteValue::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        })
    }
}

/// Rows as `COPY` reads them.
fn lines(rows: &[Vec<Cell>]) -> String {
    let mut all = String::new();
    for row in rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                all.push('\t');
            }
            let _ = match cell {
                Cell::Null => write!(all, "\\N"),
                Cell::Integer(number) => write!(all, "{number}"),
                Cell::Id(id) => write!(all, "{id}"),
                Cell::Bytes(bytes) => bytes.iter().fold(write!(all, "\\\\x"), |done, byte| {
                    done.and_then(|()| write!(all, "{byte:02x}"))
                }),
                Cell::Text(text) => text.chars().try_for_each(|letter| match letter {
                    '\\' => write!(all, "\\\\"),
                    '\n' => write!(all, "\\n"),
                    '\r' => write!(all, "\\r"),
                    '\t' => write!(all, "\\t"),
                    other => write!(all, "{other}"),
                }),
            };
        }
        all.push('\n');
    }
    all
}
