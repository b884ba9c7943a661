//! Where the bytes lie: a folder for each tenant, a file for each content, named by its SHA-256.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use countersign_kernel::canonical;
use countersign_kernel::id::TenantId;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::kind::HEAD;
use super::room::{self, Room};
use crate::disk;

/// The folder beside the database. Several servers over one database share it.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
    limit: u64,
    room: Arc<Room>,
}

/// Why bytes were not taken.
#[derive(Debug)]
pub(super) enum ShelfError<E> {
    /// More than the limit.
    TooLarge,
    /// They did not come to their end.
    Source(E),
    Disk(io::Error),
}

impl<E> From<io::Error> for ShelfError<E> {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Why a file's bytes cannot be handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    /// So many bytes are there, which is another number than were uploaded.
    OtherSize(u64),
}

/// Bytes that came in whole, and are not kept yet; they go away with this.
pub(super) struct Draft {
    part: PathBuf,
    shelved: PathBuf,
    pub(super) sha256: [u8; 32],
    pub(super) size: u64,
    /// The first bytes, from which the kind is told.
    pub(super) head: Vec<u8>,
}

impl Shelf {
    /// 25 MiB is a good limit (bytes).
    pub fn new(folder: impl Into<PathBuf>, limit: u64) -> Self {
        Self {
            folder: folder.into(),
            limit,
            room: Arc::default(),
        }
    }

    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether the disk has refused something for want of room, and still does.
    pub async fn is_full(&self) -> bool {
        self.room.is_short(&self.folder).await
    }

    /// Writes as much as a small upload, and takes it away.
    pub async fn try_write(&self) -> io::Result<()> {
        room::try_write(&self.folder).await
    }

    /// Writes what comes to a file of its own (`part` is its name for the time being) and syncs it.
    pub(super) async fn take<E>(
        &self,
        tenant: TenantId,
        part: Uuid,
        source: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Draft, ShelfError<E>> {
        let taken = self.write(tenant, part, source).await;
        if let Err(ShelfError::Disk(error)) = &taken {
            self.room.note(error);
        }
        taken
    }

    /// Keeps the bytes: when this returns, they survive a power cut. The same content lies there once.
    pub(super) async fn keep(&self, draft: &Draft) -> io::Result<()> {
        let kept = draft.shelve().await;
        if let Err(error) = &kept {
            self.room.note(error);
        }
        kept
    }

    async fn write<E>(
        &self,
        tenant: TenantId,
        part: Uuid,
        mut source: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Draft, ShelfError<E>> {
        let incoming = self.incoming(tenant);
        tokio::fs::create_dir_all(&incoming).await?;
        let path = incoming.join(part.simple().to_string());
        let mut draft = Draft {
            part: path.clone(),
            shelved: PathBuf::new(),
            sha256: [0; 32],
            size: 0,
            head: Vec::new(),
        };
        let mut file = tokio::fs::File::create_new(&path).await?;
        let mut hash = Sha256::new();
        while let Some(chunk) = source.next().await {
            let chunk = chunk.map_err(ShelfError::Source)?;
            draft.size += chunk.len() as u64;
            if draft.size > self.limit {
                return Err(ShelfError::TooLarge);
            }
            let wanting = HEAD.saturating_sub(draft.head.len());
            draft.head.extend(chunk.iter().take(wanting));
            hash.update(&chunk);
            file.write_all(&chunk).await?;
        }
        disk::sync(&mut file).await?;
        draft.sha256 = hash.finalize().into();
        draft.shelved = self.path(tenant, &canonical::hex(&draft.sha256));
        Ok(draft)
    }

    /// Opens a content for reading, if it is there in the size that it was uploaded in.
    pub(super) async fn open(
        &self,
        tenant: TenantId,
        sha256: &str,
        size: i64,
    ) -> io::Result<Result<tokio::fs::File, Fault>> {
        let file = match tokio::fs::File::open(self.path(tenant, sha256)).await {
            Ok(file) => file,
            Err(error) => return missing(error).map(Err),
        };
        let found = file.metadata().await?;
        Ok(fault(&found, size).map_or(Ok(file), Err))
    }

    /// What is wrong with a content, if anything is.
    pub(super) async fn fault(&self, tenant: TenantId, sha256: &str, size: i64) -> io::Result<Option<Fault>> {
        match tokio::fs::metadata(self.path(tenant, sha256)).await {
            Ok(found) => Ok(fault(&found, size)),
            Err(error) => missing(error).map(Some),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where uploads lie until they are whole.
    pub(super) fn incoming(&self, tenant: TenantId) -> PathBuf {
        self.folder.join(tenant.to_string()).join("incoming")
    }

    /// Made from our own hash alone: no name of a user's comes near a path.
    pub(super) fn path(&self, tenant: TenantId, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.folder.join(tenant.to_string()).join(shelf).join(sha256)
    }
}

impl Draft {
    async fn shelve(&self) -> io::Result<()> {
        let Some(folder) = self.shelved.parent() else {
            return Ok(());
        };
        tokio::fs::create_dir_all(folder).await?;
        tokio::fs::rename(&self.part, &self.shelved).await?;
        sync_folders(folder).await
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After shelving there is nothing left under this name.
        let _ = std::fs::remove_file(&self.part);
    }
}

fn fault(found: &Metadata, size: i64) -> Option<Fault> {
    if !found.is_file() {
        Some(Fault::Missing)
    } else if found.len() != size.unsigned_abs() {
        Some(Fault::OtherSize(found.len()))
    } else {
        None
    }
}

fn missing(error: io::Error) -> io::Result<Fault> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(Fault::Missing),
        _ => Err(error),
    }
}

/// A new name is durable when its folder is, and a new folder when the one above is.
async fn sync_folders(folder: &Path) -> io::Result<()> {
    for folder in folder
        .ancestors()
        .take(3)
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        tokio::fs::File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use futures_util::stream;
    use tokio::io::AsyncReadExt;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn chunks(texts: &[&'static str]) -> impl Stream<Item = Result<Bytes, ()>> + Unpin {
        stream::iter(
            texts
                .iter()
                .map(|text| Ok(Bytes::from_static(text.as_bytes())))
                .collect::<Vec<_>>(),
        )
    }

    #[tokio::test]
    async fn bytes_are_kept_under_their_hash_and_drafts_go_away() {
        let folder = std::env::temp_dir().join(format!("shelf-{}", std::process::id()));
        let shelf = Shelf::new(&folder, 10);
        let draft = shelf
            .take(TENANT, Uuid::from_u128(1), chunks(&["he", "llo"]))
            .await
            .unwrap();
        assert_eq!((draft.size, draft.head.as_slice()), (5, &b"hello"[..]));
        let hash = canonical::hex(&draft.sha256);
        assert_eq!(
            hash,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
        shelf.keep(&draft).await.unwrap();
        let mut text = String::new();
        shelf
            .open(TENANT, &hash, 5)
            .await
            .unwrap()
            .unwrap()
            .read_to_string(&mut text)
            .await
            .unwrap();
        assert_eq!(text, "hello");

        let dropped = shelf
            .take(TENANT, Uuid::from_u128(2), chunks(&["bye"]))
            .await
            .unwrap();
        let part = dropped.part.clone();
        drop(dropped);
        assert!(!part.exists());
        assert!(matches!(
            shelf
                .take(TENANT, Uuid::from_u128(3), chunks(&["more than", " ten"]))
                .await,
            Err(ShelfError::TooLarge)
        ));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
