//! Proposals as they are kept.

use countersign_kernel::filter::List;
use countersign_kernel::id::{ProposalId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{self, Rows};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QuerySelect};

use super::Status;

/// The row of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProposalId,
    pub kind: String,
    pub name: String,
    /// A text, as JSON.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The version that was in force when it was proposed; 0 where there was none.
    pub base_version: i64,
    /// None once it was withdrawn, or stands in the version that was published.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// What the checker warned of, by language, as JSON.
    #[sea_orm(column_type = "Text")]
    pub findings: String,
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    pub status: Status,
    #[sea_orm(nullable)]
    pub settled_by: Option<UserId>,
    #[sea_orm(nullable)]
    pub settled_at: Option<Instant>,
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
    #[sea_orm(nullable)]
    pub published_version: Option<i64>,
    pub updated_at: Instant,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How many are open.
pub(super) async fn count_open(conn: &Conn, tenant: TenantId) -> Result<u64, Error> {
    let open = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Status.eq(Status::Open));
    Ok(open.count(conn).await?)
}

/// Keeps a new one.
pub(super) async fn insert(uow: &mut Uow, row: Model) -> Result<(), Error> {
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// A page of them.
pub(super) async fn page(conn: &Conn, tenant: TenantId, list: &List) -> Result<Rows<Model>, Error> {
    let select = Entity::find().filter(Column::TenantId.eq(tenant));
    filter::fetch(conn, select, list).await
}

/// One of them.
pub(super) async fn find(conn: &Conn, tenant: TenantId, id: ProposalId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// One of them, held until the unit of work ends.
pub(super) async fn held(uow: &Uow, id: ProposalId) -> Result<Option<Model>, Error> {
    let mut wanted = Entity::find_by_id((uow.tenant(), id));
    dialect::for_update(uow.reads(), QuerySelect::query(&mut wanted));
    Ok(wanted.one(uow.reads()).await?)
}

/// Keeps what became of one; its row is held.
pub(super) async fn change(uow: &mut Uow, row: Model) -> Result<(), Error> {
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
