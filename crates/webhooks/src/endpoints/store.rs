//! Endpoints as they are kept.

use countersign_kernel::filter::List;
use countersign_kernel::id::{TenantId, UserId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::ENDPOINTS_MAX;
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
    pub old_secret: Option<String>,
    pub old_secret_until: Option<Instant>,
    pub failing_since: Option<Instant>,
    /// The log's last entry when the endpoint was made.
    pub since_seq: i64,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn patterns(&self) -> Vec<String> {
        serde_json::from_str(&self.event_types).unwrap_or_default()
    }

    pub fn is_enabled(&self) -> bool {
        self.status == "enabled"
    }

    /// The secrets that sign now, the newest first.
    pub fn secrets(&self, now: Instant) -> Vec<Secret> {
        let old = self
            .old_secret
            .as_deref()
            .filter(|_| self.old_secret_until.is_some_and(|until| until > now));
        [Some(self.secret.as_str()), old]
            .into_iter()
            .flatten()
            .filter_map(Secret::parse)
            .collect()
    }
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
    Ok(all.all(conn).await?)
}

pub async fn count(conn: &Conn, tenant: TenantId) -> Result<u64, Error> {
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
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
    fetch(conn, select, tenant, list).await
}
