//! The rows of set-up links.

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "set_up_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub hash: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub async fn insert(
    uow: &mut Uow,
    hash: String,
    created_at: Instant,
    expires_at: Instant,
) -> Result<(), Error> {
    let tenant = uow.tenant();
    let row = ActiveModel {
        tenant_id: ActiveValue::Set(tenant),
        // One link for each tenant that it may make.
        id: ActiveValue::Set(tenant.0),
        hash: ActiveValue::Set(hash),
        created_at: ActiveValue::Set(created_at),
        expires_at: ActiveValue::Set(expires_at),
    };
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The hash of the link that makes this tenant, unless it is too old.
pub async fn find(conn: &Conn, tenant: TenantId, now: Instant) -> Result<Option<String>, Error> {
    let row = Entity::find_by_id((tenant, tenant.0)).one(conn).await?;
    Ok(row.filter(|row| now < row.expires_at).map(|row| row.hash))
}

/// Says that the unit's tenant is the server's first; false if another link made one. A link that is used at the same
/// moment waits here for the one before it.
pub async fn be_first(uow: &mut Uow) -> Result<bool, Error> {
    let row = first::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        place: ActiveValue::Set(1),
    };
    let inserted = first::Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await
        .map_err(Error::from);
    match inserted {
        Ok(_) => Ok(true),
        Err(error) if error.is_unique_in("first_tenant", "place") => Ok(false),
        Err(error) => Err(error),
    }
}

mod first {
    use super::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "first_tenant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        pub place: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Uses the link up; false if somebody was faster.
pub async fn take(uow: &mut Uow) -> Result<bool, Error> {
    let delete = Entity::delete_many().filter(Column::TenantId.eq(uow.tenant()));
    Ok(delete.exec(uow.writes().await?).await?.rows_affected == 1)
}
