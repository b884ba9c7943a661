//! The rows of departments.

use countersign_kernel::filter::List;
use countersign_kernel::id::{DepartmentId, TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::ActiveValue;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::Department;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "departments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DepartmentId,
    pub name: String,
    pub name_key: String,
    pub name_sort: Vec<u8>,
    pub head_id: Option<UserId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Department {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            head: row.head_id,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn row(tenant: TenantId, department: &Department) -> ActiveModel {
    ActiveModel {
        tenant_id: ActiveValue::Set(tenant),
        id: ActiveValue::Set(department.id),
        name: ActiveValue::Set(department.name.clone()),
        name_key: ActiveValue::Set(text::index_key(&department.name)),
        name_sort: ActiveValue::Set(text::sort_key(&department.name)),
        head_id: ActiveValue::Set(department.head),
        version: ActiveValue::Set(department.version),
        created_at: ActiveValue::Set(department.created_at),
        updated_at: ActiveValue::Set(department.updated_at),
    }
}

pub async fn all(conn: &Conn, tenant: TenantId) -> Result<Vec<Department>, Error> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .order_by_asc(Column::NameSort)
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Department::from).collect())
}

pub async fn find(conn: &Conn, tenant: TenantId, id: DepartmentId) -> Result<Option<Department>, Error> {
    Ok(Entity::find_by_id((tenant, id))
        .one(conn)
        .await?
        .map(Department::from))
}

pub async fn by_ids(conn: &Conn, tenant: TenantId, ids: &[DepartmentId]) -> Result<Vec<Department>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(conn).await?.into_iter().map(Department::from).collect())
}

/// A page of them.
pub async fn page(conn: &Conn, tenant: TenantId, list: &List) -> Result<Rows<Department>, Error> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant));
    Ok(fetch(conn, query, list).await?.map(Department::from))
}

pub async fn insert(uow: &mut Uow, department: &Department) -> Result<(), Error> {
    let row = row(uow.tenant(), department);
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Keeps a changed department; the row must still have the version before.
pub async fn update(uow: &mut Uow, department: &Department) -> Result<(), Error> {
    let update = Entity::update_many()
        .set(row(uow.tenant(), department))
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(department.id))
        .filter(Column::Version.eq(department.version - 1));
    let done = update.exec(uow.writes().await?).await?;
    Error::check_written(done.rows_affected)
}

pub async fn delete(uow: &mut Uow, id: DepartmentId) -> Result<(), Error> {
    let delete = Entity::delete_many()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(id));
    delete.exec(uow.writes().await?).await?;
    Ok(())
}
