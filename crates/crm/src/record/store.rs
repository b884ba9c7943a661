//! How records of any kind are kept and found.

use countersign_kernel::filter::{List, Relation};
use countersign_kernel::id::{AccountId, TenantId};
use countersign_storage::filter::{self, Related, Rows};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::sea_query::{Alias, Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, Condition, EntityName, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel,
    Iterable, ModelTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::Value;
use uuid::Uuid;

use super::Record;
use super::change::By;
use super::ground::Wanted;
use super::refusal::Refusal;
use super::viewer::Viewer;
use crate::accounts::Account;

/// Values that one statement binds at most; both databases take more.
const MOST_BOUND: usize = 30_000;

/// A kind of record with its table.
pub trait Table: Record {
    type Entity: EntityTrait<Model = Self::Row, ActiveModel = Self::Active>;
    type Row: ModelTrait<Entity = Self::Entity>
        + FromQueryResult
        + IntoActiveModel<Self::Active>
        + Send
        + Sync;
    type Active: ActiveModelTrait<Entity = Self::Entity> + Send + Sync;

    fn from_row(row: Self::Row) -> Self;
    fn row(&self) -> Self::Row;

    /// Others of the kind, deleted ones not, that a change with these wants could clash with. Whoever changes them holds
    /// the kind's rule alone.
    fn rivals<'a>(
        conn: &'a Conn,
        tenant: TenantId,
        wanted: &'a Wanted,
    ) -> impl Future<Output = Result<Vec<Self>, Refusal>> + Send + 'a {
        let _ = (conn, tenant, wanted);
        std::future::ready(Ok(Vec::new()))
    }

    /// Keeps what follows for records of other kinds, in the same unit of work. Each is given as it was and as it is.
    fn after_update<'a>(
        uow: &'a mut Uow,
        by: &'a By,
        moves: &'a [(Self, Self)],
    ) -> impl Future<Output = Result<(), Refusal>> + Send + 'a {
        let _ = (uow, by, moves);
        std::future::ready(Ok(()))
    }

    /// Whether what is told of records of this kind tells of others: there is something to [`cut`](Self::cut).
    const TELLS_OF_OTHERS: bool = false;

    /// Takes out of what was told of records of this kind what the viewer may not see of others.
    fn cut<'a>(
        conn: &'a Conn,
        viewer: &'a Viewer,
        bodies: Vec<&'a mut Value>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send + 'a {
        let _ = (conn, viewer, bodies);
        std::future::ready(Ok(()))
    }
}

/// A column of a kind's table, with the table's name.
pub fn column<R: Table>(name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(R::Entity::default().table_name()), Alias::new(name)))
}

/// What this viewer sees of a kind, deleted or not.
pub fn seen<R: Table>(viewer: &Viewer) -> Condition {
    let tenant = Condition::all().add(column::<R>("tenant_id").eq(viewer.tenant));
    if !R::KIND.owned || viewer.everything {
        return tenant;
    }
    let line = viewer.line.iter().copied();
    tenant.add(
        Condition::any()
            .add(column::<R>("visibility").eq("tenant"))
            .add(column::<R>("owner").is_in(line)),
    )
}

/// What this viewer sees of a kind and is not deleted.
pub fn live<R: Table>(viewer: &Viewer) -> Condition {
    seen::<R>(viewer).add(column::<R>("deleted_at").is_null())
}

/// Filters look through a relation at what the viewer would find in the other kind's list.
impl Related for Viewer {
    fn visible(&self, relation: &Relation) -> Option<Condition> {
        (relation.kind == Account::KIND.object).then(|| live::<Account>(self))
    }

    fn tenant(&self) -> Option<TenantId> {
        Some(self.tenant)
    }
}

/// Records to be changed, deleted or not; on PostgreSQL nobody else changes them meanwhile.
pub async fn to_change<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<R>, Refusal> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = R::Entity::find()
        .filter(seen::<R>(viewer))
        .filter(column::<R>("id").is_in(ids.iter().copied()));
    // In the order of their ids, so that two who change several do not wait for each other.
    let query = query.order_by(column::<R>("id"), Order::Asc);
    let rows = query.lock_exclusive().all(conn).await?;
    Ok(rows.into_iter().map(R::from_row).collect())
}

/// Records to be shown.
pub async fn to_show<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<R>, Refusal> {
    let query = R::Entity::find()
        .filter(live::<R>(viewer))
        .filter(column::<R>("id").is_in(ids.iter().copied()));
    Ok(query.all(conn).await?.into_iter().map(R::from_row).collect())
}

/// Of these records, those that the viewer sees, deleted or not.
pub async fn seen_among<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<Uuid>, Refusal> {
    let query = R::Entity::find()
        .select_only()
        .expr(column::<R>("id"))
        .filter(seen::<R>(viewer));
    Ok(query
        .filter(column::<R>("id").is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?)
}

/// Of these records, those that the viewer sees and that are not deleted. They stay so until the unit of work ends:
/// something is made that names them.
pub async fn held_among<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<Uuid>, Refusal> {
    let query = held::<R>(conn, viewer, ids, &["id"]);
    Ok(query.into_tuple().all(conn).await?)
}

/// [`held_among`], each with its account.
pub async fn held_of_accounts<R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Option<AccountId>)>, Refusal> {
    let query = held::<R>(conn, viewer, ids, &["id", "account"]);
    Ok(query.into_tuple().all(conn).await?)
}

/// [`held_among`], whole.
pub async fn held_whole<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid]) -> Result<Vec<R>, Refusal> {
    let mut query = R::Entity::find()
        .filter(live::<R>(viewer))
        .filter(column::<R>("id").is_in(ids.iter().copied()))
        .order_by(column::<R>("id"), Order::Asc);
    dialect::for_share(conn, QuerySelect::query(&mut query));
    Ok(query.all(conn).await?.into_iter().map(R::from_row).collect())
}

fn held<R: Table>(conn: &Conn, viewer: &Viewer, ids: &[Uuid], columns: &[&'static str]) -> Select<R::Entity> {
    let mut query = R::Entity::find()
        .select_only()
        .filter(live::<R>(viewer))
        .filter(column::<R>("id").is_in(ids.iter().copied()))
        .order_by(column::<R>("id"), Order::Asc);
    for name in columns {
        query = query.expr(column::<R>(name));
    }
    dialect::for_share(conn, QuerySelect::query(&mut query));
    query
}

/// One record to be shown.
pub async fn one<R: Table>(conn: &Conn, viewer: &Viewer, id: Uuid) -> Result<R, Refusal> {
    to_show(conn, viewer, &[id])
        .await?
        .pop()
        .ok_or(Refusal::NotFound(R::KIND))
}

/// New records, many in one statement.
pub async fn insert<R: Table>(conn: &Conn, records: &[R]) -> Result<(), Refusal> {
    let columns = <R::Entity as EntityTrait>::Column::iter().count().max(1);
    for part in records.chunks((MOST_BOUND / columns).max(1)) {
        let rows = part.iter().map(|record| record.row().into_active_model());
        R::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// A record as it is now, unless it has moved on from the version that was read.
pub async fn update<R: Table>(
    conn: &Conn,
    tenant: TenantId,
    version: i64,
    record: &R,
) -> Result<(), Refusal> {
    let row = record.row().into_active_model().reset_all();
    let updated = R::Entity::update_many()
        .set(row)
        .filter(column::<R>("tenant_id").eq(tenant))
        .filter(column::<R>("id").eq(record.meta().id))
        .filter(column::<R>("version").eq(version))
        .exec(conn)
        .await?;
    if updated.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Conflict.into())
    }
}

/// A page of the records that the viewer sees.
pub async fn page<R: Table>(conn: &Conn, viewer: &Viewer, list: &List) -> Result<Rows<R>, Refusal> {
    let query = R::Entity::find().filter(live::<R>(viewer));
    let rows = filter::fetch_through(conn, query, viewer, list).await?;
    Ok(rows.map(R::from_row))
}
