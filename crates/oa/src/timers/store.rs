//! Timers as they are kept: what may be claimed across tenants, so ids and instants only.

use countersign_kernel::id::{EventId, RequestId, TenantId, TimerId};
use countersign_kernel::time::Instant;
use sea_orm::entity::prelude::*;

/// The row of a timer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TimerId,
    pub request_id: RequestId,
    /// On the tenant's business clock; none once it has fired or was called off.
    pub due_at: Option<Instant>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<Instant>,
    /// Since when it has fired or been called off, in the database's time.
    pub ended_at: Option<Instant>,
    /// What it fires with, and of which type that is, where it stands for an event and not for an instant.
    pub event_id: Option<EventId>,
    pub event_type: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ConnectionTrait, IntoActiveModel, QuerySelect};

/// Sets new timers and calls off old ones, in one statement.
pub(crate) async fn upsert(
    uow: &mut Uow,
    request: RequestId,
    moved: Vec<(TimerId, Option<Instant>)>,
) -> Result<(), Error> {
    if moved.is_empty() {
        return Ok(());
    }
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([
        Column::TenantId,
        Column::Id,
        Column::RequestId,
        Column::DueAt,
        Column::EndedAt,
    ]);
    for (id, due) in moved {
        let ended = match due {
            Some(_) => Expr::value(None::<Instant>),
            None => dialect::now(conn),
        };
        let row = [tenant.into(), id.into(), request.into(), due.into(), ended];
        insert.values(row).map_err(Error::broken)?;
    }
    // A new row has no lease, and one that is there loses its own.
    let moving = [
        Column::DueAt,
        Column::LeaseOwner,
        Column::LeaseUntil,
        Column::EndedAt,
    ];
    insert.on_conflict(dialect::upsert(&[Column::TenantId, Column::Id], &moving));
    conn.execute(&insert).await?;
    Ok(())
}

/// Lets these timers fire at once, with an event that came.
pub(crate) async fn fire_with(
    uow: &mut Uow,
    timers: Vec<(TimerId, RequestId)>,
    event: EventId,
    kind: &str,
    at: Instant,
) -> Result<(), Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let rows = timers.into_iter().map(|(id, request_id)| {
        let row = Model {
            tenant_id: tenant,
            id,
            request_id,
            due_at: Some(at),
            lease_owner: None,
            lease_until: None,
            ended_at: None,
            event_id: Some(event),
            event_type: Some(kind.to_owned()),
        };
        row.into_active_model().reset_all()
    });
    Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(())
}

/// One timer.
pub(crate) async fn find(conn: &Conn, tenant: TenantId, id: TimerId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// How many should have fired so many milliseconds ago, and the instant of the oldest.
pub(crate) async fn late(reader: &Conn, by_ms: i64) -> Result<Option<(u64, Instant)>, Error> {
    let late = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "count")
        .column_as(Column::DueAt.min(), "oldest")
        .filter(ExprTrait::lt(
            Expr::col(Column::DueAt),
            dialect::now_plus(reader, -by_ms),
        ));
    let found: Option<(i64, Option<Instant>)> = late.into_tuple().one(reader).await?;
    Ok(found.and_then(|(count, oldest)| Some((count.unsigned_abs(), oldest?))))
}
