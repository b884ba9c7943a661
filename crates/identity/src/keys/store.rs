//! The rows of API keys.

use std::collections::BTreeSet;

use countersign_kernel::filter::List;
use countersign_kernel::id::{ApiKeyId, TenantId, UserId};
use countersign_kernel::text;
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Uow, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};

use super::ApiKey;
use crate::people;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub user_id: UserId,
    pub name: String,
    pub name_key: String,
    pub hash: String,
    /// Separated by blanks, in order.
    pub scopes: String,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for ApiKey {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            name: row.name,
            hash: row.hash,
            scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Whose key it is; only ids are shown across tenants.
pub async fn tenant_of(reader: &Conn, id: ApiKeyId) -> Result<Option<TenantId>, Error> {
    use sea_orm::sea_query::ExprTrait;
    let query = Query::select()
        .column(Column::TenantId)
        .from(Entity)
        .and_where(Expr::col(Column::Id).eq(id.0))
        .to_owned();
    let row = reader.query_one(&query).await?;
    Ok(row
        .map(|row| row.try_get("", "tenant_id").map(TenantId))
        .transpose()?)
}

/// What decides whether a key counts.
pub struct Standing {
    pub key: ApiKey,
    /// Whether its maker is.
    pub active: bool,
    pub locale: String,
    pub rights: i64,
}

pub async fn standing(conn: &Conn, tenant: TenantId, id: ApiKeyId) -> Result<Option<Standing>, Error> {
    let epochs = crate::tenants::store::epochs(conn, tenant).await?;
    let Some((epochs, key)) = epochs.zip(find(conn, tenant, id).await?) else {
        return Ok(None);
    };
    let Some(maker) = people::store::find(conn, tenant, key.user).await? else {
        return Ok(None);
    };
    let locale = match maker.profile.locale {
        Some(locale) => locale,
        None => crate::tenants::store::find(conn, tenant)
            .await?
            .map(|tenant| tenant.locale)
            .unwrap_or_default(),
    };
    let active = maker.status == people::Status::Active;
    Ok(Some(Standing {
        key,
        active,
        locale: locale.tag().to_owned(),
        rights: epochs.rights,
    }))
}

pub async fn find(conn: &Conn, tenant: TenantId, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    Ok(Entity::find_by_id((tenant, id))
        .one(conn)
        .await?
        .map(ApiKey::from))
}

/// A key, held until the unit of work ends.
pub async fn held(uow: &Uow, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    let mut query = Entity::find_by_id((uow.tenant(), id));
    dialect::for_update(uow.reads(), QuerySelect::query(&mut query));
    Ok(query.one(uow.reads()).await?.map(ApiKey::from))
}

/// A person's keys that were not revoked, held until the unit of work ends.
pub async fn held_of(uow: &Uow, user: UserId) -> Result<Vec<ApiKey>, Error> {
    let mut query = Entity::find()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Id);
    dialect::for_update(uow.reads(), QuerySelect::query(&mut query));
    Ok(query
        .all(uow.reads())
        .await?
        .into_iter()
        .map(ApiKey::from)
        .collect())
}

/// How many keys of this person are not revoked.
pub async fn count_of(uow: &Uow, user: UserId) -> Result<u64, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .count(uow.reads())
        .await?)
}

/// A page of keys that were not revoked: somebody's, or everybody's.
pub async fn page(
    conn: &Conn,
    tenant: TenantId,
    of: Option<UserId>,
    list: &List,
) -> Result<Rows<ApiKey>, Error> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::RevokedAt.is_null());
    let query = if let Some(user) = of {
        query.filter(Column::UserId.eq(user))
    } else {
        query
    };
    Ok(fetch(conn, query, list).await?.map(ApiKey::from))
}

pub async fn insert(uow: &mut Uow, key: &ApiKey) -> Result<(), Error> {
    let scopes: BTreeSet<&str> = key.scopes.iter().map(String::as_str).collect();
    let row = ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        id: ActiveValue::Set(key.id),
        user_id: ActiveValue::Set(key.user),
        name: ActiveValue::Set(key.name.clone()),
        name_key: ActiveValue::Set(text::key(&key.name)),
        hash: ActiveValue::Set(key.hash.clone()),
        scopes: ActiveValue::Set(scopes.into_iter().collect::<Vec<_>>().join(" ")),
        expires_at: ActiveValue::Set(key.expires_at),
        last_used_at: ActiveValue::Set(None),
        revoked_at: ActiveValue::Set(None),
        version: ActiveValue::Set(key.version),
        created_at: ActiveValue::Set(key.created_at),
        updated_at: ActiveValue::Set(key.updated_at),
    };
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Revokes a key; the row must still have the version before.
pub async fn revoke(uow: &mut Uow, key: &ApiKey) -> Result<(), Error> {
    let update = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(key.revoked_at.map(Instant::utc)))
        .col_expr(Column::Version, Expr::val(key.version))
        .col_expr(Column::UpdatedAt, Expr::val(key.updated_at.utc()))
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::Id.eq(key.id))
        .filter(Column::Version.eq(key.version - 1));
    let done = update.exec(uow.writes().await?).await?;
    Error::check_written(done.rows_affected)
}

/// Writes last uses down. No version moves: nobody changed the key.
pub async fn used(uow: &mut Uow, uses: &[(ApiKeyId, Instant)]) -> Result<(), Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    for (id, at) in uses {
        let update = Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::val(at.utc()))
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Id.eq(*id));
        update.exec(conn).await?;
    }
    Ok(())
}
