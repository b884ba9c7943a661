//! Events that failed wait with their record: the first (by version) is tried again, later and later; those behind it
//! follow in order. The rest of the log goes on meanwhile.

use std::collections::HashSet;
use std::time::Duration;

use countersign_kernel::id::{EventId, TenantId};
use countersign_storage::log::Logged;
use countersign_storage::{Conn, Error, Uow, Work, dialect};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait};

use super::lease::LeaseToken;
use super::store::parked::{Column, Entity};
use crate::consumer::Failure;

/// The longest wait between two tries.
const LONGEST_MS: i64 = 600_000;
/// The shortest wait for one that is due already.
const SHORTEST: Duration = Duration::from_millis(1);
/// How many are tried again in one go.
const AT_ONCE: u64 = 32;
/// Bytes of a reason that are kept.
const REASON: usize = 500;

/// A record, as the key of a queue.
pub(super) type Record = (TenantId, String, uuid::Uuid);

pub(super) fn record(event: &Logged) -> Record {
    (event.tenant, event.subject.kind.clone(), event.subject.id)
}

/// Why an event is parked: the first of its record because it failed, a later one because it waits.
#[derive(Debug, Clone)]
pub(super) enum Why {
    /// It failed so many times, the last time for this reason.
    Failed { attempts: i64, reason: String },
    /// So much was done already that this one, for which the event is, waits.
    Later { who: String, reason: String },
    /// Another of its record is parked.
    Behind,
}

/// Parks an event of the unit's tenant. `wait_ms`: the first wait; it doubles with every try.
pub(super) async fn keep(
    uow: &mut Uow,
    consumer: &'static str,
    event: &Logged,
    why: &Why,
    wait_ms: i64,
) -> Result<(), Error> {
    let conn = uow.writes().await?;
    let (attempts, due, reason) = match why {
        Why::Behind => (0, dialect::now(conn), String::new()),
        Why::Failed { attempts, reason } => {
            let wait = wait_after(*attempts, wait_ms);
            (*attempts, dialect::now_plus(conn, wait), shortened(reason))
        }
        Why::Later { reason, .. } => (1, dialect::now_plus(conn, wait_ms), shortened(reason)),
    };
    let mut insert = Query::insert();
    insert
        .into_table(Entity)
        .columns([
            Column::TenantId,
            Column::Consumer,
            Column::EventId,
            Column::SubjectKind,
            Column::SubjectId,
            Column::Version,
            Column::Sequence,
            Column::Attempts,
            Column::DueAt,
            Column::Reason,
        ])
        .values_panic([
            event.tenant.0.into(),
            consumer.into(),
            event.id.0.into(),
            event.subject.kind.as_str().into(),
            event.subject.id.into(),
            event.version.into(),
            event.seq.into(),
            attempts.into(),
            due,
            reason.into(),
        ])
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::Consumer, Column::EventId])
                .update_columns([Column::Attempts, Column::DueAt, Column::Reason])
                .to_owned(),
        );
    conn.execute(&insert).await?;
    Ok(())
}

/// Lets one that is parked wait on, because its entry could not be had.
pub(super) struct Postpone {
    pub(super) lease_token: LeaseToken,
    pub(super) event: EventId,
    pub(super) attempts: i64,
    pub(super) reason: String,
    /// The first wait; it doubles with every try.
    pub(super) wait_ms: i64,
}

impl Work for Postpone {
    type Out = ();
    type Error = Failure;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        self.lease_token.hold(uow.reads()).await?;
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let mut update = Query::update();
        update
            .table(Entity)
            .value(Column::Attempts, self.attempts)
            .value(
                Column::DueAt,
                dialect::now_plus(conn, wait_after(self.attempts, self.wait_ms)),
            )
            .value(Column::Reason, shortened(&self.reason))
            .and_where(Column::TenantId.eq(tenant.0))
            .and_where(Column::Consumer.eq(self.lease_token.consumer))
            .and_where(Column::EventId.eq(self.event.0));
        conn.execute(&update).await.map_err(Error::from)?;
        Ok(())
    }
}

/// The wait after so many attempts, in milliseconds.
fn wait_after(attempts: i64, first_ms: i64) -> i64 {
    let doubled = first_ms.saturating_mul(1 << (attempts - 1).clamp(0, 20));
    Ord::min(doubled, LONGEST_MS)
}

/// Takes an event out of the parked; the next one of its record is due then. False if it was not there any more.
pub(super) async fn leave(uow: &mut Uow, consumer: &'static str, event: &Logged) -> Result<bool, Error> {
    let tenant = uow.tenant();
    let gone = Entity::delete_by_id((tenant.0, consumer.to_owned(), event.id.0))
        .exec(uow.writes().await?)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// One that is due for another try.
pub(super) struct Due {
    pub(super) tenant: TenantId,
    pub(super) event: EventId,
    pub(super) attempts: i64,
}

/// Those that are due now, across tenants, oldest first.
pub(super) async fn due(reader: &Conn, consumer: &str) -> Result<Vec<Due>, Error> {
    let mut query = Query::select();
    query
        .columns([Column::TenantId, Column::EventId, Column::Attempts])
        .from(Entity)
        .and_where(Column::Consumer.eq(consumer))
        .and_where(Expr::col(Column::DueAt).lte(dialect::now(reader)))
        .and_where(is_first())
        .order_by(Column::DueAt, sea_orm::Order::Asc)
        .limit(AT_ONCE);
    let rows = reader.query_all(&query).await?;
    let read = |row: sea_orm::QueryResult| -> Result<Due, sea_orm::DbErr> {
        Ok(Due {
            tenant: TenantId(row.try_get("", "tenant_id")?),
            event: EventId(row.try_get("", "event_id")?),
            attempts: row.try_get("", "attempts")?,
        })
    };
    rows.into_iter()
        .map(|row| read(row).map_err(Error::from))
        .collect()
}

/// How long until the next one is due; none if nothing is parked.
pub(super) async fn next_due(reader: &Conn, consumer: &str) -> Result<Option<Duration>, Error> {
    let mut query = Query::select();
    query
        .expr(Expr::col(Column::DueAt).min())
        .expr(dialect::now(reader))
        .from(Entity)
        .and_where(Column::Consumer.eq(consumer))
        .and_where(is_first());
    let Some(row) = reader.query_one(&query).await? else {
        return Ok(None);
    };
    let due: Option<DateTimeUtc> = row.try_get_by_index(0)?;
    let now: DateTimeUtc = row.try_get_by_index(1)?;
    Ok(due.map(|due| (due - now).to_std().unwrap_or_default().max(SHORTEST)))
}

/// Which of these records have something parked.
pub(super) async fn queues(
    reader: &Conn,
    consumer: &str,
    records: &[Record],
) -> Result<HashSet<Record>, Error> {
    let ids = records.iter().map(|(_, _, id)| *id);
    let mut query = Query::select();
    query
        .distinct()
        .columns([Column::TenantId, Column::SubjectKind, Column::SubjectId])
        .from(Entity)
        .and_where(Column::Consumer.eq(consumer))
        .and_where(Column::SubjectId.is_in(ids));
    let rows = reader.query_all(&query).await?;
    let read = |row: sea_orm::QueryResult| -> Result<Record, sea_orm::DbErr> {
        Ok((
            TenantId(row.try_get("", "tenant_id")?),
            row.try_get("", "subject_kind")?,
            row.try_get("", "subject_id")?,
        ))
    };
    rows.into_iter()
        .map(|row| read(row).map_err(Error::from))
        .collect()
}

/// That nothing of the same record stands before it.
fn is_first() -> SimpleExpr {
    const BEFORE: &str = "before";
    let same = |column: Column| Expr::col((BEFORE, column)).equals((Entity, column));
    let mut before = Query::select();
    before
        .expr(Expr::val(1))
        .from_as(Entity, BEFORE)
        .and_where(same(Column::TenantId))
        .and_where(same(Column::Consumer))
        .and_where(same(Column::SubjectKind))
        .and_where(same(Column::SubjectId))
        .and_where(Expr::col((BEFORE, Column::Version)).lt(Expr::col((Entity, Column::Version))));
    Expr::not_exists(before)
}

fn shortened(reason: &str) -> String {
    reason.chars().take(REASON).collect()
}
