//! The log in another cluster: a restore, a move to another host, a major upgrade.
//!
//! Readers stand at places in the order of transaction numbers, and another cluster counts these anew. So each cluster
//! that the log was ever written in has a range of its own, above all that came before: what an entry keeps as `xid`
//! is the range's beginning (`xid_base`) and the transaction's number. Places that were kept, here or by a client, stay
//! true, and nothing that was written has to be changed.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row};

use countersign_migrations::tenancy;

use crate::Error;

/// Transactions that a cluster may number: more than one makes in its life.
const RANGE: i64 = 1 << 44;

/// What the cluster is, what the log knows of it, and the highest number that any entry or reader of the log has seen.
const LOOK: &str = "SELECT known.system_identifier = here.system_identifier, here.system_identifier, known.xid_base, \
     pg_snapshot_xmax(pg_current_snapshot())::text::bigint, \
     greatest((SELECT coalesce(max(xid), 0) FROM log), \
       (SELECT coalesce(max(split_part(cursor, '.', 2)::bigint), 0) FROM consumers)) \
     FROM log_cluster known, pg_control_system() here";

/// Whether the connection leads to the cluster that the log was last written in; yes where there is no log yet.
pub(crate) async fn is_known(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let there = "SELECT to_regclass('log_cluster') IS NOT NULL";
    if !connection.fetch_one(there).await?.try_get::<bool, _>(0)? {
        return Ok(true);
    }
    let known = "SELECT known.system_identifier = here.system_identifier FROM log_cluster known, pg_control_system() here";
    connection.fetch_one(known).await?.try_get(0)
}

/// Gives the log a range of numbers in this cluster, if it came from another one or the numbers went back.
pub(crate) async fn settle(owner: &PgConnectOptions) -> Result<(), Error> {
    let mut connection = owner.connect().await?;
    let settled = settle_on(&mut connection).await;
    connection.close().await?;
    settled
}

async fn settle_on(connection: &mut PgConnection) -> Result<(), Error> {
    let mut transaction = connection.begin().await?;
    // One server at a time; the others find it done.
    transaction
        .execute("LOCK TABLE log_cluster IN SHARE ROW EXCLUSIVE MODE")
        .await?;
    may_be_used(&mut transaction).await?;
    // Row-level security binds the owner, too; the role that looks across tenants sees the numbers.
    let become_reader = format!("SET LOCAL ROLE {}", tenancy::DOOR);
    transaction.execute(AssertSqlSafe(become_reader)).await?;
    let row = transaction.fetch_one(LOOK).await?;
    transaction.execute("RESET ROLE").await?;
    let (same, here): (bool, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (base, next, highest): (i64, i64, i64) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    if same && highest < base + next {
        return Ok(());
    }
    let base = (Ord::max(base, highest) / RANGE + 1) * RANGE;
    tracing::warn!(
        system_identifier = here,
        xid_base = base,
        "the log was moved here from another PostgreSQL cluster: its readers go on from where they were"
    );
    for step in [
        format!("UPDATE log_cluster SET system_identifier = {here}, xid_base = {base}"),
        format!("ALTER TABLE log ALTER COLUMN xid SET DEFAULT ({base} + pg_current_xact_id()::text::bigint)"),
    ] {
        transaction.execute(AssertSqlSafe(step)).await?;
    }
    Ok(transaction.commit().await?)
}

/// A dump that was restored before the two roles existed has lost their rights and policies.
async fn may_be_used(connection: &mut PgConnection) -> Result<(), Error> {
    let (app, door) = (tenancy::APP, tenancy::DOOR);
    let rights = format!(
        "SELECT has_table_privilege('{app}', 'log', 'INSERT') AND has_table_privilege('{door}', 'log_cluster', 'SELECT') \
         AND (SELECT count(*) = 2 FROM pg_policy WHERE polrelid = 'log'::regclass)"
    );
    let may: bool = connection.fetch_one(AssertSqlSafe(rights)).await?.try_get(0)?;
    if may {
        return Ok(());
    }
    Err(Error::Setup(format!(
        "the tables are there without the rights of {app} and {door}: the dump was restored before these roles existed. \
         Make them (CREATE ROLE {app} NOLOGIN; CREATE ROLE {door} NOLOGIN) and restore the dump again"
    )))
}
