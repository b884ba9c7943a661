//! The use cases of files: keep one, say which record it belongs to, find those that a caller may read.

use std::collections::BTreeSet;

use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, FileId, TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Conn, Entry, Error, Quota, Uow, Work};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, files, links};
use super::{File, UPLOADED};
use crate::Sight;

/// Ids in one statement: a database takes so many values and no more.
const NAMED_AT_ONCE: usize = 500;

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
        let kept = store::bytes(uow.reads(), tenant).await?;
        uow.within(Quota::FileBytes, kept, file.size.unsigned_abs())?;
        store::insert(uow.writes().await?, tenant, file).await?;
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

/// Says that files belong to a record: whoever sees the record may read them from now on. Saying it twice is no harm. A
/// file that was deleted in the same moment is a conflict: whoever named it looks again, and is told.
pub async fn attach(uow: &mut Uow, files: &[FileId], record: &Link) -> Result<(), Error> {
    let wanted: BTreeSet<FileId> = files.iter().copied().collect();
    let held = hold(uow, &wanted, None, record).await?;
    if held < wanted.len() {
        return Err(Error::Conflict);
    }
    Ok(())
}

/// Keeps those of the files that this person uploaded for as long as their draft may name them. What is not there, or
/// somebody else's, a draft may name all the same: it is refused when the draft is submitted. Nobody reads a file
/// through a draft.
pub async fn keep_for_draft(
    uow: &mut Uow,
    files: &BTreeSet<FileId>,
    uploaded_by: UserId,
    draft: Uuid,
) -> Result<(), Error> {
    let record = Link::new("draft", draft);
    hold(uow, files, Some(uploaded_by), &record).await.map(|_| ())
}

/// Says that these files belong to a record no more: those that belong to no other expire like fresh uploads.
pub async fn let_go(uow: &mut Uow, files: &BTreeSet<FileId>, record: &Link) -> Result<(), Error> {
    let tenant = uow.tenant();
    let files: Vec<FileId> = files.iter().copied().collect();
    for some in files.chunks(NAMED_AT_ONCE) {
        store::let_go(uow.writes().await?, tenant, some, record).await?;
    }
    Ok(())
}

/// Links those of the files that are there; how many.
async fn hold(
    uow: &mut Uow,
    wanted: &BTreeSet<FileId>,
    uploaded_by: Option<UserId>,
    record: &Link,
) -> Result<usize, Error> {
    let tenant = uow.tenant();
    let wanted: Vec<FileId> = wanted.iter().copied().collect();
    let mut all = 0;
    for some in wanted.chunks(NAMED_AT_ONCE) {
        let held = store::hold(uow.writes().await?, tenant, some, uploaded_by).await?;
        if !held.is_empty() {
            store::link(uow.writes().await?, tenant, &held, record).await?;
        }
        all += held.len();
    }
    Ok(all)
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

/// One file, if the caller may read it: whoever uploaded it, whoever sees a record that it belongs to and has its scope, and
/// admins, whose keys have scopes, too.
pub async fn readable(
    conn: &Conn,
    sight: &Sight,
    caller: &Caller,
    id: FileId,
) -> Result<Option<File>, Error> {
    let Some(file) = facts(conn, caller.tenant, &[id]).await?.pop() else {
        return Ok(None);
    };
    if file.uploaded_by == caller.user {
        return Ok(Some(file));
    }
    let rows = links::Entity::find()
        .filter(links::Column::TenantId.eq(caller.tenant.0))
        .filter(links::Column::FileId.eq(id.0))
        .all(conn)
        .await?;
    let belongs_to_none = rows.is_empty();
    let records: Vec<_> = rows
        .into_iter()
        .map(|row| (row.kind, row.record_id))
        .filter(|(kind, _)| sight.in_scope(caller, kind))
        .collect();
    let seen = sight.records(conn, caller, &records).await?;
    let may_read = !seen.is_empty() || (belongs_to_none && caller.is_admin());
    Ok(may_read.then_some(file))
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
