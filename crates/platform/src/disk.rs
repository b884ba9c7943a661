//! What must be on the disk before it is told.

use std::io;

use tokio::io::AsyncWriteExt;

/// Syncs what was written. The last write goes on beside us, and whether it succeeded is told by the flush alone:
/// `sync_all` waits for it and keeps its error to itself.
pub(crate) async fn sync(file: &mut tokio::fs::File) -> io::Result<()> {
    file.flush().await?;
    file.sync_all().await
}
