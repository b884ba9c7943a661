//! Deliveries and their attempts as they are kept.

use countersign_kernel::filter::List;
use countersign_kernel::id::{DeliveryId, EventId, TenantId, WebhookId};
use countersign_kernel::time::Instant;
use countersign_storage::filter::{Rows, fetch};
use countersign_storage::{Conn, Error};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub webhook_id: WebhookId,
    pub event_id: EventId,
    pub event_type: String,
    pub subject_id: Uuid,
    /// The event's place in the log.
    pub event_seq: i64,
    pub status: String,
    /// Attempts that failed so far.
    pub failed: i64,
    pub due_at: Option<Instant>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<Instant>,
    pub body: Option<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// Every try, with what the receiver said.
pub mod attempts {
    use super::{DeliveryId, Instant, TenantId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub delivery_id: DeliveryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub at: Instant,
        pub status_code: Option<i64>,
        pub duration_ms: i64,
        pub error: Option<String>,
        pub headers: Option<String>,
        pub answer: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn find(conn: &Conn, tenant: TenantId, id: DeliveryId) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id((tenant, id)).one(conn).await?)
}

pub async fn find_many(conn: &Conn, tenant: TenantId, ids: &[DeliveryId]) -> Result<Vec<Model>, Error> {
    let ids = ids.iter().copied();
    Ok(Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.is_in(ids))
        .all(conn)
        .await?)
}

/// The attempts of these deliveries, oldest first: one query for a whole page.
pub async fn attempts_of(
    conn: &Conn,
    tenant: TenantId,
    ids: &[DeliveryId],
) -> Result<Vec<attempts::Model>, Error> {
    let of = attempts::Entity::find()
        .filter(attempts::Column::TenantId.eq(tenant))
        .filter(attempts::Column::DeliveryId.is_in(ids.iter().copied()))
        .order_by_asc(attempts::Column::DeliveryId)
        .order_by_asc(attempts::Column::Number);
    Ok(of.all(conn).await?)
}

/// Whether an older event of the same record waits for the same endpoint: an ordered endpoint hears that first.
pub async fn older_waits(conn: &Conn, of: &Model) -> Result<bool, Error> {
    let older = Entity::find()
        .filter(Column::TenantId.eq(of.tenant_id))
        .filter(Column::WebhookId.eq(of.webhook_id))
        .filter(Column::SubjectId.eq(of.subject_id))
        .filter(Column::EventSeq.lt(of.event_seq))
        .filter(Column::Status.is_in(["pending", "parked"]));
    Ok(older.one(conn).await?.is_some())
}

/// A page of an endpoint's deliveries.
pub async fn page(
    conn: &Conn,
    tenant: TenantId,
    webhook: WebhookId,
    list: &List,
) -> Result<Rows<Model>, Error> {
    let select = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::WebhookId.eq(webhook));
    fetch(conn, select, tenant, list).await
}
