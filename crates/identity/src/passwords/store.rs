//! The rows of links that set a password: one for each person.

use countersign_kernel::id::{TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub hash: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a person's link instead of the one before.
pub async fn keep(
    uow: &mut Uow,
    user: UserId,
    hash: &str,
    now: Instant,
    expires_at: Instant,
) -> Result<(), Error> {
    let row = ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        user_id: ActiveValue::Set(user),
        hash: ActiveValue::Set(hash.to_owned()),
        created_at: ActiveValue::Set(now),
        expires_at: ActiveValue::Set(expires_at),
    };
    Entity::insert(row)
        .on_conflict(dialect::upsert(
            &[Column::TenantId, Column::UserId],
            &[Column::Hash, Column::CreatedAt, Column::ExpiresAt],
        ))
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The hash of a person's link, unless it is too old.
pub async fn find(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    now: Instant,
) -> Result<Option<String>, Error> {
    let row = Entity::find_by_id((tenant, user)).one(conn).await?;
    Ok(row.filter(|row| now < row.expires_at).map(|row| row.hash))
}

/// Forgets a person's link; false if there was none.
pub async fn take(uow: &mut Uow, user: UserId) -> Result<bool, Error> {
    let delete = Entity::delete_many()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::UserId.eq(user));
    Ok(delete.exec(uow.writes().await?).await?.rows_affected == 1)
}
