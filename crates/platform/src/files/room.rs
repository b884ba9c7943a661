//! Whether the disk under the store has room: noticed where it refuses something, and over when a trial is kept.

use std::io;
use std::path::Path;
use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::disk;

/// As much as a small upload takes (bytes).
const TRIAL: usize = 256 * 1024;
/// From one trial to the next, however many ask.
const PAUSE: Duration = Duration::from_secs(1);
/// No tenant's folder has this name.
const NAME: &str = "trial";

#[derive(Debug, Default)]
pub(super) struct Room {
    short: AtomicBool,
    /// When the last trial began.
    last: StdMutex<Option<Instant>>,
}

impl Room {
    pub(super) fn note(&self, error: &io::Error) {
        if is_full(error) {
            self.short.store(true, Ordering::Release);
        }
    }

    /// Asking makes the trial, at most once a second.
    pub(super) async fn is_short(&self, folder: &Path) -> bool {
        if !self.short.load(Ordering::Acquire) {
            return false;
        }
        if self.is_time() {
            match try_write(folder).await {
                Ok(()) => self.short.store(false, Ordering::Release),
                Err(error) => tracing::warn!(%error, "the store of files still takes nothing"),
            }
        }
        self.short.load(Ordering::Acquire)
    }

    fn is_time(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|began| began.elapsed() >= PAUSE);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Writes a file and takes it away, whatever became of it.
pub(super) async fn try_write(folder: &Path) -> io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(NAME);
    let written = write(&path).await;
    let removed = tokio::fs::remove_file(&path).await;
    match removed {
        // Another server that shares the folder was first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => written,
        removed => written.and(removed),
    }
}

async fn write(path: &Path) -> io::Result<()> {
    let mut file = tokio::fs::File::create(path).await?;
    file.write_all(&vec![0x5a; TRIAL]).await?;
    disk::sync(&mut file).await
}
