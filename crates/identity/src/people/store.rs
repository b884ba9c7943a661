//! The rows of people, their passwords, and how sign-in finds them.

use std::collections::HashMap;

use countersign_kernel::filter::List;
use countersign_kernel::id::{DepartmentId, TenantId, UserId};
use countersign_kernel::text::{self, Locale};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder};

use super::{Profile, Status, User};
use crate::secret::email_hash;

/// Without the name of a tenant, sign-in looks into so many; whoever is in more of them names one.
const TENANTS_MAX: u64 = 8;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub name: String,
    pub name_key: String,
    pub name_sort: Vec<u8>,
    pub email: String,
    pub email_key: String,
    pub email_hash: String,
    pub status: String,
    pub manager_id: Option<UserId>,
    pub department_id: Option<DepartmentId>,
    pub title: Option<String>,
    pub title_key: Option<String>,
    pub grade: Option<String>,
    pub grade_key: Option<String>,
    pub country: Option<String>,
    pub cost_center: Option<String>,
    pub cost_center_key: Option<String>,
    pub limit_minor: Option<i64>,
    pub locale: Option<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Without the roles, which stand in a table of their own.
impl From<Model> for User {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            status: Status::read(&row.status).unwrap_or(Status::Disabled),
            profile: Profile {
                name: row.name,
                email: row.email,
                manager: row.manager_id,
                department: row.department_id,
                title: row.title,
                grade: row.grade,
                country: row.country,
                cost_center: row.cost_center,
                limit_minor: row.limit_minor,
                locale: row.locale.as_deref().and_then(crate::locale::read),
            },
            roles: Vec::new(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn row(tenant: TenantId, user: &User) -> ActiveModel {
    let profile = &user.profile;
    ActiveModel {
        tenant_id: ActiveValue::Set(tenant),
        id: ActiveValue::Set(user.id),
        name: ActiveValue::Set(profile.name.clone()),
        name_key: ActiveValue::Set(text::index_key(&profile.name)),
        name_sort: ActiveValue::Set(text::sort_key(&profile.name)),
        email: ActiveValue::Set(profile.email.clone()),
        email_key: ActiveValue::Set(text::key(&profile.email)),
        email_hash: ActiveValue::Set(email_hash(&profile.email)),
        status: ActiveValue::Set(user.status.word().to_owned()),
        manager_id: ActiveValue::Set(profile.manager),
        department_id: ActiveValue::Set(profile.department),
        title: ActiveValue::Set(profile.title.clone()),
        title_key: ActiveValue::Set(key(profile.title.as_deref())),
        grade: ActiveValue::Set(profile.grade.clone()),
        grade_key: ActiveValue::Set(key(profile.grade.as_deref())),
        country: ActiveValue::Set(profile.country.clone()),
        cost_center: ActiveValue::Set(profile.cost_center.clone()),
        cost_center_key: ActiveValue::Set(key(profile.cost_center.as_deref())),
        limit_minor: ActiveValue::Set(profile.limit_minor),
        locale: ActiveValue::Set(profile.locale.map(|locale| locale.tag().to_owned())),
        version: ActiveValue::Set(user.version),
        created_at: ActiveValue::Set(user.created_at),
        updated_at: ActiveValue::Set(user.updated_at),
    }
}

fn key(text: Option<&str>) -> Option<String> {
    text.map(text::key)
}

/// Everyone of a tenant, without roles.
pub async fn all(conn: &Conn, tenant: TenantId) -> Result<Vec<User>, Error> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// These people of a tenant, with their roles: two statements.
pub async fn by_ids(conn: &Conn, tenant: TenantId, ids: &[UserId]) -> Result<Vec<User>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()));
    let users = query.all(conn).await?.into_iter().map(User::from).collect();
    with_roles(conn, tenant, users).await
}

/// The person of this id, with roles.
pub async fn find(conn: &Conn, tenant: TenantId, id: UserId) -> Result<Option<User>, Error> {
    Ok(by_ids(conn, tenant, &[id]).await?.pop())
}

/// The language of each of these people: their own, else their tenant's.
pub async fn languages(
    conn: &Conn,
    tenant: TenantId,
    ids: &[UserId],
) -> Result<HashMap<UserId, Locale>, Error> {
    use crate::tenants::store as tenants;
    use sea_orm::sea_query::ExprTrait;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Query::select();
    query
        .columns([(Entity, Column::Id), (Entity, Column::Locale)])
        .column((tenants::Entity, tenants::Column::Locale))
        .from(Entity)
        .inner_join(
            tenants::Entity,
            Expr::col((tenants::Entity, tenants::Column::Id)).equals((Entity, Column::TenantId)),
        )
        .and_where(Expr::col((Entity, Column::TenantId)).eq(tenant.0))
        .and_where(Expr::col((Entity, Column::Id)).is_in(ids.iter().map(|id| id.0)));
    let mut found = HashMap::with_capacity(ids.len());
    for row in conn.query_all(&query).await? {
        let (own, of_tenant): (Option<String>, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let locale = crate::locale::read(own.as_deref().unwrap_or(&of_tenant));
        found.insert(UserId(row.try_get_by_index(0)?), locale.unwrap_or_default());
    }
    Ok(found)
}

/// Adds the roles: one statement for all.
pub async fn with_roles(conn: &Conn, tenant: TenantId, mut users: Vec<User>) -> Result<Vec<User>, Error> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let mut held = crate::roles::store::held_by(conn, tenant, &ids).await?;
    for user in &mut users {
        user.roles = held.remove(&user.id).unwrap_or_default().into_iter().collect();
    }
    Ok(users)
}

/// A page of people, with their roles.
pub async fn page(conn: &Conn, tenant: TenantId, list: &List) -> Result<Rows<User>, Error> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant));
    let page = fetch(conn, query, list).await?.map(User::from);
    let users = with_roles(conn, tenant, page.rows.clone()).await?;
    Ok(page.with(|_| users))
}

pub async fn insert(uow: &mut Uow, user: &User) -> Result<(), Error> {
    let row = row(uow.tenant(), user);
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Keeps a changed person; the row must still have the version before.
pub async fn update(uow: &mut Uow, user: &User) -> Result<(), Error> {
    let row = row(uow.tenant(), user);
    let update = Entity::update_many()
        .set(row)
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(user.id))
        .filter(Column::Version.eq(user.version - 1));
    let done = update.exec(uow.writes().await?).await?;
    Error::check_written(done.rows_affected)
}

/// Who has this address, in the tenant of this slug or in any; only ids are shown across tenants.
pub async fn by_email(
    reader: &Conn,
    email: &str,
    tenant: Option<&str>,
) -> Result<Vec<(TenantId, UserId)>, Error> {
    use crate::tenants::store as tenants;
    use sea_orm::sea_query::ExprTrait;
    let mut query = Query::select();
    query
        .columns([(Entity, Column::TenantId), (Entity, Column::Id)])
        .from(Entity)
        .and_where(Expr::col((Entity, Column::EmailHash)).eq(email_hash(email)))
        .order_by((Entity, Column::TenantId), sea_orm::Order::Asc)
        .limit(TENANTS_MAX);
    if let Some(slug) = tenant {
        let its = Expr::col((tenants::Entity, tenants::Column::Id)).equals((Entity, Column::TenantId));
        query
            .inner_join(tenants::Entity, its)
            .and_where(Expr::col((tenants::Entity, tenants::Column::Slug)).eq(slug));
    }
    let rows = reader.query_all(&query).await?;
    let read = |row: &QueryResult| {
        Ok((
            TenantId(row.try_get("", "tenant_id")?),
            UserId(row.try_get("", "id")?),
        ))
    };
    Ok(rows.iter().map(read).collect::<Result<_, DbErr>>()?)
}

/// Whether anybody at all is there, in any tenant.
pub async fn anybody(reader: &Conn) -> Result<bool, Error> {
    let query = Query::select()
        .column(Column::Id)
        .from(Entity)
        .limit(1)
        .to_owned();
    Ok(reader.query_one(&query).await?.is_some())
}

/// What sign-in needs to know of a person.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub active: bool,
    /// The PHC string; none if the person has no password.
    pub hash: Option<String>,
}

/// Status and password of a person, in one statement.
pub async fn credentials(conn: &Conn, tenant: TenantId, id: UserId) -> Result<Option<Credentials>, Error> {
    use sea_orm::sea_query::ExprTrait;
    let query = Query::select()
        .expr_as(Expr::col((Entity, Column::Status)), "status")
        .expr_as(Expr::col((password::Entity, password::Column::Hash)), "hash")
        .from(Entity)
        .left_join(
            password::Entity,
            Expr::col((password::Entity, password::Column::TenantId))
                .equals((Entity, Column::TenantId))
                .and(Expr::col((password::Entity, password::Column::UserId)).equals((Entity, Column::Id))),
        )
        .and_where(Expr::col((Entity, Column::TenantId)).eq(tenant.0))
        .and_where(Expr::col((Entity, Column::Id)).eq(id.0))
        .to_owned();
    let Some(row) = conn.query_one(&query).await? else {
        return Ok(None);
    };
    let status: String = row.try_get("", "status")?;
    Ok(Some(Credentials {
        active: status == Status::Active.word(),
        hash: row.try_get("", "hash")?,
    }))
}

/// Whether a person is active, and stays so until the unit of work ends: whoever disables them waits, and then sees
/// what was made for them meanwhile. Held before their sessions, as the disabling does.
pub async fn held_active(uow: &Uow, id: UserId) -> Result<bool, Error> {
    let mut query = Query::select()
        .column(Column::Status)
        .from(Entity)
        .and_where(Column::TenantId.eq(uow.tenant()))
        .and_where(Column::Id.eq(id))
        .to_owned();
    dialect::for_share(uow.reads(), &mut query);
    let Some(row) = uow.reads().query_one(&query).await? else {
        return Ok(false);
    };
    let status: String = row.try_get("", "status")?;
    Ok(status == Status::Active.word())
}

/// Sets a password, by its PHC string.
pub async fn set_password(uow: &mut Uow, id: UserId, hash: &str, now: Instant) -> Result<(), Error> {
    let row = password::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        user_id: ActiveValue::Set(id),
        hash: ActiveValue::Set(hash.to_owned()),
        changed_at: ActiveValue::Set(now),
    };
    let again = OnConflict::columns([password::Column::TenantId, password::Column::UserId])
        .update_columns([password::Column::Hash, password::Column::ChangedAt])
        .to_owned();
    password::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Passwords lie apart, so that no list ever loads one.
mod password {
    use super::{Instant, TenantId, UserId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passwords")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        pub hash: String,
        pub changed_at: Instant,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
