//! How imports and what became of their rows are kept.

use std::collections::{BTreeSet, HashSet};

use countersign_kernel::actor::{Caller, Scopes};
use countersign_kernel::filter::List;
use countersign_kernel::id::{ApiKeyId, EventId, FileId, ImportId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{self, Rows};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, Select};

use super::words::{ImportKind, ImportStatus, RowOutcome};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub created_by: UserId,
    /// Whoever asked for what is done now, and what their session or key could touch: separated by blanks, none is all.
    pub acts_for: UserId,
    pub scopes: Option<String>,
    pub api_key: Option<ApiKeyId>,
    pub file: FileId,
    pub kind: ImportKind,
    pub status: ImportStatus,
    pub validate_only: bool,
    /// [`super::plan::Plan`], as JSON.
    pub plan: String,
    /// The entry that asked for what is done now, and its trace.
    pub cause: EventId,
    pub trace: Option<String>,
    pub rows: i64,
    pub done: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub accounts_created: i64,
    pub deleted: i64,
    /// Left when it was undone.
    pub kept: i64,
    pub stopped: Option<String>,
    pub ended_at: Option<Instant>,
    /// In the database's time, while there is something to do.
    pub due_at: Option<Instant>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What became of rows.
pub mod rows {
    use countersign_kernel::id::{ImportId, TenantId};
    use sea_orm::entity::prelude::*;

    use crate::imports::words::RowOutcome;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_rows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub import: ImportId,
        /// Counted from nought.
        #[sea_orm(primary_key, auto_increment = false)]
        pub row_number: i64,
        /// The record's.
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub line: i64,
        pub outcome: RowOutcome,
        pub record: Option<Uuid>,
        /// The record's, after this.
        pub version: Option<i64>,
        /// Why it was refused or left, as JSON.
        pub faults: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Scopes as they are kept.
pub fn written(scopes: &Scopes) -> Option<String> {
    match scopes {
        Scopes::All => None,
        Scopes::Some(held) => Some(held.iter().cloned().collect::<Vec<_>>().join(" ")),
    }
}

impl Model {
    pub fn scopes(&self) -> Scopes {
        match &self.scopes {
            None => Scopes::All,
            Some(held) => Scopes::Some(
                held.split_whitespace()
                    .map(str::to_owned)
                    .collect::<BTreeSet<_>>(),
            ),
        }
    }
}

/// The imports that a caller sees: their own, or all of an admin's company.
pub fn seen(caller: &Caller) -> Select<Entity> {
    let all = Entity::find().filter(Column::TenantId.eq(caller.tenant));
    if caller.is_admin() {
        all
    } else {
        all.filter(Column::CreatedBy.eq(caller.user))
    }
}

pub async fn one(conn: &Conn, caller: &Caller, id: ImportId) -> Result<Option<Model>, Error> {
    Ok(seen(caller).filter(Column::Id.eq(id)).one(conn).await?)
}

pub async fn own_among(conn: &Conn, caller: &Caller, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let query = seen(caller).filter(Column::Id.is_in(ids.iter().copied()));
    let own: Vec<Uuid> = query
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(own.into_iter().collect())
}

/// An import, held until the unit of work ends.
pub async fn held(uow: &Uow, id: ImportId) -> Result<Option<Model>, Error> {
    let mut query = Entity::find_by_id((uow.tenant(), id));
    dialect::for_update(uow.reads(), QuerySelect::query(&mut query));
    Ok(query.one(uow.reads()).await?)
}

/// One to be looked at by the server itself.
pub async fn find(conn: &Conn, tenant: TenantId, id: ImportId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// How many of somebody's are under way.
pub async fn running(conn: &Conn, tenant: TenantId, user: UserId) -> Result<u64, Error> {
    let under_way = [ImportStatus::Running, ImportStatus::Undoing];
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::CreatedBy.eq(user))
        .filter(Column::Status.is_in(under_way));
    Ok(query.count(conn).await?)
}

pub async fn insert(conn: &Conn, import: &Model) -> Result<(), Error> {
    Entity::insert(import.clone().into_active_model())
        .exec_without_returning(conn)
        .await?;
    set_due(conn, import).await
}

/// Keeps an import as it is now, but for its lease. It is held, so that nobody has changed it.
pub async fn update(conn: &Conn, import: &Model) -> Result<(), Error> {
    let mut row = import.clone().into_active_model().reset_all();
    for column in [Column::LeaseOwner, Column::LeaseUntil, Column::DueAt] {
        row.not_set(column);
    }
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::TenantId.eq(import.tenant_id))
        .filter(Column::Id.eq(import.id))
        .exec(conn)
        .await?;
    Error::check_written(updated.rows_affected)
}

/// Has the workers look for it, or no more.
pub async fn set_due(conn: &Conn, import: &Model) -> Result<(), Error> {
    let under_way = matches!(import.status, ImportStatus::Running | ImportStatus::Undoing);
    let due = if under_way {
        dialect::now(conn)
    } else {
        Expr::value(None::<DateTimeUtc>)
    };
    Entity::update_many()
        .col_expr(Column::DueAt, due)
        .col_expr(Column::LeaseOwner, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTimeUtc>))
        .filter(Column::TenantId.eq(import.tenant_id))
        .filter(Column::Id.eq(import.id))
        .exec(conn)
        .await?;
    Ok(())
}

pub async fn insert_rows(conn: &Conn, new: Vec<rows::Model>) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    rows::Entity::insert_many(new.into_iter().map(IntoActiveModel::into_active_model))
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Of these records, those that rows of an import are noted to have made.
pub async fn noted(conn: &Conn, import: &Model, records: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let query = of(import).filter(rows::Column::Record.is_in(records.iter().copied()));
    let noted: Vec<Option<Uuid>> = query
        .select_only()
        .column(rows::Column::Record)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(noted.into_iter().flatten().collect())
}

fn of(import: &Model) -> Select<rows::Entity> {
    rows::Entity::find()
        .filter(rows::Column::TenantId.eq(import.tenant_id))
        .filter(rows::Column::Import.eq(import.id))
}

/// What became of rows, in order, beginning behind a place.
pub async fn page(
    conn: &Conn,
    import: &Model,
    outcome: Option<RowOutcome>,
    after: Option<(i64, String)>,
    limit: u64,
) -> Result<Vec<rows::Model>, Error> {
    let mut query = of(import);
    if let Some(outcome) = outcome {
        query = query.filter(rows::Column::Outcome.eq(outcome));
    }
    if let Some((row, kind)) = after {
        let later = rows::Column::RowNumber.gt(row);
        let same = rows::Column::RowNumber.eq(row).and(rows::Column::Kind.gt(kind));
        query = query.filter(later.or(same));
    }
    Ok(query
        .order_by_asc(rows::Column::RowNumber)
        .order_by_asc(rows::Column::Kind)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Some of the rows that made records of a kind, which are there still as far as this import knows.
pub async fn made(conn: &Conn, import: &Model, kind: &str, limit: u64) -> Result<Vec<rows::Model>, Error> {
    let query = of(import)
        .filter(rows::Column::Kind.eq(kind))
        .filter(rows::Column::Outcome.eq(RowOutcome::Created));
    Ok(query
        .order_by_asc(rows::Column::RowNumber)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Says that what these rows made was deleted.
pub async fn mark_deleted(conn: &Conn, import: &Model, kind: &str, numbers: &[i64]) -> Result<(), Error> {
    if numbers.is_empty() {
        return Ok(());
    }
    rows::Entity::update_many()
        .col_expr(rows::Column::Outcome, Expr::value("deleted"))
        .filter(rows::Column::TenantId.eq(import.tenant_id))
        .filter(rows::Column::Import.eq(import.id))
        .filter(rows::Column::Kind.eq(kind))
        .filter(rows::Column::RowNumber.is_in(numbers.iter().copied()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Says that what a row made was left, and why.
pub async fn mark_left(conn: &Conn, row: &rows::Model, faults: String) -> Result<(), Error> {
    rows::Entity::update_many()
        .col_expr(rows::Column::Outcome, Expr::value("left"))
        .col_expr(rows::Column::Faults, Expr::value(faults))
        .filter(rows::Column::TenantId.eq(row.tenant_id))
        .filter(rows::Column::Import.eq(row.import))
        .filter(rows::Column::Kind.eq(row.kind.as_str()))
        .filter(rows::Column::RowNumber.eq(row.row_number))
        .exec(conn)
        .await?;
    Ok(())
}

/// A page of the imports that a caller sees.
pub async fn page_of(conn: &Conn, caller: &Caller, list: &List) -> Result<Rows<Model>, Error> {
    filter::fetch(conn, seen(caller), list).await
}
