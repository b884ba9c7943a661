//! The rows of notices.

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_kernel::id::{NoticeId, TenantId, UserId};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Select};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub text: String,
    pub link_kind: Option<String>,
    pub link_id: Option<Uuid>,
    /// The event that it was sent for.
    pub cause: Option<Uuid>,
    pub read_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Somebody's notices.
pub(super) fn of(tenant: TenantId, user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(tenant.0))
        .filter(Column::UserId.eq(user.0))
}

pub(super) async fn find(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    id: NoticeId,
) -> Result<Option<Model>, Error> {
    Ok(of(tenant, user).filter(Column::Id.eq(id.0)).one(conn).await?)
}

/// One notice of a person, or all that are unread, held until the unit of work ends: in the order of their ids.
pub(super) async fn held(uow: &Uow, user: UserId, one: Option<NoticeId>) -> Result<Vec<Model>, Error> {
    let all = of(uow.tenant(), user).order_by_asc(Column::Id);
    let mut wanted = match one {
        Some(id) => all.filter(Column::Id.eq(id.0)),
        None => all.filter(Column::ReadAt.is_null()),
    };
    dialect::for_update(uow.reads(), QuerySelect::query(&mut wanted));
    Ok(wanted.all(uow.reads()).await?)
}

pub(super) async fn own(conn: &Conn, caller: &Caller, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let own = of(caller.tenant, caller.user).filter(Column::Id.is_in(ids.iter().copied()));
    let ids: Vec<Uuid> = own
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids.into_iter().collect())
}
