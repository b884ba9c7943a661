//! A file's bytes, for whoever reads what is in it.

use countersign_kernel::id::TenantId;
use countersign_web::Problem;
use tokio::io::AsyncReadExt;

use super::http::{missing, unreadable};
use super::{File, Shelf};

/// All bytes of a file. Whether it may be read, and is small enough to be held, its reader has asked before.
pub async fn whole(shelf: &Shelf, tenant: TenantId, file: &File) -> Result<Vec<u8>, Problem> {
    let opened = shelf.open(tenant, &file.sha256, file.size).await;
    let mut source = opened
        .map_err(|error| unreadable(file, &error))?
        .map_err(|fault| missing(file, fault))?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
    let read = source.read_to_end(&mut bytes).await;
    read.map_err(|error| unreadable(file, &error))?;
    Ok(bytes)
}
