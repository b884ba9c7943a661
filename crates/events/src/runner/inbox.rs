//! What earlier versions noted of each event that they had handled. Now the place of a consumer says so.
//!
//! Such a version kept its place every now and then, so what it noted is asked for until a consumer has come to the log's end
//! once. A row may go when the cursor is beyond its event and the event is not parked: nothing hands it out again then. The
//! age is room for people who look into what was done.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use countersign_kernel::id::{EventId, TenantId};
use countersign_storage::log::Logged;
use countersign_storage::trim::{STEP, STEPS_MAX};
use countersign_storage::{Conn, Db, Error, Uow, WindowCursor, Work, dialect, log};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::store::{consumers, inbox, parked};

/// Which of these events an earlier version has handled.
pub(super) async fn done(
    db: &Db,
    consumer: &str,
    events: &[&Arc<Logged>],
) -> Result<HashSet<EventId>, Error> {
    let mut by_tenant: HashMap<TenantId, Vec<Uuid>> = HashMap::new();
    for event in events {
        by_tenant.entry(event.tenant).or_default().push(event.id.0);
    }
    let mut done = HashSet::new();
    for (tenant, events) in by_tenant {
        let reader = db.read(tenant).await?;
        let noted = inbox::Entity::find()
            .filter(inbox::Column::TenantId.eq(tenant.0))
            .filter(inbox::Column::Consumer.eq(consumer))
            .filter(inbox::Column::EventId.is_in(events))
            .all(&*reader)
            .await?;
        done.extend(noted.into_iter().map(|row| EventId(row.event_id)));
    }
    Ok(done)
}

/// Deletes a tenant's inbox rows whose events are so old and can never be handed out again, in small steps; how many.
pub async fn trim_inbox(db: &Db, tenant: TenantId, kept: Duration) -> Result<u64, Error> {
    let (consumers, before) = {
        let reader = db.read(tenant).await?;
        let consumers = consumers::Entity::find().all(&*reader).await?;
        (consumers, first_id_at(now(&reader).await?, kept))
    };
    let mut all = 0;
    for consumer in consumers {
        let cursor = consumer.cursor.as_deref().and_then(WindowCursor::decode);
        // One that was never kept may still begin with the first event.
        if let Some(cursor) = cursor {
            all += trim_consumer(db, tenant, &consumer.name, cursor, before).await?;
        }
    }
    Ok(all)
}

async fn trim_consumer(
    db: &Db,
    tenant: TenantId,
    consumer: &str,
    cursor: WindowCursor,
    before: Uuid,
) -> Result<u64, Error> {
    let (mut all, mut after) = (0, None);
    for _ in 0..STEPS_MAX {
        let reader = db.read(tenant).await?;
        let page = page(&reader, tenant, consumer, after, before).await?;
        let Some(last) = page.last().copied() else {
            break;
        };
        let mut wanted = log::still_to_come(&reader, tenant, &page, cursor).await?;
        wanted.extend(parked_among(&reader, tenant, consumer, &page).await?);
        drop(reader);
        let is_full = page.len() as u64 >= STEP;
        let events: Vec<Uuid> = page.into_iter().filter(|event| !wanted.contains(event)).collect();
        if !events.is_empty() {
            let consumer = consumer.to_owned();
            all += db.write(tenant, Trim { consumer, events }).await?;
        }
        if !is_full {
            break;
        }
        after = Some(last);
    }
    Ok(all)
}

struct Trim {
    consumer: String,
    events: Vec<Uuid>,
}

impl Work for Trim {
    type Out = u64;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<u64, Error> {
        let tenant = uow.tenant();
        let deleted = inbox::Entity::delete_many()
            .filter(inbox::Column::TenantId.eq(tenant.0))
            .filter(inbox::Column::Consumer.eq(self.consumer.as_str()))
            .filter(inbox::Column::EventId.is_in(self.events.iter().copied()))
            .exec(uow.writes().await?)
            .await?;
        Ok(deleted.rows_affected)
    }
}

/// Events whose effect was kept, the oldest first: ids begin with the instant of their event.
async fn page(
    conn: &Conn,
    tenant: TenantId,
    consumer: &str,
    after: Option<Uuid>,
    before: Uuid,
) -> Result<Vec<Uuid>, Error> {
    let mut select = inbox::Entity::find()
        .select_only()
        .column(inbox::Column::EventId)
        .filter(inbox::Column::TenantId.eq(tenant.0))
        .filter(inbox::Column::Consumer.eq(consumer))
        .filter(inbox::Column::EventId.lt(before));
    if let Some(after) = after {
        select = select.filter(inbox::Column::EventId.gt(after));
    }
    let page = select.order_by_asc(inbox::Column::EventId).limit(STEP);
    Ok(page.into_tuple().all(conn).await?)
}

async fn parked_among(
    conn: &Conn,
    tenant: TenantId,
    consumer: &str,
    events: &[Uuid],
) -> Result<HashSet<Uuid>, Error> {
    let parked: Vec<Uuid> = parked::Entity::find()
        .select_only()
        .column(parked::Column::EventId)
        .filter(parked::Column::TenantId.eq(tenant.0))
        .filter(parked::Column::Consumer.eq(consumer))
        .filter(parked::Column::EventId.is_in(events.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(parked.into_iter().collect())
}

async fn now(conn: &Conn) -> Result<DateTimeUtc, Error> {
    let mut select = Query::select();
    select.expr(dialect::now(conn));
    let row = conn.query_one(&select).await?;
    let row = row.ok_or_else(|| Error::broken("the database did not say what time it is"))?;
    Ok(row.try_get_by_index(0)?)
}

/// What the ids of events begin with that happened so long ago.
fn first_id_at(now: DateTimeUtc, kept: Duration) -> Uuid {
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    let millis = now.timestamp_millis().saturating_sub(kept_ms).max(0);
    Uuid::from_u128(u128::from(millis.unsigned_abs()) << 80)
}
