//! Endpoints as they are kept.

use chrono::TimeDelta;
use countersign_kernel::actor::Scopes;
use countersign_kernel::filter::List;
use countersign_kernel::id::{ApiKeyId, TenantId, UserId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error, dialect};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ENDPOINTS_MAX, ROTATION_H, SECRETS_MAX};
use crate::sign::Secret;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    pub owner_id: UserId,
    /// Separated by blanks; none: all.
    pub scopes: Option<String>,
    /// The key that made it, or changed it last; none: a session made it.
    pub key_id: Option<ApiKeyId>,
    pub url: String,
    /// A JSON array of patterns.
    pub event_types: String,
    /// The long form of a filter over the event's fields, as it was given.
    pub filter: Option<String>,
    pub payload: String,
    pub ordered: bool,
    pub status: String,
    pub disabled_reason: Option<String>,
    pub secret: String,
    /// A JSON array of those that still sign beside it.
    pub old_secrets: Option<String>,
    pub failing_since: Option<Instant>,
    /// The log's last entry when the endpoint was made.
    pub since_seq: i64,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What it wants to hear, as far as that can be read.
    pub fn patterns(&self) -> Vec<String> {
        self.readable_patterns().unwrap_or_default()
    }

    /// What it wants to hear; none if that cannot be read any more.
    pub fn readable_patterns(&self) -> Option<Vec<String>> {
        serde_json::from_str(&self.event_types).ok()
    }

    /// What it may be sent: what its maker could read, and every key that changed it since.
    pub fn scopes(&self) -> Scopes {
        self.scopes.as_deref().map_or(Scopes::All, |held| {
            Scopes::Some(held.split_whitespace().map(str::to_owned).collect())
        })
    }

    /// It is this key's from now on, and keeps the scopes that the key has too.
    pub fn hand_to(&mut self, key: ApiKeyId, scopes: &Scopes) {
        self.scopes = written(&self.scopes().both(scopes));
        self.key_id = Some(key);
    }

    pub fn is_enabled(&self) -> bool {
        self.status == "enabled"
    }

    /// The secrets that sign now (by the database's time), the newest first.
    pub fn secrets(&self, now: Instant) -> Vec<Secret> {
        let old = self.old_secrets(now);
        std::iter::once(self.secret.as_str())
            .chain(old.iter().map(|old| old.secret.as_str()))
            .filter_map(Secret::parse)
            .collect()
    }

    /// Takes a new secret; the one before it, and all that were promised to sign yet, sign beside it for a day from their
    /// own rotation. With too many of them: when the first of them ends.
    pub fn rotate(&mut self, secret: &str, now: Instant) -> Result<(), Instant> {
        let mut old = self.old_secrets(now);
        if old.len() + 1 >= SECRETS_MAX {
            return Err(old.iter().map(|old| old.until).min().unwrap_or(now));
        }
        let before = OldSecret {
            secret: std::mem::replace(&mut self.secret, secret.to_owned()),
            until: now.plus(TimeDelta::hours(ROTATION_H)),
        };
        old.insert(0, before);
        self.old_secrets = Some(json!(old).to_string());
        Ok(())
    }

    fn old_secrets(&self, now: Instant) -> Vec<OldSecret> {
        let kept = self.old_secrets.as_deref().unwrap_or("[]");
        let mut old: Vec<OldSecret> = serde_json::from_str(kept).unwrap_or_else(|error| {
            tracing::error!(endpoint = %self.id, %error, "the old secrets of an endpoint cannot be read");
            Vec::new()
        });
        old.retain(|old| old.until > now);
        old
    }
}

/// Scopes as the column holds them.
pub fn written(scopes: &Scopes) -> Option<String> {
    match scopes {
        Scopes::All => None,
        Scopes::Some(held) => Some(held.iter().map(String::as_str).collect::<Vec<_>>().join(" ")),
    }
}

/// A secret before its last signature.
#[derive(Serialize, Deserialize)]
struct OldSecret {
    secret: String,
    until: Instant,
}

/// One endpoint.
pub async fn find(conn: &Conn, tenant: TenantId, id: WebhookId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

/// Every endpoint of the tenant: bounded, because making one is.
pub async fn all(conn: &Conn, tenant: TenantId) -> Result<Vec<Model>, Error> {
    let all = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .order_by_asc(Column::Id)
        .limit(ENDPOINTS_MAX);
    each(conn, &all.into_query()).await
}

/// One endpoint, held until the unit of work ends. Whoever changes it, or parks or releases its deliveries, holds it
/// first and then the deliveries: so they come one after the other, and never wait for each other in a circle.
pub async fn lock(conn: &Conn, tenant: TenantId, id: WebhookId) -> Result<Option<Model>, Error> {
    Ok(lock_all(conn, tenant, &[id]).await?.pop())
}

/// Several endpoints, held in the order of their ids.
pub async fn lock_all(conn: &Conn, tenant: TenantId, ids: &[WebhookId]) -> Result<Vec<Model>, Error> {
    let mut select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .into_query();
    dialect::for_update(conn, &mut select);
    each(conn, &select).await
}

/// The endpoint, held, if it has failed for so long without one success.
pub async fn lock_failing(
    conn: &Conn,
    tenant: TenantId,
    id: WebhookId,
    longer_than: TimeDelta,
) -> Result<Option<Model>, Error> {
    let since = dialect::now_plus(conn, -longer_than.num_milliseconds());
    let mut select = Entity::find_by_id((tenant, id))
        .filter(Expr::col(Column::FailingSince).lte(since))
        .into_query();
    dialect::for_update(conn, &mut select);
    Ok(each(conn, &select).await?.pop())
}

/// Writes these columns of an endpoint that changed, with its version. What others write meanwhile stays: how it fares
/// is noted without a version.
pub async fn update(conn: &Conn, before: &Model, after: &Model, columns: &[Column]) -> Result<(), Error> {
    let mut row = ActiveModel::from(after.clone());
    for column in columns.iter().chain(&[Column::Version, Column::UpdatedAt]) {
        row.reset(*column);
    }
    let kept = Entity::update_many()
        .set(row)
        .filter(Column::TenantId.eq(before.tenant_id))
        .filter(Column::Id.eq(before.id))
        .filter(Column::Version.eq(before.version))
        .exec(conn)
        .await?;
    if kept.rows_affected == 0 {
        return Err(Error::Conflict);
    }
    Ok(())
}

/// Row by row: one that cannot be read is set aside, so that it holds up no other.
async fn each(conn: &Conn, select: &SelectStatement) -> Result<Vec<Model>, Error> {
    let mut found = Vec::new();
    for row in conn.query_all(select).await? {
        match Model::from_query_result(&row, "") {
            Ok(endpoint) => found.push(endpoint),
            Err(error) => {
                let id = row.try_get::<Uuid>("", "id").ok();
                tracing::error!(endpoint = ?id, %error, "an endpoint cannot be read; it hears nothing");
            }
        }
    }
    Ok(found)
}

pub async fn count(conn: &Conn, tenant: TenantId) -> Result<u64, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .count(conn)
        .await?)
}

/// How many endpoints this person has.
pub async fn count_of(conn: &Conn, tenant: TenantId, owner: UserId) -> Result<u64, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::OwnerId.eq(owner))
        .count(conn)
        .await?)
}

/// A page of endpoints; of one owner, or of all.
pub async fn page(
    conn: &Conn,
    tenant: TenantId,
    owner: Option<UserId>,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let mut select = Entity::find().filter(Column::TenantId.eq(tenant));
    if let Some(owner) = owner {
        select = select.filter(Column::OwnerId.eq(owner));
    }
    fetch(conn, select, list).await
}
