//! How pipelines are kept: stages in their pipeline's row, as JSON.

use countersign_kernel::id::TenantId;
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, TryInsertResult};

use super::{Pipeline, Stage};
use crate::record::refusal::Refusal;
use crate::record::store::Table;
use crate::record::{Meta, Visibility};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pipelines")]
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
    pub is_default: bool,
    pub stages: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Table for Pipeline {
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
            is_default: row.is_default,
            stages: read_stages(&row.stages),
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
            is_default: self.is_default,
            stages: serde_json::json!(self.stages).to_string(),
        }
    }
}

/// What we wrote we can read; a row from elsewhere that we cannot shows no stages.
fn read_stages(text: &str) -> Vec<Stage> {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, "the stages of a pipeline cannot be read");
        Vec::new()
    })
}

/// All pipelines of a tenant, deleted ones too, oldest first. They are few.
pub async fn all(conn: &Conn, tenant: TenantId) -> Result<Vec<Pipeline>, Refusal> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Pipeline::from_row).collect())
}

/// Keeps a pipeline unless it is there already; whether it was kept.
pub async fn lay_once(conn: &Conn, pipeline: &Pipeline) -> Result<bool, Refusal> {
    let insert = Entity::insert(pipeline.row().into_active_model()).on_conflict_do_nothing();
    Ok(matches!(
        insert.exec_without_returning(conn).await?,
        TryInsertResult::Inserted(1)
    ))
}
