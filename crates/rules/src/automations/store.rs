//! Runs as they are kept: one for an automation and an event.

use countersign_kernel::filter::List;
use countersign_kernel::id::{EventId, RunId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{self, Rows};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

/// The row of a run.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RunId,
    pub automation: String,
    pub automation_version: i64,
    pub event_id: EventId,
    pub event_type: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub status: String,
    /// A text in both languages, as JSON.
    #[sea_orm(column_type = "Text")]
    pub why: String,
    /// What was done, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actions: String,
    pub depth: i64,
    pub created_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a run; an event that is handed out again brings no second one.
pub(crate) async fn keep(uow: &mut Uow, row: Model) -> Result<(), Error> {
    let known = OnConflict::columns([Column::TenantId, Column::Automation, Column::EventId])
        .do_nothing()
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// A page of an automation's runs.
pub(crate) async fn page(
    conn: &Conn,
    tenant: TenantId,
    automation: &str,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Automation.eq(automation));
    filter::fetch(conn, select, list).await
}
