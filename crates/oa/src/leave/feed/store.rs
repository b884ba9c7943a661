//! The rows of feeds.

use countersign_kernel::id::{LeaveFeedId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_feeds")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeaveFeedId,
    pub owner_id: UserId,
    pub shows: String,
    /// None: whichever the owner is in.
    pub department: Option<String>,
    /// The language of its words.
    pub locale: String,
    pub secret_hash: String,
    pub created_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Those of one person, the oldest first.
pub(in crate::leave) async fn of_owner(
    conn: &Conn,
    tenant: TenantId,
    owner: UserId,
) -> Result<Vec<Model>, Error> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::OwnerId.eq(owner))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    Ok(rows.all(conn).await?)
}

pub(in crate::leave) async fn find(
    conn: &Conn,
    tenant: TenantId,
    id: LeaveFeedId,
) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

pub(super) async fn add(uow: &mut Uow, row: Model) -> Result<(), Error> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

pub(super) async fn remove(uow: &mut Uow, id: LeaveFeedId) -> Result<(), Error> {
    let tenant = uow.tenant();
    Entity::delete_by_id((tenant, id))
        .exec(uow.writes().await?)
        .await?;
    Ok(())
}
