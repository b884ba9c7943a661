//! The rows of sessions, of the refresh tokens in them, and of the keys that sign access tokens.

use countersign_kernel::filter::List;
use countersign_kernel::id::{SessionId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, Uow};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};

use super::Session;
use super::refresh::Used;
use super::signing::KeptKey;
use crate::people::Status;
use crate::secret::{Secret, hex, unhex};
use crate::tenants::SYSTEM_TENANT;

/// Sessions that one sign-in ends, where an operator has lowered the quota.
const ENDED_AT_ONCE: u64 = 100;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    pub agent: Option<String>,
    pub created_at: Instant,
    pub refreshed_at: Instant,
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            agent: row.agent,
            created_at: row.created_at,
            refreshed_at: row.refreshed_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        }
    }
}

/// What decides whether a session's tokens count, in one statement.
#[derive(Debug, Clone)]
pub struct Standing {
    pub user: UserId,
    pub active: bool,
    /// The person's locale, else the tenant's.
    pub locale: String,
    pub rights: i64,
    pub ended: bool,
}

pub async fn standing(conn: &Conn, tenant: TenantId, session: SessionId) -> Result<Option<Standing>, Error> {
    use crate::people::store as people;
    use crate::tenants::store as tenants;
    use sea_orm::sea_query::ExprTrait;
    let query = Query::select()
        .expr_as(Expr::col((Entity, Column::UserId)), "user_id")
        .expr_as(Expr::col((Entity, Column::EndedAt)).is_not_null(), "ended")
        .expr_as(
            Expr::col((people::Entity, people::Column::Status)).eq(Status::Active.word()),
            "active",
        )
        .expr_as(Expr::col((people::Entity, people::Column::Locale)), "own_locale")
        .expr_as(Expr::col((tenants::Entity, tenants::Column::Locale)), "locale")
        .expr_as(
            Expr::col((tenants::Entity, tenants::Column::RightsEpoch)),
            "rights",
        )
        .from(Entity)
        .inner_join(
            people::Entity,
            Expr::col((people::Entity, people::Column::TenantId))
                .equals((Entity, Column::TenantId))
                .and(Expr::col((people::Entity, people::Column::Id)).equals((Entity, Column::UserId))),
        )
        .inner_join(
            tenants::Entity,
            Expr::col((tenants::Entity, tenants::Column::Id)).equals((Entity, Column::TenantId)),
        )
        .and_where(Expr::col((Entity, Column::TenantId)).eq(tenant.0))
        .and_where(Expr::col((Entity, Column::Id)).eq(session.0))
        .to_owned();
    let Some(row) = conn.query_one(&query).await? else {
        return Ok(None);
    };
    let own: Option<String> = row.try_get("", "own_locale")?;
    Ok(Some(Standing {
        user: UserId(row.try_get("", "user_id")?),
        active: row.try_get("", "active")?,
        locale: own.map_or_else(|| row.try_get("", "locale"), Ok)?,
        rights: row.try_get("", "rights")?,
        ended: row.try_get("", "ended")?,
    }))
}

pub async fn insert(uow: &mut Uow, session: &Session) -> Result<(), Error> {
    let row = ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        id: ActiveValue::Set(session.id),
        user_id: ActiveValue::Set(session.user),
        agent: ActiveValue::Set(session.agent.clone()),
        created_at: ActiveValue::Set(session.created_at),
        refreshed_at: ActiveValue::Set(session.refreshed_at),
        expires_at: ActiveValue::Set(session.expires_at),
        ended_at: ActiveValue::Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// A session; in a unit of work locked on PostgreSQL, so that copies of one refresh go one after the other.
pub async fn find(
    conn: &Conn,
    tenant: TenantId,
    id: SessionId,
    lock: bool,
) -> Result<Option<Session>, Error> {
    let query = Entity::find_by_id((tenant, id));
    let query = if lock { query.lock_exclusive() } else { query };
    Ok(query.one(conn).await?.map(Session::from))
}

/// A page of a person's living sessions.
pub async fn page(
    conn: &Conn,
    tenant: TenantId,
    user: UserId,
    now: Instant,
    list: &List,
) -> Result<Rows<Session>, Error> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::UserId.eq(user))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(fetch(conn, query, list).await?.map(Session::from))
}

/// Those living sessions of a person that were used less recently than so many others.
pub async fn beyond(uow: &Uow, user: UserId, now: Instant, others: u64) -> Result<Vec<Session>, Error> {
    let rows = Entity::find()
        .filter(Column::TenantId.eq(uow.tenant()))
        .filter(Column::UserId.eq(user))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::RefreshedAt)
        .order_by_desc(Column::Id)
        .offset(others)
        .limit(ENDED_AT_ONCE)
        .all(uow.reads())
        .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Ends a session and forgets its refresh tokens; false if it had ended before.
pub async fn end(uow: &mut Uow, id: SessionId, now: Instant) -> Result<bool, Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let update = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(now.utc()))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null());
    let ended = update.exec(conn).await?.rows_affected == 1;
    let tokens = token::Entity::delete_many()
        .filter(token::Column::TenantId.eq(tenant))
        .filter(token::Column::SessionId.eq(id));
    tokens.exec(conn).await?;
    Ok(ended)
}

/// Ends all sessions of a person, or all but one.
pub async fn end_all(
    uow: &mut Uow,
    user: UserId,
    spared: Option<SessionId>,
    now: Instant,
) -> Result<(), Error> {
    let tenant = uow.tenant();
    let update = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(now.utc()))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::UserId.eq(user))
        .filter(Column::EndedAt.is_null());
    let update = match spared {
        Some(session) => update.filter(Column::Id.ne(session)),
        None => update,
    };
    update.exec(uow.writes().await?).await?;
    Ok(())
}

/// A refresh token as it is kept: whether it was used; none if the family does not know it.
pub async fn token(
    conn: &Conn,
    tenant: TenantId,
    session: SessionId,
    secret: &Secret,
) -> Result<Option<Option<Used>>, Error> {
    let row = token::Entity::find_by_id((tenant, session, secret.hash()))
        .one(conn)
        .await?;
    Ok(row.map(|row| {
        let salt = row.salt.as_deref().and_then(Secret::parse);
        row.used_at.zip(salt).map(|(at, salt)| Used { at, salt })
    }))
}

pub async fn insert_token(
    uow: &mut Uow,
    session: SessionId,
    secret: &Secret,
    now: Instant,
) -> Result<(), Error> {
    let row = token::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        session_id: ActiveValue::Set(session),
        hash: ActiveValue::Set(secret.hash()),
        created_at: ActiveValue::Set(now),
        used_at: ActiveValue::Set(None),
        salt: ActiveValue::Set(None),
    };
    token::Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// Marks a token as used, and the session as refreshed.
pub async fn use_token(
    uow: &mut Uow,
    session: &Session,
    secret: &Secret,
    salt: &Secret,
) -> Result<(), Error> {
    let tenant = uow.tenant();
    let conn = uow.writes().await?;
    let token = token::Entity::update_many()
        .col_expr(token::Column::UsedAt, Expr::val(session.refreshed_at.utc()))
        .col_expr(token::Column::Salt, Expr::val(salt.text()))
        .filter(token::Column::TenantId.eq(tenant))
        .filter(token::Column::SessionId.eq(session.id))
        .filter(token::Column::Hash.eq(secret.hash()))
        .filter(token::Column::UsedAt.is_null());
    if token.exec(conn).await?.rows_affected != 1 {
        return Err(Error::Conflict);
    }
    let update = Entity::update_many()
        .col_expr(Column::RefreshedAt, Expr::val(session.refreshed_at.utc()))
        .col_expr(Column::ExpiresAt, Expr::val(session.expires_at.utc()))
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(session.id));
    update.exec(conn).await?;
    Ok(())
}

/// All signing keys.
pub async fn signing_keys(conn: &Conn) -> Result<Vec<KeptKey>, Error> {
    let rows = signing::Entity::find()
        .filter(signing::Column::TenantId.eq(SYSTEM_TENANT))
        .all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            let seed = unhex(&row.seed).and_then(|bytes| bytes.try_into().ok());
            let seed = seed.ok_or_else(|| Error::broken("a signing key in the database is damaged"))?;
            Ok(KeptKey {
                id: row.id,
                seed,
                signs_from: row.signs_from,
            })
        })
        .collect()
}

pub async fn insert_signing_key(uow: &mut Uow, key: &KeptKey) -> Result<(), Error> {
    let row = signing::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant()),
        id: ActiveValue::Set(key.id.clone()),
        seed: ActiveValue::Set(hex(&key.seed)),
        signs_from: ActiveValue::Set(key.signs_from),
    };
    signing::Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

mod token {
    use super::{Instant, SessionId, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: SessionId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        pub created_at: Instant,
        pub used_at: Option<Instant>,
        pub salt: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod signing {
    use super::{Instant, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub seed: String,
        pub signs_from: Instant,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
