//! Requests as they are kept: a row for each, which is a fold of its history.

use countersign_kernel::id::{RequestId, TenantId, UserId};
use countersign_kernel::time::Instant;
use sea_orm::entity::prelude::*;

/// The row of a request.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "requests")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestId,
    /// None while it is a draft.
    pub number: Option<String>,
    pub workflow: String,
    pub workflow_version: i64,
    pub requester: UserId,
    pub status: String,
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    #[sea_orm(column_type = "Text")]
    pub summary_key: String,
    pub round: i64,
    /// The engine's folded state as JSON; `state_format` says how it is written.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub state_format: i64,
    /// Unique while the request is live: what an automation asked to have once.
    pub start_key: Option<String>,
    /// Unique for ever: the event and the place in the automation that started it.
    pub started_by: Option<String>,
    pub submitted_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

use countersign_kernel::filter::List;
use countersign_kernel::text;
use countersign_storage::filter::{self, Among, Rows, Within};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QuerySelect, Statement};

use super::visible::Visible;

/// A new request's row.
pub(crate) async fn insert(uow: &mut Uow, mut row: Model) -> Result<(), Error> {
    row.summary_key = text::key(&row.summary);
    Entity::insert(row.into_active_model_all())
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

impl Model {
    fn into_active_model_all(self) -> ActiveModel {
        use sea_orm::IntoActiveModel;
        self.into_active_model().reset_all()
    }
}

/// Keeps a changed row, if nobody changed it since `before`.
pub(crate) async fn update(uow: &mut Uow, row: Model, before: i64) -> Result<(), Error> {
    let tenant = uow.tenant();
    let changed = ActiveModel {
        number: Set(row.number),
        workflow_version: Set(row.workflow_version),
        status: Set(row.status),
        summary_key: Set(text::key(&row.summary)),
        summary: Set(row.summary),
        round: Set(row.round),
        state: Set(row.state),
        state_format: Set(row.state_format),
        start_key: Set(row.start_key),
        submitted_at: Set(row.submitted_at),
        decided_at: Set(row.decided_at),
        version: Set(row.version),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    let done = Entity::update_many()
        .set(changed)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(before))
        .exec(uow.writes().await?)
        .await?;
    Error::check_written(done.rows_affected)
}

/// Takes a draft away, if nobody changed it since `before`.
pub(crate) async fn delete(uow: &mut Uow, id: RequestId, before: i64) -> Result<(), Error> {
    let tenant = uow.tenant();
    let done = Entity::delete_many()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(before))
        .exec(uow.writes().await?)
        .await?;
    Error::check_written(done.rows_affected)
}

/// The request of this number.
pub(crate) async fn of_number(
    conn: &Conn,
    tenant: TenantId,
    number: &str,
) -> Result<Option<RequestId>, Error> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Number.eq(number))
        .one(conn)
        .await?;
    Ok(found.map(|row| row.id))
}

/// The next number of a series, counted in one row.
pub(crate) async fn next_in(uow: &mut Uow, series: &str) -> Result<u64, Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let sql = "INSERT INTO counters (tenant_id, series, value) VALUES ($1, $2, 1) \
               ON CONFLICT (tenant_id, series) DO UPDATE SET value = counters.value + 1 RETURNING value";
    let statement =
        Statement::from_sql_and_values(conn.get_database_backend(), sql, [tenant.0.into(), series.into()]);
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| Error::broken("a counter gave no number"))?;
    let value: i64 = row.try_get("", "value")?;
    Ok(value.unsigned_abs())
}

/// People who may read a request besides those whom its state names.
pub(crate) mod reader {
    use countersign_kernel::id::{RequestId, TenantId, UserId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request_readers")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: RequestId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Lets these people find and read a request from now on.
pub(crate) async fn add_readers(
    uow: &mut Uow,
    request: RequestId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<(), Error> {
    let tenant = uow.tenant();
    let rows: Vec<reader::ActiveModel> = users
        .into_iter()
        .map(|user| reader::ActiveModel {
            tenant_id: Set(tenant),
            request_id: Set(request),
            user_id: Set(user),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let known = OnConflict::columns([
        reader::Column::TenantId,
        reader::Column::RequestId,
        reader::Column::UserId,
    ])
    .do_nothing()
    .to_owned();
    reader::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The request that this call started before, or the live one with this key.
pub(crate) async fn started(
    conn: &Conn,
    tenant: TenantId,
    by: &str,
    key: Option<&str>,
) -> Result<Option<RequestId>, Error> {
    use sea_orm::QueryOrder;
    let mut same = Condition::any().add(Column::StartedBy.eq(by));
    if let Some(key) = key {
        same = same.add(Column::StartKey.eq(key));
    }
    let found = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(same)
        .order_by_asc(Column::CreatedAt)
        .one(conn)
        .await?;
    Ok(found.map(|row| row.id))
}

/// How many requests this person has saved and not submitted.
pub(crate) async fn count_drafts(conn: &Conn, tenant: TenantId, requester: UserId) -> Result<u64, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Requester.eq(requester))
        // As the condition of the index `requests_drafts` says it, so that both databases count from that.
        .filter(Expr::cust("status = 'draft'"))
        .count(conn)
        .await?)
}

/// A page of requests, one row more than asked for if there is a next page.
pub(crate) async fn page(
    conn: &Conn,
    tenant: TenantId,
    visible: &Visible,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(visible.condition(tenant));
    let few = visible.few(conn, tenant).await?;
    let few = few.map(|ids| Among::by_id("requests", ids));
    filter::fetch_among(conn, select, &Within(tenant), list, few).await
}

/// Those of these requests that are visible.
pub(crate) async fn some(
    conn: &Conn,
    tenant: TenantId,
    visible: &Visible,
    ids: &[Uuid],
) -> Result<Vec<Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    Ok(select.filter(visible.condition(tenant)).all(conn).await?)
}

/// The ids of those of these requests that are visible.
pub(crate) async fn some_ids(
    conn: &Conn,
    tenant: TenantId,
    visible: &Visible,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, Error> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    Ok(select
        .filter(visible.condition(tenant))
        .into_tuple()
        .all(conn)
        .await?)
}
