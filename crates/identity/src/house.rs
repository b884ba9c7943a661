//! Secrets of the server itself, shared by all servers over one database: the one that seals cursors, for example.

use countersign_kernel::id::{Entropy, TenantId};
use countersign_storage::{Conn, Db, Uow, Work};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::error::Error;
use crate::secret::{hex, unhex};
use crate::tenants::HOUSE;

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
    let known = find(&*db.read(HOUSE).await?, name).await?;
    if let Some(bytes) = known {
        return Ok(bytes);
    }
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    db.write(
        HOUSE,
        Keep {
            name: name.to_owned(),
            bytes,
        },
    )
    .await
}

async fn find(conn: &Conn, name: &str) -> Result<Option<[u8; 32]>, Error> {
    let row = Entity::find_by_id((HOUSE, name.to_owned()))
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
}

impl Work for Keep {
    /// What stands there now: another server may have been first.
    type Out = [u8; 32];
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<[u8; 32], Error> {
        let row = ActiveModel {
            tenant_id: ActiveValue::Set(HOUSE),
            name: ActiveValue::Set(self.name.clone()),
            bytes: ActiveValue::Set(hex(&self.bytes)),
        };
        let first = OnConflict::columns([Column::TenantId, Column::Name])
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row).on_conflict(first);
        insert
            .exec_without_returning(uow.writes().await?)
            .await
            .map_err(countersign_storage::Error::from)?;
        find(uow.reads(), &self.name)
            .await?
            .ok_or(Error::Broken("a secret of the server was not kept"))
    }
}
