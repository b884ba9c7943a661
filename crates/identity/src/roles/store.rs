//! The rows of roles, and who holds them.

use std::collections::{BTreeSet, HashMap};

use countersign_kernel::filter::List;
use countersign_kernel::id::{RoleId, TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveValue, ConnectionTrait, QuerySelect};

use super::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleId,
    pub name: String,
    pub about: Option<String>,
    pub about_key: Option<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Role {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            about: row.about,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Every role's name.
pub async fn names(conn: &Conn, tenant: TenantId) -> Result<BTreeSet<String>, Error> {
    let query = Entity::find()
        .select_only()
        .column(Column::Name)
        .filter(Column::TenantId.eq(tenant));
    Ok(query
        .into_tuple::<String>()
        .all(conn)
        .await?
        .into_iter()
        .collect())
}

/// Every person's roles.
pub async fn holdings(conn: &Conn, tenant: TenantId) -> Result<HashMap<UserId, BTreeSet<String>>, Error> {
    read_holdings(conn, &held(tenant)).await
}

/// The roles of these people.
pub async fn held_by(
    conn: &Conn,
    tenant: TenantId,
    users: &[UserId],
) -> Result<HashMap<UserId, BTreeSet<String>>, Error> {
    use sea_orm::sea_query::ExprTrait;
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let column = Expr::col((holder::Entity, holder::Column::UserId));
    let query = held(tenant)
        .and_where(column.is_in(users.iter().map(|user| user.0)))
        .to_owned();
    read_holdings(conn, &query).await
}

/// `user_id`, `name`: who holds what.
fn held(tenant: TenantId) -> SelectStatement {
    use sea_orm::sea_query::ExprTrait;
    Query::select()
        .expr_as(Expr::col((holder::Entity, holder::Column::UserId)), "user_id")
        .expr_as(Expr::col((Entity, Column::Name)), "name")
        .from(holder::Entity)
        .inner_join(
            Entity,
            Expr::col((Entity, Column::TenantId))
                .equals((holder::Entity, holder::Column::TenantId))
                .and(Expr::col((Entity, Column::Id)).equals((holder::Entity, holder::Column::RoleId))),
        )
        .and_where(Expr::col((holder::Entity, holder::Column::TenantId)).eq(tenant.0))
        .to_owned()
}

async fn read_holdings(
    conn: &Conn,
    query: &SelectStatement,
) -> Result<HashMap<UserId, BTreeSet<String>>, Error> {
    let mut held: HashMap<UserId, BTreeSet<String>> = HashMap::new();
    for row in conn.query_all(query).await? {
        let (user, name) = (UserId(row.try_get("", "user_id")?), row.try_get("", "name")?);
        held.entry(user).or_default().insert(name);
    }
    Ok(held)
}

pub async fn find(conn: &Conn, tenant: TenantId, id: RoleId) -> Result<Option<Role>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?.map(Role::from))
}

pub async fn by_ids(conn: &Conn, tenant: TenantId, ids: &[RoleId]) -> Result<Vec<Role>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(conn).await?.into_iter().map(Role::from).collect())
}

/// A page of them.
pub async fn page(conn: &Conn, tenant: TenantId, list: &List) -> Result<Rows<Role>, Error> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant));
    Ok(fetch(conn, query, list).await?.map(Role::from))
}

pub async fn insert(uow: &mut Uow, role: &Role) -> Result<(), Error> {
    let row = ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        id: ActiveValue::Set(role.id),
        name: ActiveValue::Set(role.name.clone()),
        about: ActiveValue::Set(role.about.clone()),
        about_key: ActiveValue::Set(role.about.as_deref().map(text::key)),
        version: ActiveValue::Set(role.version),
        created_at: ActiveValue::Set(role.created_at),
        updated_at: ActiveValue::Set(role.updated_at),
    };
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Keeps the changed words; the row must still have the version before.
pub async fn update(uow: &mut Uow, role: &Role) -> Result<(), Error> {
    let update = Entity::update_many()
        .col_expr(Column::About, Expr::val(role.about.clone()))
        .col_expr(Column::AboutKey, Expr::val(role.about.as_deref().map(text::key)))
        .col_expr(Column::Version, Expr::val(role.version))
        .col_expr(Column::UpdatedAt, Expr::val(role.updated_at.utc()))
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(role.id))
        .filter(Column::Version.eq(role.version - 1));
    let done = update.exec(uow.writes().await?).await?;
    Error::check_written(done.rows_affected)
}

pub async fn delete(uow: &mut Uow, id: RoleId) -> Result<(), Error> {
    let delete = Entity::delete_many()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(id));
    delete.exec(uow.writes().await?).await?;
    Ok(())
}

/// Makes a person hold exactly these roles.
pub async fn assign(uow: &mut Uow, user: UserId, names: &[String]) -> Result<(), Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let delete = holder::Entity::delete_many()
        .filter(holder::Column::TenantId.eq(tenant))
        .filter(holder::Column::UserId.eq(user));
    delete.exec(conn).await?;
    if names.is_empty() {
        return Ok(());
    }
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Name.is_in(names.iter().map(String::as_str)));
    let rows = ids
        .into_tuple::<RoleId>()
        .all(conn)
        .await?
        .into_iter()
        .map(|role| holder::ActiveModel {
            tenant_id: ActiveValue::Set(tenant),
            user_id: ActiveValue::Set(user),
            role_id: ActiveValue::Set(role),
        });
    holder::Entity::insert_many(rows)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

mod holder {
    use super::{RoleId, TenantId, UserId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "role_holders")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: RoleId,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
