//! Runs as they are kept: one for an automation and an event.

use countersign_kernel::filter::List;
use countersign_kernel::id::{EventId, RunId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{self, Rows};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel, QuerySelect};

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
    /// When it was started again, the last time.
    #[sea_orm(nullable)]
    pub retried_at: Option<Instant>,
    pub version: i64,
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

/// A run, held until the unit of work ends.
pub(crate) async fn held(uow: &Uow, run: RunId) -> Result<Option<Model>, Error> {
    let mut wanted = Entity::find_by_id((uow.tenant(), run));
    dialect::for_update(uow.reads(), QuerySelect::query(&mut wanted));
    Ok(wanted.one(uow.reads()).await?)
}

/// A run.
pub(crate) async fn find(conn: &Conn, tenant: TenantId, run: RunId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, run)).one(conn).await?)
}

/// Keeps what became of a run that was started again; its row is held.
pub(crate) async fn change(uow: &mut Uow, row: Model) -> Result<(), Error> {
    let (tenant, id, before) = (row.tenant_id, row.id, row.version - 1);
    let changed = Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(before))
        .exec(uow.writes().await?)
        .await?;
    Error::check_written(changed.rows_affected)
}

/// The records that these runs are about.
pub(crate) async fn subjects(
    conn: &Conn,
    tenant: TenantId,
    runs: &[Uuid],
) -> Result<Vec<(Uuid, String, Uuid)>, Error> {
    let wanted = Entity::find()
        .select_only()
        .columns([Column::Id, Column::SubjectKind, Column::SubjectId])
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(runs.iter().copied()));
    Ok(wanted.into_tuple().all(conn).await?)
}
