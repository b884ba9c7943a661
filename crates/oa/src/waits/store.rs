//! What requests wait for, which events are looked at, and those that are kept for waits that begin later.

use countersign_kernel::id::{EventId, TenantId, TimerId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict, Query};
use sea_orm::{ActiveValue, Condition, IntoActiveModel, QueryOrder, QuerySelect};

/// An event that a request waits for.
pub(super) mod wait {
    use countersign_kernel::id::{EventId, RequestId, TenantId, TimerId};
    use countersign_kernel::time::Instant;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_waits")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        /// The timer that fires with it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TimerId,
        pub request_id: RequestId,
        pub event_type: String,
        /// The path of the field that has to be `value`; both empty: whichever comes.
        pub field: String,
        pub value: String,
        /// Of events that came before it began, those from this instant on count; none: none does.
        pub counts_from: Option<Instant>,
        /// Whether the log has been heard as far as its beginning. Servers' clocks differ: which of two came first, the log says.
        pub heard: bool,
        /// The one that came.
        pub event_id: Option<EventId>,
        /// Since when nothing is waited for here, in the database's time.
        pub ended_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Of which types which fields are looked at.
pub(super) mod awaited {
    use countersign_kernel::id::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "awaited_events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_type: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What came, by what can be waited for.
pub(super) mod kept {
    use countersign_kernel::id::{EventId, TenantId};
    use countersign_kernel::time::Instant;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_type: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub value: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: EventId,
        pub at: Instant,
        /// Seconds, in the database's time.
        pub kept_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Types and fields that are looked at, of a tenant, at most.
const AWAITED: u64 = 10_000;

/// From now on these fields of events of these types are looked at; where `field` is empty, the event alone.
pub(crate) async fn look_at(uow: &mut Uow, events: Vec<(String, String)>) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let tenant = uow.tenant();
    let rows = events
        .into_iter()
        .map(|(event_type, field)| awaited::ActiveModel {
            tenant_id: ActiveValue::Set(tenant),
            event_type: ActiveValue::Set(event_type),
            field: ActiveValue::Set(field),
        });
    let known = OnConflict::columns([
        awaited::Column::TenantId,
        awaited::Column::EventType,
        awaited::Column::Field,
    ])
    .do_nothing()
    .to_owned();
    awaited::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The types that are looked at, each with its fields.
pub(super) async fn looked_at(conn: &Conn, tenant: TenantId) -> Result<Vec<awaited::Model>, Error> {
    let all = awaited::Entity::find()
        .filter(awaited::Column::TenantId.eq(tenant))
        .order_by_asc(awaited::Column::EventType)
        .limit(AWAITED);
    Ok(all.all(conn).await?)
}

/// What a request waits for from now on, and no longer.
pub(crate) async fn moved(uow: &mut Uow, begun: Vec<wait::Model>, ended: Vec<TimerId>) -> Result<(), Error> {
    if !begun.is_empty() {
        let rows = begun.into_iter().map(|row| row.into_active_model().reset_all());
        wait::Entity::insert_many(rows)
            .exec_without_returning(uow.writes().await?)
            .await?;
    }
    if !ended.is_empty() {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        wait::Entity::update_many()
            .col_expr(wait::Column::EndedAt, dialect::now(conn))
            .filter(wait::Column::TenantId.eq(tenant))
            .filter(wait::Column::Id.is_in(ended))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// The log has been heard as far as the beginning of these waits: those of them that are open.
pub(super) async fn heard(uow: &mut Uow, ids: Vec<TimerId>) -> Result<Vec<wait::Model>, Error> {
    let tenant = uow.tenant();
    let these = || {
        Condition::all()
            .add(wait::Column::TenantId.eq(tenant))
            .add(wait::Column::Id.is_in(ids.iter().copied()))
            .add(is_open())
    };
    let conn = uow.writes().await?;
    wait::Entity::update_many()
        .col_expr(wait::Column::Heard, Expr::value(true))
        .filter(these())
        .exec(conn)
        .await?;
    Ok(wait::Entity::find().filter(these()).all(conn).await?)
}

/// The open waits that an event ends, some of them: whoever marks them finds the next ones.
pub(super) async fn waiting(
    conn: &Conn,
    tenant: TenantId,
    what: &Awaited<'_>,
    limit: u64,
) -> Result<Vec<wait::Model>, Error> {
    let found = wait::Entity::find()
        .filter(wait::Column::TenantId.eq(tenant))
        .filter(wait::Column::EventType.eq(what.kind))
        .filter(wait::Column::Field.eq(what.field))
        .filter(wait::Column::Value.eq(what.value))
        .filter(wait::Column::Heard.eq(true))
        .filter(is_open())
        .limit(limit);
    Ok(found.all(conn).await?)
}

/// An event ends these waits.
pub(super) async fn came(uow: &mut Uow, ids: Vec<TimerId>, event: EventId) -> Result<(), Error> {
    let tenant = uow.tenant();
    wait::Entity::update_many()
        .col_expr(wait::Column::EventId, Expr::value(event))
        .filter(wait::Column::TenantId.eq(tenant))
        .filter(wait::Column::Id.is_in(ids))
        .exec(uow.writes().await?)
        .await?;
    Ok(())
}

/// What is compared: an event's type, one of its fields, and the key of its value.
pub(super) struct Awaited<'a> {
    pub(super) kind: &'a str,
    pub(super) field: &'a str,
    pub(super) value: &'a str,
}

/// Keeps that an event came, for waits that begin later.
pub(super) async fn keep(
    uow: &mut Uow,
    what: &Awaited<'_>,
    event: EventId,
    at: Instant,
) -> Result<(), Error> {
    let row = kept::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        event_type: ActiveValue::Set(what.kind.to_owned()),
        field: ActiveValue::Set(what.field.to_owned()),
        value: ActiveValue::Set(what.value.to_owned()),
        event_id: ActiveValue::Set(event),
        at: ActiveValue::Set(at),
        kept_at: ActiveValue::NotSet,
    };
    let known = OnConflict::columns([
        kept::Column::TenantId,
        kept::Column::EventType,
        kept::Column::Field,
        kept::Column::Value,
        kept::Column::EventId,
    ])
    .do_nothing()
    .to_owned();
    kept::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The first kept event that a wait counts, and that has ended none of its request's before.
pub(super) async fn earlier(conn: &Conn, wait: &wait::Model) -> Result<Option<EventId>, Error> {
    let Some(counts_from) = wait.counts_from else {
        return Ok(None);
    };
    let mut spent = Query::select();
    spent
        .column(wait::Column::EventId)
        .from(wait::Entity)
        .and_where(Expr::col(wait::Column::TenantId).eq(wait.tenant_id))
        .and_where(Expr::col(wait::Column::RequestId).eq(wait.request_id))
        .and_where(Expr::col(wait::Column::EventId).is_not_null());
    let first = kept::Entity::find()
        .filter(kept::Column::TenantId.eq(wait.tenant_id))
        .filter(kept::Column::EventType.eq(wait.event_type.as_str()))
        .filter(kept::Column::Field.eq(wait.field.as_str()))
        .filter(kept::Column::Value.eq(wait.value.as_str()))
        .filter(kept::Column::At.gte(counts_from))
        .filter(kept::Column::EventId.not_in_subquery(spent))
        .order_by_asc(kept::Column::At)
        .order_by_asc(kept::Column::EventId);
    Ok(first.one(conn).await?.map(|kept| kept.event_id))
}

fn is_open() -> Condition {
    Condition::all()
        .add(wait::Column::EventId.is_null())
        .add(wait::Column::EndedAt.is_null())
}
