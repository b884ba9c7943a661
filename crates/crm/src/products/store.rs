//! How products are kept.

use countersign_kernel::id::TenantId;
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;

use super::Product;
use crate::pricing::Number;
use crate::record::ground::Wanted;
use crate::record::refusal::Refusal;
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
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
    pub code: Option<String>,
    pub code_key: Option<String>,
    pub code_sort: Option<Vec<u8>>,
    pub description: Option<String>,
    pub unit: Option<String>,
    pub active: bool,
    /// Ten-thousandths of a percent.
    pub tax_rate: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Product {
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
            code: row.code,
            description: row.description,
            unit: row.unit,
            active: row.active,
            tax_rate: row.tax_rate.map(Number::of_ten_thousandths),
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
            code: self.code.clone(),
            code_key: self.code.as_deref().map(text::index_key),
            code_sort: self.code.as_deref().map(text::sort_key),
            description: self.description.clone(),
            unit: self.unit.clone(),
            active: self.active,
            tax_rate: self.tax_rate.map(Number::ten_thousandths),
        }
    }

    async fn rivals<'a>(conn: &'a Conn, tenant: TenantId, wanted: &'a Wanted) -> Result<Vec<Self>, Refusal> {
        if wanted.codes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::DeletedAt.is_null())
            .filter(Column::CodeKey.is_in(wanted.codes.iter().cloned()));
        Ok(rows.all(conn).await?.into_iter().map(Self::from_row).collect())
    }
}
