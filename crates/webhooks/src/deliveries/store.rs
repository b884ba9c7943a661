//! Deliveries and their attempts as they are kept.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use countersign_kernel::filter::List;
use countersign_kernel::id::{DeliveryId, EventId, TenantId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Logged, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, ExprTrait, OnConflict, Query};
use sea_orm::{Condition, QueryOrder, QuerySelect};

use super::{KEPT_MS, PARKED_LOOK_MS, Status};

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub webhook_id: WebhookId,
    pub event_id: EventId,
    pub event_type: String,
    pub subject_id: Uuid,
    /// The event's place in the log.
    pub event_seq: i64,
    pub status: String,
    /// Why it is parked, or can never be sent.
    pub reason: Option<String>,
    /// Whether the endpoint is known to want it.
    pub judged: bool,
    /// Attempts that failed so far.
    pub failed: i64,
    /// When it is looked at next, in the database's time.
    pub due_at: Option<Instant>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<Instant>,
    pub body: Option<String>,
    /// Until when it is kept, in the database's time.
    pub expires_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// Every try, with what the receiver said.
pub mod attempts {
    use super::{DeliveryId, Instant, TenantId};
    use crate::deliveries::attempt::Heard;
    use sea_orm::ActiveValue::Set;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub delivery_id: DeliveryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub at: Instant,
        pub status_code: Option<i64>,
        pub duration_ms: i64,
        pub error: Option<String>,
        pub headers: Option<String>,
        pub answer: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// What was heard of a delivery as it stood before.
    pub(in crate::deliveries) fn row(delivery: &super::Model, heard: &Heard, at: Instant) -> ActiveModel {
        ActiveModel {
            tenant_id: Set(delivery.tenant_id),
            delivery_id: Set(delivery.id),
            // Every attempt moves the version, and nothing else does it twice.
            number: Set(delivery.version),
            at: Set(at),
            status_code: Set(heard.status_code.map(i64::from)),
            duration_ms: Set(heard.duration.as_millis() as i64),
            error: Set(heard.error.clone()),
            headers: Set(heard.headers.clone()),
            answer: Set(heard.answer.clone()),
        }
    }
}

/// A delivery that is to be.
pub struct Planned {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    /// Why it waits; none if it is due at once.
    pub parked: Option<&'static str>,
    pub judged: bool,
}

/// Keeps an event's deliveries; one that stands there already stays as it is.
pub async fn insert(conn: &Conn, event: &Logged, planned: &[Planned]) -> Result<(), Error> {
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([
        Column::TenantId,
        Column::Id,
        Column::WebhookId,
        Column::EventId,
        Column::EventType,
        Column::SubjectId,
        Column::EventSeq,
        Column::Status,
        Column::Reason,
        Column::Judged,
        Column::Failed,
        Column::DueAt,
        Column::ExpiresAt,
        Column::Version,
        Column::CreatedAt,
        Column::UpdatedAt,
    ]);
    for one in planned {
        let (status, due) = match one.parked {
            Some(_) => (Status::Parked, dialect::now_plus(conn, PARKED_LOOK_MS)),
            None => (Status::Pending, dialect::now(conn)),
        };
        let row = [
            event.tenant.0.into(),
            one.id.0.into(),
            one.webhook.0.into(),
            event.id.0.into(),
            event.kind.as_str().into(),
            event.subject.id.into(),
            event.seq.into(),
            status.word().into(),
            one.parked.into(),
            one.judged.into(),
            0_i64.into(),
            due,
            dialect::now_plus(conn, KEPT_MS),
            1_i64.into(),
            event.at.utc().into(),
            event.at.utc().into(),
        ];
        insert.values(row).map_err(Error::broken)?;
    }
    let once = [Column::TenantId, Column::WebhookId, Column::EventId];
    insert.on_conflict(OnConflict::columns(once).do_nothing().to_owned());
    conn.execute(&insert).await?;
    Ok(())
}

/// What waits parked for an endpoint goes out, the oldest first.
pub async fn release(conn: &Conn, tenant: TenantId, webhook: WebhookId, at: Instant) -> Result<(), Error> {
    // Events keep their order, and none is due later than now, however far ahead the clock was that dated it.
    let now = || dialect::now(conn);
    let due = CaseStatement::new()
        .case(
            Expr::col(Column::CreatedAt).lt(now()),
            Expr::col(Column::CreatedAt),
        )
        .finally(now());
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Pending.word()))
        .col_expr(Column::Reason, Expr::value(None::<String>))
        .col_expr(Column::DueAt, due.into())
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::Status.eq(Status::Parked.word()))
        .exec(conn)
        .await?;
    Ok(())
}

/// What is due to an endpoint that is held, and in nobody's hands, is parked for so long.
pub async fn park_due(
    conn: &Conn,
    tenant: TenantId,
    webhook: WebhookId,
    reason: &str,
    wait: TimeDelta,
) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Parked.word()))
        .col_expr(Column::Reason, Expr::value(reason))
        .col_expr(Column::DueAt, dialect::now_plus(conn, wait.num_milliseconds()))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::WebhookId.eq(webhook))
        .filter(Expr::col(Column::DueAt).lte(dialect::now(conn)))
        .filter(Column::LeaseOwner.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// These deliveries are done with, as far as they are still this sender's; which.
pub(super) async fn succeed<'a>(
    conn: &Conn,
    owner: &str,
    deliveries: impl Iterator<Item = &'a Model> + Send,
    at: Instant,
) -> Result<HashSet<DeliveryId>, Error> {
    let any = deliveries.fold(Condition::any(), |any, one| {
        let same = Condition::all()
            .add(Column::TenantId.eq(one.tenant_id))
            .add(Column::Id.eq(one.id))
            .add(Column::Version.eq(one.version));
        any.add(same)
    });
    let never = || Expr::value(None::<Instant>);
    let mut update = Query::update();
    update
        .table(Entity)
        .value(Column::Status, Status::Succeeded.word())
        .value(Column::Reason, Expr::value(None::<String>))
        .value(Column::Judged, true)
        .value(Column::DueAt, never())
        .value(Column::Body, Expr::value(None::<String>))
        .value(Column::LeaseOwner, Expr::value(None::<String>))
        .value(Column::LeaseUntil, never())
        .value(Column::ExpiresAt, dialect::now_plus(conn, KEPT_MS))
        .value(Column::Version, Expr::col(Column::Version).add(1))
        .value(Column::UpdatedAt, at.utc())
        .and_where(Column::LeaseOwner.eq(owner))
        .cond_where(any)
        .returning(Query::returning().column(Column::Id));
    let rows = conn.query_all(&update).await?;
    rows.iter()
        .map(|row| Ok(row.try_get::<DeliveryId>("", "id")?))
        .collect()
}

/// Deletes a delivery with its attempts.
pub async fn delete(conn: &Conn, tenant: TenantId, id: DeliveryId) -> Result<(), Error> {
    attempts::Entity::delete_many()
        .filter(attempts::Column::TenantId.eq(tenant))
        .filter(attempts::Column::DeliveryId.eq(id))
        .exec(conn)
        .await?;
    Entity::delete_by_id((tenant, id)).exec(conn).await?;
    Ok(())
}

/// Some deliveries whose time is over, the oldest first. What is still to be tried is none of them, however long the server
/// was away.
pub async fn expired(conn: &Conn, tenant: TenantId, limit: u64) -> Result<Vec<DeliveryId>, Error> {
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_expired(conn, tenant))
        .order_by_asc(Column::ExpiresAt)
        .limit(limit);
    Ok(ids.into_tuple().all(conn).await?)
}

/// Deletes those among these whose time is over still; how many.
pub async fn delete_expired(conn: &Conn, tenant: TenantId, ids: &[DeliveryId]) -> Result<u64, Error> {
    let ids = || ids.iter().copied();
    let deleted = Entity::delete_many()
        .filter(is_expired(conn, tenant))
        .filter(Column::Id.is_in(ids()))
        .exec(conn)
        .await?;
    let mut kept = Query::select();
    kept.column(Column::Id)
        .from(Entity)
        .and_where(Column::TenantId.eq(tenant))
        .and_where(Column::Id.is_in(ids()));
    attempts::Entity::delete_many()
        .filter(attempts::Column::TenantId.eq(tenant))
        .filter(attempts::Column::DeliveryId.is_in(ids()))
        .filter(attempts::Column::DeliveryId.not_in_subquery(kept))
        .exec(conn)
        .await?;
    Ok(deleted.rows_affected)
}

fn is_expired(conn: &Conn, tenant: TenantId) -> Condition {
    Condition::all()
        .add(Column::TenantId.eq(tenant))
        .add(Expr::col(Column::ExpiresAt).lte(dialect::now(conn)))
        .add(Column::Status.ne(Status::Pending.word()))
}

/// Deletes an endpoint's deliveries with their attempts.
pub async fn delete_all_of(conn: &Conn, tenant: TenantId, webhook: WebhookId) -> Result<(), Error> {
    let of_endpoint = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::TenantId.eq(tenant))
        .and_where(Column::WebhookId.eq(webhook))
        .to_owned();
    attempts::Entity::delete_many()
        .filter(attempts::Column::TenantId.eq(tenant))
        .filter(attempts::Column::DeliveryId.in_subquery(of_endpoint))
        .exec(conn)
        .await?;
    Entity::delete_many()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::WebhookId.eq(webhook))
        .exec(conn)
        .await?;
    Ok(())
}

pub async fn find(conn: &Conn, tenant: TenantId, id: DeliveryId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// Those of these that are there.
pub(super) async fn find_all(
    conn: &Conn,
    tenant: TenantId,
    ids: &[DeliveryId],
) -> Result<HashMap<DeliveryId, Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    let rows = select.all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// One delivery, held after its endpoint until the unit of work ends.
pub async fn held(uow: &Uow, id: DeliveryId) -> Result<Option<Model>, Error> {
    let mut query = Entity::find_by_id((uow.tenant(), id));
    dialect::for_update(uow.reads(), QuerySelect::query(&mut query));
    Ok(query.one(uow.reads()).await?)
}

/// The attempts of these deliveries, oldest first: one query for a whole page.
pub async fn attempts_of(
    conn: &Conn,
    tenant: TenantId,
    ids: &[DeliveryId],
) -> Result<Vec<attempts::Model>, Error> {
    let of = attempts::Entity::find()
        .filter(attempts::Column::TenantId.eq(tenant))
        .filter(attempts::Column::DeliveryId.is_in(ids.iter().copied()))
        .order_by_asc(attempts::Column::DeliveryId)
        .order_by_asc(attempts::Column::Number);
    Ok(of.all(conn).await?)
}

/// The delivery that an ordered endpoint has to hear before this one: of an older event of the same record.
pub async fn predecessor(conn: &Conn, of: &Model) -> Result<Option<Model>, Error> {
    let older = waiting(of)
        .filter(Column::EventSeq.lt(of.event_seq))
        .order_by_desc(Column::EventSeq);
    Ok(older.one(conn).await?)
}

/// The next delivery of the same record is due at once.
pub async fn wake_successor(conn: &Conn, of: &Model) -> Result<(), Error> {
    let newer = waiting(of)
        .filter(Column::EventSeq.gt(of.event_seq))
        .filter(Column::Status.eq(Status::Pending.word()))
        .order_by_asc(Column::EventSeq);
    let Some(next) = newer.one(conn).await?.filter(|next| next.failed == 0) else {
        return Ok(());
    };
    Entity::update_many()
        .col_expr(Column::DueAt, dialect::now(conn))
        .filter(Column::TenantId.eq(next.tenant_id))
        .filter(Column::Id.eq(next.id))
        .filter(Column::Status.eq(Status::Pending.word()))
        .exec(conn)
        .await?;
    Ok(())
}

fn waiting(of: &Model) -> Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(of.tenant_id))
        .filter(Column::WebhookId.eq(of.webhook_id))
        .filter(Column::SubjectId.eq(of.subject_id))
        .filter(Column::Status.is_in([Status::Pending.word(), Status::Parked.word()]))
}

/// A page of an endpoint's deliveries.
pub async fn page(
    conn: &Conn,
    tenant: TenantId,
    webhook: WebhookId,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::WebhookId.eq(webhook));
    fetch(conn, select, list).await
}
