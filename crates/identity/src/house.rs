//! Secrets of the server itself, shared by all servers over one database: the one that seals cursors, for example.

use countersign_kernel::id::{Entropy, TenantId};
use countersign_storage::{Conn, Db, Uow, Work};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::error::Error;
use crate::secret::{hex, unhex};
use crate::tenants::SYSTEM_TENANT;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secrets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub bytes: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The server's secret of this name; made at the first call.
pub async fn secret(db: &Db, entropy: &dyn Entropy, name: &str) -> Result<[u8; 32], Error> {
    if let Some(bytes) = known(db, name).await? {
        return Ok(bytes);
    }
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    keep_first(db, name, bytes).await
}

/// What is kept under this name.
pub async fn known(db: &Db, name: &str) -> Result<Option<[u8; 32]>, Error> {
    find(&*db.read(SYSTEM_TENANT).await?, name).await
}

/// Keeps this under a name, unless something is. What stands there now: another server may have been first.
pub async fn keep_first(db: &Db, name: &str, bytes: [u8; 32]) -> Result<[u8; 32], Error> {
    keep(db, name, bytes, OnConflict::do_nothing).await
}

/// Keeps this under a name, instead of what stands there.
pub async fn replace(db: &Db, name: &str, bytes: [u8; 32]) -> Result<[u8; 32], Error> {
    keep(db, name, bytes, |conflict| conflict.update_column(Column::Bytes)).await
}

async fn keep(
    db: &Db,
    name: &str,
    bytes: [u8; 32],
    conflict: fn(&mut OnConflict) -> &mut OnConflict,
) -> Result<[u8; 32], Error> {
    let name = name.to_owned();
    db.write(
        SYSTEM_TENANT,
        Keep {
            name,
            bytes,
            conflict,
        },
    )
    .await
}

async fn find(conn: &Conn, name: &str) -> Result<Option<[u8; 32]>, Error> {
    let row = Entity::find_by_id((SYSTEM_TENANT, name.to_owned()))
        .one(conn)
        .await
        .map_err(countersign_storage::Error::from)?;
    let read = |row: Model| unhex(&row.bytes).and_then(|bytes| bytes.try_into().ok());
    row.map(|row| read(row).ok_or(Error::Broken("a secret of the server is damaged")))
        .transpose()
}

struct Keep {
    name: String,
    bytes: [u8; 32],
    /// What is done where something stands already.
    conflict: fn(&mut OnConflict) -> &mut OnConflict,
}

impl Work for Keep {
    /// What stands there now.
    type Out = [u8; 32];
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<[u8; 32], Error> {
        let row = ActiveModel {
            tenant_id: ActiveValue::Set(SYSTEM_TENANT),
            name: ActiveValue::Set(self.name.clone()),
            bytes: ActiveValue::Set(hex(&self.bytes)),
        };
        let mut conflict = OnConflict::columns([Column::TenantId, Column::Name]);
        (self.conflict)(&mut conflict);
        let insert = Entity::insert(row).on_conflict(conflict);
        insert
            .exec_without_returning(uow.writes().await?)
            .await
            .map_err(countersign_storage::Error::from)?;
        find(uow.reads(), &self.name)
            .await?
            .ok_or(Error::Broken("a secret of the server was not kept"))
    }
}
