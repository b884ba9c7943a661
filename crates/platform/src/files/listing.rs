//! What lies in the store of bytes, read a few names at a time: for `doctor` and the sweep.

use std::io;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use tokio::fs::ReadDir;

use super::Shelf;

/// Folders of contents: one for each beginning of a hash.
pub(super) const SHELVES: u32 = 256;

/// A file that lies in a folder.
pub(super) struct Found {
    pub(super) name: String,
    /// When it was last written to.
    pub(super) written: Instant,
}

/// The files of a folder; none if there is no such folder.
pub(super) struct Listing(Option<ReadDir>);

impl Listing {
    /// Where uploads of a tenant lie until they are whole.
    pub(super) async fn incoming(shelf: &Shelf, tenant: TenantId) -> io::Result<Self> {
        Self::of(shelf.incoming(tenant)).await
    }

    /// The contents of a tenant whose hash begins with this byte.
    pub(super) async fn contents(shelf: &Shelf, tenant: TenantId, byte: u32) -> io::Result<Self> {
        let folder = shelf.folder().join(tenant.to_string());
        Self::of(folder.join(format!("{byte:02x}"))).await
    }

    async fn of(folder: PathBuf) -> io::Result<Self> {
        match tokio::fs::read_dir(folder).await {
            Ok(entries) => Ok(Self(Some(entries))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }

    /// The next files, at most so many; none at the end.
    pub(super) async fn next(&mut self, limit: usize) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        let Some(entries) = &mut self.0 else {
            return Ok(found);
        };
        while found.len() < limit {
            let Some(entry) = entries.next_entry().await? else {
                break;
            };
            let about = match entry.metadata().await {
                Ok(about) => about,
                // Taken away since the folder was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if let (true, Ok(name)) = (about.is_file(), entry.file_name().into_string()) {
                let written = written(&about)?;
                found.push(Found { name, written });
            }
        }
        Ok(found)
    }
}

/// When a file was last written to.
pub(super) fn written(about: &std::fs::Metadata) -> io::Result<Instant> {
    let since = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Instant::from_millis(
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
    ))
}

/// The tenants that the store has folders for.
pub(super) async fn tenants(shelf: &Shelf) -> io::Result<Vec<TenantId>> {
    let mut entries = match tokio::fs::read_dir(shelf.folder()).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut tenants = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().into_string().unwrap_or_default();
        tenants.extend(name.parse::<TenantId>().ok());
    }
    Ok(tenants)
}

/// Whether this is the name of a content: a SHA-256 in hexadecimal.
pub(super) fn is_content(name: &str) -> bool {
    name.len() == 64 && is_hex(name)
}

/// Whether this is the name of an upload under way.
pub(super) fn is_upload(name: &str) -> bool {
    name.len() == 32 && is_hex(name)
}

fn is_hex(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
