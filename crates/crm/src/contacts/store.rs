//! How contacts are kept.

use countersign_kernel::id::{AccountId, TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use sea_orm::entity::prelude::*;

use super::Contact;
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
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
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub email_sort: Option<Vec<u8>>,
    pub phone: Option<String>,
    pub account: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Contact {
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
            email: row.email,
            phone: row.phone,
            account: row.account,
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
            email: self.email.clone(),
            email_key: self.email.as_deref().map(text::index_key),
            email_sort: self.email.as_deref().map(text::sort_key),
            phone: self.phone.clone(),
            account: self.account,
        }
    }
}
