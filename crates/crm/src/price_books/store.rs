//! How price books are kept.

use countersign_kernel::id::TenantId;
use countersign_kernel::money::Currency;
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;

use super::PriceBook;
use crate::record::refusal::Refusal;
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_books")]
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
    pub currency: String,
    pub active: bool,
    pub standard: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for PriceBook {
    type Entity = Entity;
    type Row = Model;
    type Active = ActiveModel;

    fn from_row(row: Model) -> Self {
        Self {
            meta: Meta {
                tenant: row.tenant_id,
                id: row.id,
                owner: None,
                visibility: Visibility::Tenant,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
                deleted_at: row.deleted_at,
            },
            name: row.name,
            currency: read_currency(&row.currency),
            active: row.active,
            standard: row.standard,
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
            currency: self.currency.code().to_owned(),
            active: self.active,
            standard: self.standard,
        }
    }
}

/// What we wrote we can read. A currency that is no more is said in the log; its prices bear their own.
fn read_currency(code: &str) -> Currency {
    code.parse().unwrap_or_else(|error| {
        tracing::error!(%error, "the currency of a price book cannot be read");
        Currency::EUR
    })
}

/// The standard price books, one for each currency; they stay so while the unit of work holds their rule.
pub async fn standard(conn: &Conn, tenant: TenantId) -> Result<Vec<PriceBook>, Refusal> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Standard.eq(true))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(PriceBook::from_row).collect())
}
