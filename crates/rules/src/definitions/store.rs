//! Definitions as they are kept: what is newest, and every version's text.

use countersign_kernel::id::{DefinitionId, TenantId};
use countersign_kernel::time::Instant;

/// The newest version of a name.
pub(crate) mod head {
    use super::{DefinitionId, Instant, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "definitions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub id: DefinitionId,
        #[sea_orm(column_type = "Text")]
        pub title: String,
        pub version: i64,
        pub created_at: Instant,
        pub updated_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A version of a name; never changed.
pub(crate) mod version {
    use super::{Instant, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "definition_versions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        #[sea_orm(column_type = "Text")]
        pub text: String,
        /// An actor, as the log writes it.
        pub published_by: String,
        /// A JSON array of the roles that the publisher held; none in versions from before it was kept.
        #[sea_orm(column_type = "Text", nullable)]
        pub publisher_roles: Option<String>,
        pub published_at: Instant,
        /// Who proposed it, where somebody else published it; an actor, as the log writes it.
        #[sea_orm(column_type = "Text", nullable)]
        pub proposed_by: Option<String>,
        /// As `publisher_roles`, of whoever proposed it.
        #[sea_orm(column_type = "Text", nullable)]
        pub proposer_roles: Option<String>,
        /// A JSON object of the tables that it asks, as they were then; none where it asks none.
        #[sea_orm(column_type = "Text", nullable)]
        pub tables: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use countersign_storage::{Conn, Error, Uow};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement,
};

use crate::scene::Ground;

use super::Kind;

/// Everything that is newest, with its text.
pub(crate) async fn newest(
    conn: &Conn,
    tenant: TenantId,
) -> Result<Vec<(head::Model, version::Model)>, Error> {
    let heads = head::Entity::find()
        .filter(head::Column::TenantId.eq(tenant))
        .all(conn)
        .await?;
    let column = |column| Expr::col((version::Entity, column));
    let same = |one, other| Expr::col((head::Entity, one)).eq(column(other));
    let newest = Query::select()
        .expr(Expr::val(1))
        .from(head::Entity)
        .and_where(Expr::col((head::Entity, head::Column::TenantId)).eq(tenant.0))
        .and_where(same(head::Column::Kind, version::Column::Kind))
        .and_where(same(head::Column::Name, version::Column::Name))
        .and_where(same(head::Column::Version, version::Column::Version))
        .to_owned();
    let versions = version::Entity::find()
        .filter(version::Column::TenantId.eq(tenant))
        .filter(Expr::exists(newest))
        .all(conn)
        .await?;
    let of = |version: version::Model| {
        let head = heads
            .iter()
            .find(|head| head.kind == version.kind && head.name == version.name)?;
        Some((head.clone(), version))
    };
    Ok(versions.into_iter().filter_map(of).collect())
}

/// How many names there are.
pub(crate) async fn count(conn: &Conn, tenant: TenantId) -> Result<u64, Error> {
    let names = head::Entity::find().filter(head::Column::TenantId.eq(tenant));
    Ok(names.count(conn).await?)
}

/// One version, with the row of its name.
pub(crate) async fn version(
    conn: &Conn,
    tenant: TenantId,
    kind: Kind,
    name: &str,
    number: i64,
) -> Result<Option<(head::Model, version::Model)>, Error> {
    let Some(head) = head(conn, tenant, kind, name).await? else {
        return Ok(None);
    };
    let row = version::Entity::find_by_id((tenant, kind.word().to_owned(), name.to_owned(), number))
        .one(conn)
        .await?;
    Ok(row.map(|row| (head, row)))
}

/// The row of a name.
pub(crate) async fn head(
    conn: &Conn,
    tenant: TenantId,
    kind: Kind,
    name: &str,
) -> Result<Option<head::Model>, Error> {
    Ok(
        head::Entity::find_by_id((tenant, kind.word().to_owned(), name.to_owned()))
            .one(conn)
            .await?,
    )
}

/// Every version of a name, newest first.
pub(crate) async fn versions(
    conn: &Conn,
    tenant: TenantId,
    kind: Kind,
    name: &str,
    limit: u64,
) -> Result<Vec<version::Model>, Error> {
    let found = version::Entity::find()
        .filter(version::Column::TenantId.eq(tenant))
        .filter(version::Column::Kind.eq(kind.word()))
        .filter(version::Column::Name.eq(name))
        .order_by_desc(version::Column::Version)
        .limit(limit);
    Ok(found.all(conn).await?)
}

/// The tenant's settings and epochs.
pub(crate) async fn ground(conn: &Conn, tenant: TenantId) -> Result<Ground, Error> {
    let sql = "SELECT currency, zone, directory_epoch, definitions_epoch FROM tenants WHERE id = $1";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [tenant.0.into()]);
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| Error::broken("there is no such tenant"))?;
    let (currency, zone): (String, String) = (row.try_get("", "currency")?, row.try_get("", "zone")?);
    Ground::read(
        &currency,
        &zone,
        row.try_get("", "directory_epoch")?,
        row.try_get("", "definitions_epoch")?,
    )
}

/// Keeps a version, and that it is the newest.
pub(crate) async fn publish(uow: &mut Uow, row: head::Model, version: version::Model) -> Result<(), Error> {
    let conn = uow.writes().await?;
    let newest = OnConflict::columns([head::Column::TenantId, head::Column::Kind, head::Column::Name])
        .update_columns([
            head::Column::Title,
            head::Column::Version,
            head::Column::UpdatedAt,
        ])
        .to_owned();
    head::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(newest)
        .exec_without_returning(conn)
        .await?;
    version::Entity::insert(version.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
