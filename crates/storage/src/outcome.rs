//! Running one statement through the driver, and what it answers.

use futures_util::TryStreamExt;
use sea_orm::DbErr;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Either, Executor, PgPool, Postgres, Sqlite};

use crate::bind;
use crate::conn::lost;
use crate::why::closed_meanwhile;

/// Rows, and what the last statement changed.
pub(crate) struct Ran<R, D> {
    pub(crate) rows: Vec<R>,
    pub(crate) done: D,
}

pub(crate) type SqliteRan = Ran<sqlx::sqlite::SqliteRow, sqlx::sqlite::SqliteQueryResult>;
pub(crate) type PostgresRan = Ran<sqlx::postgres::PgRow, sqlx::postgres::PgQueryResult>;

pub(crate) enum Outcome {
    Sqlite(SqliteRan),
    Postgres(PostgresRan),
}

type SqliteQuery<'q> = sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

/// Runs one text, which may hold several statements: the change counted is the last one's.
pub(crate) async fn sqlite_outcome(
    connection: &mut sqlx::SqliteConnection,
    query: SqliteQuery<'_>,
    one: bool,
) -> Result<SqliteRan, sqlx::Error> {
    if one {
        let row = connection.fetch_optional(query).await?;
        return Ok(Ran {
            rows: row.into_iter().collect(),
            done: sqlx::sqlite::SqliteQueryResult::default(),
        });
    }
    let mut rows = Vec::new();
    let mut done = sqlx::sqlite::SqliteQueryResult::default();
    let mut answers = connection.fetch_many(query);
    while let Some(answer) = answers.try_next().await? {
        match answer {
            Either::Left(ended) => done = ended,
            Either::Right(row) => rows.push(row),
        }
    }
    Ok(Ran { rows, done })
}

/// Looks across tenants. A connection that the server has meanwhile closed (a restart) is passed over.
pub(crate) async fn looked(
    pool: &PgPool,
    held: &mut Option<PoolConnection<Postgres>>,
    sql: &str,
    values: &[sea_orm::Value],
    one: bool,
) -> Result<Result<PostgresRan, sqlx::Error>, DbErr> {
    let mut closed = 0;
    loop {
        let connection = match &mut *held {
            Some(connection) => connection,
            none => none.insert(pool.acquire().await.map_err(lost)?),
        };
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), bind::postgres(values.to_vec())?);
        match postgres_outcome(connection, query, one).await {
            Err(error) if closed < pool.options().get_max_connections() && closed_meanwhile(&error) => {
                closed += 1;
                *held = None;
            }
            ran => return Ok(ran),
        }
    }
}

pub(crate) async fn postgres_outcome(
    connection: &mut sqlx::PgConnection,
    query: PostgresQuery<'_>,
    one: bool,
) -> Result<PostgresRan, sqlx::Error> {
    let mut done = sqlx::postgres::PgQueryResult::default();
    if one {
        let row = connection.fetch_optional(query).await?;
        return Ok(Ran {
            rows: row.into_iter().collect(),
            done,
        });
    }
    let mut rows = Vec::new();
    let mut answers = connection.fetch_many(query);
    while let Some(answer) = answers.try_next().await? {
        match answer {
            Either::Left(ended) => done = ended,
            Either::Right(row) => rows.push(row),
        }
    }
    Ok(Ran { rows, done })
}
