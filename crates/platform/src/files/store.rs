//! The rows of files, and of the records that they belong to.

use std::collections::HashSet;

use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{FileId, TenantId, UserId};
use countersign_storage::{Conn, Error, dialect};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::File;

/// A file that no record refers to is kept for seven days after its upload.
const UNATTACHED_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// What was uploaded.
pub(super) mod files {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "files")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub size: i64,
        pub sha256: String,
        pub media_type: String,
        pub uploaded_by: Uuid,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        /// In the database's time; none once a record refers to the file.
        pub expires_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Which records a file belongs to.
pub(super) mod links {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "file_links")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A file as the store of bytes must have it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) size: i64,
    pub(super) sha256: String,
}

/// Keeps a file that no record refers to yet.
pub(super) async fn insert(conn: &Conn, tenant: TenantId, file: &File) -> Result<(), Error> {
    use files::Column;
    let mut insert = Query::insert();
    insert.into_table(files::Entity).columns([
        Column::TenantId,
        Column::Id,
        Column::Name,
        Column::Size,
        Column::Sha256,
        Column::MediaType,
        Column::UploadedBy,
        Column::Version,
        Column::CreatedAt,
        Column::UpdatedAt,
        Column::ExpiresAt,
    ]);
    let row = [
        tenant.0.into(),
        file.id.0.into(),
        file.name.as_str().into(),
        file.size.into(),
        file.sha256.as_str().into(),
        file.media_type.as_str().into(),
        file.uploaded_by.0.into(),
        1_i64.into(),
        file.created_at.utc().into(),
        file.created_at.utc().into(),
        dialect::now_plus(conn, UNATTACHED_MS),
    ];
    insert.values(row).map_err(Error::broken)?;
    conn.execute(&insert).await?;
    Ok(())
}

/// How many bytes all files of a tenant have.
pub(super) async fn bytes(conn: &Conn, tenant: TenantId) -> Result<u64, Error> {
    let sum: Option<Option<i64>> = files::Entity::find()
        .select_only()
        .expr(Expr::col(files::Column::Size).sum().cast_as("BIGINT"))
        .filter(files::Column::TenantId.eq(tenant.0))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(sum.flatten().unwrap_or_default().unsigned_abs())
}

/// From now on these files do not expire, and their rows are held until the unit of work ends, so that no sweep deletes them
/// meanwhile. Gives those that are there, and were uploaded by this person if one is named.
pub(super) async fn hold(
    conn: &Conn,
    tenant: TenantId,
    ids: &[FileId],
    uploaded_by: Option<UserId>,
) -> Result<Vec<FileId>, Error> {
    let mut update = Query::update();
    update
        .table(files::Entity)
        .value(files::Column::ExpiresAt, None::<sea_orm::prelude::DateTimeUtc>)
        .and_where(files::Column::TenantId.eq(tenant.0))
        .and_where(files::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .returning(Query::returning().column(files::Column::Id));
    if let Some(person) = uploaded_by {
        update.and_where(files::Column::UploadedBy.eq(person.0));
    }
    let rows = conn.query_all(&update).await?;
    rows.iter()
        .map(|row| Ok(FileId(row.try_get_by_index(0)?)))
        .collect()
}

/// Says that these files belong to a record; saying it twice is no harm.
pub(super) async fn link(conn: &Conn, tenant: TenantId, ids: &[FileId], record: &Link) -> Result<(), Error> {
    let rows = ids.iter().map(|file| links::ActiveModel {
        tenant_id: ActiveValue::Set(tenant.0),
        file_id: ActiveValue::Set(file.0),
        kind: ActiveValue::Set(record.kind.clone()),
        record_id: ActiveValue::Set(record.id),
    });
    let again = OnConflict::columns([
        links::Column::TenantId,
        links::Column::FileId,
        links::Column::Kind,
        links::Column::RecordId,
    ])
    .do_nothing()
    .to_owned();
    links::Entity::insert_many(rows)
        .on_conflict(again)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Takes these files from a record. Those that no other record refers to expire from now on as if they had just been uploaded.
pub(super) async fn let_go(
    conn: &Conn,
    tenant: TenantId,
    ids: &[FileId],
    record: &Link,
) -> Result<(), Error> {
    let ids = || ids.iter().map(|id| id.0);
    links::Entity::delete_many()
        .filter(links::Column::TenantId.eq(tenant.0))
        .filter(links::Column::FileId.is_in(ids()))
        .filter(links::Column::Kind.eq(record.kind.as_str()))
        .filter(links::Column::RecordId.eq(record.id))
        .exec(conn)
        .await?;
    let mut update = Query::update();
    update
        .table(files::Entity)
        .value(files::Column::ExpiresAt, dialect::now_plus(conn, UNATTACHED_MS))
        .and_where(files::Column::TenantId.eq(tenant.0))
        .and_where(files::Column::Id.is_in(ids()))
        .and_where(files::Column::ExpiresAt.is_null())
        .and_where(Expr::exists(linked(tenant)).not());
    conn.execute(&update).await?;
    Ok(())
}

/// Deletes files that no record refers to and whose time is over, at most so many; gives their contents.
pub(super) async fn delete_expired(conn: &Conn, tenant: TenantId, limit: u64) -> Result<Vec<String>, Error> {
    let old = files::Entity::find()
        .select_only()
        .column(files::Column::Id)
        .filter(is_expired(conn, tenant))
        .order_by_asc(files::Column::ExpiresAt)
        .limit(limit);
    let ids: Vec<Uuid> = old.into_tuple().all(conn).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Asked again: a record may have come to refer to one of them meanwhile.
    let mut delete = Query::delete();
    delete
        .from_table(files::Entity)
        .cond_where(is_expired(conn, tenant))
        .and_where(files::Column::Id.is_in(ids))
        .returning(Query::returning().column(files::Column::Sha256));
    let rows = conn.query_all(&delete).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The links of a file.
fn linked(tenant: TenantId) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(links::Entity)
        .and_where(Expr::col((links::Entity, links::Column::TenantId)).eq(tenant.0))
        .and_where(
            Expr::col((links::Entity, links::Column::FileId)).equals((files::Entity, files::Column::Id)),
        )
        .to_owned()
}

fn is_expired(conn: &Conn, tenant: TenantId) -> Condition {
    Condition::all()
        .add(Expr::col((files::Entity, files::Column::TenantId)).eq(tenant.0))
        .add(Expr::col((files::Entity, files::Column::ExpiresAt)).lte(dialect::now(conn)))
        .add(Expr::exists(linked(tenant)).not())
}

/// Which of these contents a row names.
pub(super) async fn named(
    conn: &Conn,
    tenant: TenantId,
    contents: &[String],
) -> Result<HashSet<String>, Error> {
    let named: Vec<String> = files::Entity::find()
        .select_only()
        .column(files::Column::Sha256)
        .distinct()
        .filter(files::Column::TenantId.eq(tenant.0))
        .filter(files::Column::Sha256.is_in(contents.iter().map(String::as_str)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(named.into_iter().collect())
}

/// Rows in the order of their ids, beginning after one.
pub(super) async fn page(
    conn: &Conn,
    tenant: TenantId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Row>, Error> {
    let mut select = rows(tenant);
    if let Some(after) = after {
        select = select.filter(files::Column::Id.gt(after));
    }
    let page = select.order_by_asc(files::Column::Id).limit(limit);
    Ok(page.into_model().all(conn).await?)
}

/// Those of these files that are there.
pub(super) async fn still_there(conn: &Conn, tenant: TenantId, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let select = rows(tenant).filter(files::Column::Id.is_in(ids.iter().copied()));
    let found: Vec<Row> = select.into_model().all(conn).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

fn rows(tenant: TenantId) -> sea_orm::Select<files::Entity> {
    files::Entity::find()
        .select_only()
        .columns([files::Column::Id, files::Column::Size, files::Column::Sha256])
        .filter(files::Column::TenantId.eq(tenant.0))
}
