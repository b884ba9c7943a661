//! The table of what lists compare of forms.

use countersign_kernel::id::{RequestId, TenantId};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};

use crate::requests::store as requests;

/// What lists compare of one field of one request.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_values")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: RequestId,
    /// Of the field.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub workflow: String,
    /// 1 where the field is empty, else 0.
    pub empty: i16,
    /// In the order of the field's type; none where it is empty.
    pub value: Vec<u8>,
    /// Of an amount, for sums.
    pub minor: Option<i64>,
    pub currency: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps these, in the place of what is kept of the same fields.
pub(crate) async fn upsert(uow: &mut Uow, rows: Vec<Model>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let known = dialect::upsert(
        &[Column::TenantId, Column::RequestId, Column::Name],
        &[
            Column::Workflow,
            Column::Empty,
            Column::Value,
            Column::Minor,
            Column::Currency,
        ],
    );
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Submitted requests of a workflow behind this one, by id, held until the unit of work ends.
pub(crate) async fn requests_after(
    uow: &mut Uow,
    workflow: &str,
    after: Option<RequestId>,
    limit: u64,
) -> Result<Vec<requests::Model>, Error> {
    use requests::{Column as Of, Entity as Requests};
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let mut query = Requests::find()
        .filter(Of::TenantId.eq(tenant))
        .filter(Of::Workflow.eq(workflow))
        .filter(Of::Status.ne("draft"))
        .order_by_asc(Of::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(Of::Id.gt(after));
    }
    dialect::for_update(conn, QuerySelect::query(&mut query));
    Ok(query.all(conn).await?)
}

/// What is kept of these requests.
pub(crate) async fn of_requests(
    conn: &Conn,
    tenant: TenantId,
    requests: &[RequestId],
) -> Result<Vec<Model>, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::RequestId.is_in(requests.iter().copied()))
        .all(conn)
        .await?)
}
