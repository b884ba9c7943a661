//! The use cases of files: keep one, say which record it belongs to, find those that a caller may read.

use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, FileId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Conn, Entry, Error, Uow, Work};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::store::{files, links};
use super::{File, UPLOADED};
use crate::Sight;

/// Keeps the row of a file whose bytes lie on the shelf.
pub(super) struct Keep {
    pub(super) file: File,
    pub(super) event: EventId,
    pub(super) trace: Option<String>,
}

impl Work for Keep {
    type Out = File;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<File, Error> {
        let (tenant, file) = (uow.tenant(), &self.file);
        let row = files::ActiveModel {
            tenant_id: ActiveValue::Set(tenant.0),
            id: ActiveValue::Set(file.id.0),
            name: ActiveValue::Set(file.name.clone()),
            size: ActiveValue::Set(file.size),
            sha256: ActiveValue::Set(file.sha256.clone()),
            media_type: ActiveValue::Set(file.media_type.clone()),
            uploaded_by: ActiveValue::Set(file.uploaded_by.0),
            version: ActiveValue::Set(1),
            created_at: ActiveValue::Set(file.created_at.utc()),
            updated_at: ActiveValue::Set(file.created_at.utc()),
        };
        files::Entity::insert(row)
            .exec_without_returning(uow.writes().await?)
            .await?;
        uow.append(self.entry());
        Ok(file.clone())
    }
}

impl Keep {
    fn entry(&self) -> Entry {
        let file = &self.file;
        let change = ChangeContext {
            actor: Actor::User(file.uploaded_by),
            at: file.created_at,
            cause: Cause::request(self.trace.clone()),
        };
        change
            .entry(self.event, Link::new("file", file.id.0), 1, UPLOADED.name)
            .with_body(
                json!({"thing": {"size": file.size, "sha256": file.sha256, "media_type": file.media_type}}),
            )
            .with_private(Some(json!({"name": file.name})))
    }
}

/// Says that files belong to a record: whoever sees the record may read them from now on. Saying it twice is no harm.
pub async fn attach(uow: &mut Uow, files: &[FileId], record: &Link) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let tenant = uow.tenant();
    let rows = files.iter().map(|file| links::ActiveModel {
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
        .exec_without_returning(uow.writes().await?)
        .await?;
    Ok(())
}

/// The files with these ids that exist, in one query; whether a caller may use one is [`File::uploaded_by`]'s to say.
pub async fn facts(conn: &Conn, tenant: TenantId, ids: &[FileId]) -> Result<Vec<File>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = files::Entity::find()
        .filter(files::Column::TenantId.eq(tenant.0))
        .filter(files::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(File::from).collect())
}

/// One file, if the caller may read it: whoever uploaded it, whoever sees a record that it belongs to, and admins.
pub(super) async fn readable(
    conn: &Conn,
    sight: &Sight,
    caller: &Caller,
    id: FileId,
) -> Result<Option<File>, Error> {
    let Some(file) = facts(conn, caller.tenant, &[id]).await?.pop() else {
        return Ok(None);
    };
    if caller.is_admin() || file.uploaded_by == caller.user {
        return Ok(Some(file));
    }
    let rows = links::Entity::find()
        .filter(links::Column::TenantId.eq(caller.tenant.0))
        .filter(links::Column::FileId.eq(id.0))
        .all(conn)
        .await?;
    let records: Vec<_> = rows.into_iter().map(|row| (row.kind, row.record_id)).collect();
    let seen = sight.records(conn, caller, &records).await?;
    Ok(if seen.is_empty() { None } else { Some(file) })
}

impl From<files::Model> for File {
    fn from(row: files::Model) -> Self {
        Self {
            id: FileId(row.id),
            name: row.name,
            size: row.size,
            sha256: row.sha256,
            media_type: row.media_type,
            uploaded_by: UserId(row.uploaded_by),
            created_at: Instant::new(row.created_at),
        }
    }
}
