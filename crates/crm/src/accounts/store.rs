//! How accounts are kept.

use countersign_kernel::id::{TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;
use serde_json::Value;

use super::{Account, listed};
use crate::record::refusal::Refusal;
use crate::record::store::Table;
use crate::record::viewer::Viewer;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deleted_at: Option<Instant>,
    pub name: String,
    pub name_key: String,
    pub name_sort: Vec<u8>,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub domain: Option<String>,
    pub country: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Account {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
        Self {
            meta: Meta {
                tenant: row.tenant_id,
                id: row.id,
                owner: row.owner,
                visibility: row.visibility,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
                deleted_at: row.deleted_at,
            },
            name: row.name,
            domain: row.domain,
            country: row.country,
        }
    }

    fn row(&self) -> Model {
        Model {
            tenant_id: self.meta.tenant,
            id: self.meta.id,
            version: self.meta.version,
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            deleted_at: self.meta.deleted_at,
            name: self.name.clone(),
            name_key: text::index_key(&self.name),
            name_sort: text::sort_key(&self.name),
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            domain: self.domain.clone(),
            country: self.country.clone(),
        }
    }

    const TELLS_OF_OTHERS: bool = true;

    async fn cut<'a>(conn: &'a Conn, viewer: &'a Viewer, bodies: Vec<&'a mut Value>) -> Result<(), Refusal> {
        listed::cut(conn, viewer, bodies).await
    }
}
