//! The tables of the audit chain.

use std::collections::HashMap;

use countersign_kernel::id::TenantId;
use countersign_storage::{Conn, Error, WindowCursor};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// Runs of entries that were sealed together.
pub(super) mod seals {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seals")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub entries: i64,
        /// The window cursor behind the last entry.
        pub cursor: String,
        pub prev_hash: String,
        pub hash: String,
        pub sealed_at: DateTimeUtc,
        /// How the hash was made.
        pub format: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Signed heads.
pub(super) mod checkpoints {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoints")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        /// The seal's number.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub hash: String,
        pub key_id: String,
        pub signature: String,
        pub signed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The log, as a list of admins shows it.
pub(super) mod entries {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub id: Uuid,
        pub subject_kind: String,
        pub subject_id: Uuid,
        pub version: i64,
        pub kind: String,
        pub at: DateTimeUtc,
        pub actor: String,
        pub on_behalf_of: Option<Uuid>,
        pub cause: Option<Uuid>,
        pub trace: Option<String>,
        pub body: String,
        pub private: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The log of a tenant, as admins list it.
pub(super) fn entries_of(tenant: TenantId) -> Select<entries::Entity> {
    entries::Entity::find().filter(entries::Column::TenantId.eq(tenant.0))
}

/// The newest seal of a tenant.
pub(super) async fn last_seal(conn: &Conn, tenant: TenantId) -> Result<Option<seals::Model>, Error> {
    let of_tenant = seals::Entity::find().filter(seals::Column::TenantId.eq(tenant.0));
    Ok(of_tenant.order_by_desc(seals::Column::Number).one(conn).await?)
}

/// The hash of one seal.
pub(super) async fn hash_of(conn: &Conn, tenant: TenantId, number: i64) -> Result<Option<String>, Error> {
    Ok(hashes_of(conn, tenant, [number]).await?.remove(&number))
}

/// The hashes of some seals.
pub(super) async fn hashes_of(
    conn: &Conn,
    tenant: TenantId,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>, Error> {
    let hashes = seals::Entity::find()
        .select_only()
        .columns([seals::Column::Number, seals::Column::Hash])
        .filter(seals::Column::TenantId.eq(tenant.0))
        .filter(seals::Column::Number.is_in(numbers));
    let rows: Vec<(i64, String)> = hashes.into_tuple().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Seals behind a number, in order.
pub(super) async fn seals_after(
    conn: &Conn,
    tenant: TenantId,
    number: i64,
    limit: u64,
) -> Result<Vec<seals::Model>, Error> {
    let of_tenant = seals::Entity::find()
        .filter(seals::Column::TenantId.eq(tenant.0))
        .filter(seals::Column::Number.gt(number));
    Ok(of_tenant
        .order_by_asc(seals::Column::Number)
        .limit(limit)
        .all(conn)
        .await?)
}

/// The newest signed head of a tenant.
pub(super) async fn last_checkpoint(
    conn: &Conn,
    tenant: TenantId,
) -> Result<Option<checkpoints::Model>, Error> {
    let of_tenant = checkpoints::Entity::find().filter(checkpoints::Column::TenantId.eq(tenant.0));
    Ok(of_tenant
        .order_by_desc(checkpoints::Column::Number)
        .one(conn)
        .await?)
}

/// Signed heads behind a seal's number, in order.
pub(super) async fn checkpoints_after(
    conn: &Conn,
    tenant: TenantId,
    number: i64,
    limit: u64,
) -> Result<Vec<checkpoints::Model>, Error> {
    let of_tenant = checkpoints::Entity::find()
        .filter(checkpoints::Column::TenantId.eq(tenant.0))
        .filter(checkpoints::Column::Number.gt(number));
    Ok(of_tenant
        .order_by_asc(checkpoints::Column::Number)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Where the entries behind a seal begin; none: at the beginning of the log.
pub(super) fn cursor_of(seal: Option<&seals::Model>) -> Result<WindowCursor, Error> {
    let Some(seal) = seal else {
        return Ok(WindowCursor::default());
    };
    WindowCursor::decode(&seal.cursor).ok_or_else(|| Error::broken("a seal says not how far it reaches"))
}
