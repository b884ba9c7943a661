//! The rows of failed sign-ins, and of the places where somebody has signed in.

use std::collections::HashMap;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;

use super::Failures;
use crate::tenants::SYSTEM_TENANT;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub last_at: Instant,
    pub forgiven_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The failures under these keys.
pub async fn failures(conn: &Conn, keys: &[&str]) -> Result<HashMap<String, Failures>, Error> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(SYSTEM_TENANT))
        .filter(Column::Key.is_in(keys.iter().copied()));
    let rows = query.all(conn).await?.into_iter().map(|row| {
        let failures = Failures {
            last_at: row.last_at,
            forgiven_at: row.forgiven_at,
        };
        (row.key, failures)
    });
    Ok(rows.collect())
}

pub async fn keep(uow: &mut Uow, counted: &[(&str, Failures)]) -> Result<(), Error> {
    let rows = counted.iter().map(|(key, failures)| ActiveModel {
        tenant_id: ActiveValue::Set(SYSTEM_TENANT),
        key: ActiveValue::Set((*key).to_owned()),
        last_at: ActiveValue::Set(failures.last_at),
        forgiven_at: ActiveValue::Set(failures.forgiven_at),
    });
    Entity::insert_many(rows)
        .on_conflict(dialect::upsert(
            &[Column::TenantId, Column::Key],
            &[Column::LastAt, Column::ForgivenAt],
        ))
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

pub async fn forgive(uow: &mut Uow, keys: &[String]) -> Result<(), Error> {
    let delete = Entity::delete_many()
        .filter(Column::TenantId.eq(SYSTEM_TENANT))
        .filter(Column::Key.is_in(keys));
    delete.exec(uow.writes().await?).await?;
    Ok(())
}

/// When the person signed in there last, if ever.
pub async fn seen_at(conn: &Conn, place: &str) -> Result<Option<Instant>, Error> {
    let row = place::Entity::find_by_id((SYSTEM_TENANT, place.to_owned()))
        .one(conn)
        .await?;
    Ok(row.map(|row| row.seen_at))
}

pub async fn see(uow: &mut Uow, place: &str, now: Instant) -> Result<(), Error> {
    let row = place::ActiveModel {
        tenant_id: ActiveValue::Set(SYSTEM_TENANT),
        key: ActiveValue::Set(place.to_owned()),
        seen_at: ActiveValue::Set(now),
    };
    place::Entity::insert(row)
        .on_conflict(dialect::upsert(
            &[place::Column::TenantId, place::Column::Key],
            &[place::Column::SeenAt],
        ))
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

mod place {
    use super::{Instant, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_places")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub seen_at: Instant,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
