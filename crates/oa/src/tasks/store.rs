//! The inbox as it is kept: a row for each seat that was ever open.

use countersign_kernel::id::{RequestId, TaskId, TenantId, UserId};
use countersign_kernel::time::Instant;
use sea_orm::entity::prelude::*;

/// The row of a task.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub request_id: RequestId,
    pub kind: String,
    pub workflow: String,
    pub step: String,
    pub assignee: UserId,
    /// `open`, `done` or `cancelled`.
    pub status: String,
    pub decision: Option<String>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    pub due_at: Option<Instant>,
    /// Moves only with what the holder sees: form, files, holder, due, the decision itself.
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What stands nowhere else.
    pub(crate) fn own(&self) -> TaskRow {
        TaskRow {
            version: self.version,
            updated_at: self.updated_at,
        }
    }
}

use countersign_kernel::filter::{Filter, List, Op, Value};
use countersign_storage::filter::{self, Among, Rows, Within};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    Condition, ConnectionTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
    Statement,
};

use crate::requests::load::TaskRow;
use crate::requests::visible::Visible;

/// Keeps all these tasks in one statement: new ones as they are; known ones with what may change, one version on.
pub(crate) async fn upsert(uow: &mut Uow, rows: Vec<Model>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let moves = [
        Column::Assignee,
        Column::Status,
        Column::Decision,
        Column::DecidedBy,
        Column::DecidedAt,
        Column::DueAt,
        Column::UpdatedAt,
    ];
    let next = Expr::col((Entity, Column::Version)).add(1);
    let known = OnConflict::columns([Column::TenantId, Column::Id])
        .update_columns(moves)
        .value(Column::Version, next)
        .to_owned();
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// One task.
pub(crate) async fn find(conn: &Conn, tenant: TenantId, id: TaskId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// What is open of somebody, in order, from this task on.
pub(crate) async fn open_of(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    from: Option<TaskId>,
    limit: u64,
) -> Result<Vec<TaskId>, Error> {
    let open = open_tasks(tenant, user)
        .select_only()
        .column(Column::Id)
        .apply_if(from, |open, from| open.filter(Column::Id.gte(from)))
        .order_by_asc(Column::Id)
        .limit(limit);
    Ok(open.into_tuple().all(conn).await?)
}

/// How many tasks are open of somebody.
pub(crate) async fn count_open(conn: &Conn, tenant: TenantId, user: UserId) -> Result<u64, Error> {
    Ok(open_tasks(tenant, user).count(conn).await?)
}

/// What is open of somebody, in order, and of which request it is.
pub(crate) async fn open_in_requests(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    limit: u64,
) -> Result<Vec<(TaskId, RequestId)>, Error> {
    let open = open_tasks(tenant, user)
        .select_only()
        .column(Column::Id)
        .column(Column::RequestId)
        .order_by_asc(Column::Id)
        .limit(limit);
    Ok(open.into_tuple().all(conn).await?)
}

fn open_tasks(tenant: TenantId, user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Assignee.eq(user))
        .filter(Column::Status.eq("open"))
}

/// A page of tasks: a person's own, and those of requests that are visible to them.
pub(crate) async fn page(
    conn: &Conn,
    tenant: TenantId,
    visible: &Visible,
    user: UserId,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let mut select = Entity::find().filter(Column::TenantId.eq(tenant));
    let mut few = None;
    // What is their own they see; an inbox asks for nothing else.
    if matches!(visible, Visible::To { .. }) && !asks_for_own(&list.filter, user) {
        let seen = visible.of_request(tenant, Column::RequestId);
        select = select.filter(Condition::any().add(Column::Assignee.eq(user)).add(seen));
        few = visible.few(conn, tenant).await?;
    }
    let few = few.map(|ids| Among {
        column: "request_id",
        ids,
        index: "tasks_request".to_owned(),
    });
    filter::fetch_among(conn, select, &Within(tenant), list, few).await
}

/// Whether nothing but tasks of this person passes the filter.
fn asks_for_own(filter: &Filter, user: UserId) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().any(|part| asks_for_own(part, user)),
        Filter::Test(test) => {
            test.field.name == "assignee"
                && matches!(test.op, Op::Eq | Op::In)
                && test.values == [Value::Id(user.0)]
        }
        Filter::Any(_) | Filter::Not(_) => false,
    }
}

/// How much is open.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
struct Counted {
    open: i64,
    late: i64,
    soon: i64,
}

/// An inbox in numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub open: u64,
    pub late: u64,
    pub soon: u64,
}

/// Open tasks of a person; those due before `now`; those due from then until `soon`.
pub(crate) async fn counts(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    now: Instant,
    soon: Instant,
) -> Result<Counts, Error> {
    // Each is counted from the index `tasks_due` alone.
    let open = "SELECT COUNT(*) FROM tasks WHERE tenant_id = $1 AND assignee = $2 AND status = 'open'";
    let sql = format!(
        "SELECT ({open}) AS open, ({open} AND due_at < $3) AS late, \
         ({open} AND due_at >= $3 AND due_at < $4) AS soon"
    );
    let values = [
        tenant.0.into(),
        user.0.into(),
        now.utc().into(),
        soon.utc().into(),
    ];
    let row = conn
        .query_one_raw(Statement::from_sql_and_values(
            conn.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    let counted = row
        .map(|row| Counted::from_query_result(&row, ""))
        .transpose()?
        .unwrap_or_default();
    Ok(Counts {
        open: counted.open.unsigned_abs(),
        late: counted.late.unsigned_abs(),
        soon: counted.soon.unsigned_abs(),
    })
}
