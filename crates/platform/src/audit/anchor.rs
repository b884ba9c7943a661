//! What stands outside of the database: who signs, and where signed heads are kept besides.
//!
//! Whoever can write to the database can cut off the end of the log together with its seals; only something that lies
//! elsewhere remembers that there was more.

use std::io::{ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader};

use crate::disk;

/// A signed head of one tenant's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub tenant: TenantId,
    /// The seal's number.
    pub seal: i64,
    pub hash: String,
    pub signed_at: Instant,
    pub key_id: String,
    pub signature: String,
}

impl Checkpoint {
    /// What is signed.
    pub fn message(tenant: TenantId, seal: i64, hash: &str, signed_at: Instant) -> String {
        format!("countersign audit checkpoint 1\n{tenant}\n{seal}\n{hash}\n{signed_at}\n")
    }

    pub(super) fn own_message(&self) -> String {
        Self::message(self.tenant, self.seal, &self.hash, self.signed_at)
    }
}

/// Whose a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    Valid,
    /// The key is known, and did not make it.
    Forged,
    /// By a key that this server does not have: it cannot tell.
    UnknownKey,
}

/// The server's signing key, as far as the audit needs it.
pub trait Signer: Send + Sync + 'static {
    /// Whether it can sign: a server without the key of this database cannot.
    fn can_sign(&self) -> bool;

    /// The key's id and the signature as text.
    fn sign<'a>(&'a self, message: &'a str) -> BoxFuture<'a, Result<(String, String), String>>;

    fn verify<'a>(
        &'a self,
        key_id: &'a str,
        message: &'a str,
        signature: &'a str,
    ) -> BoxFuture<'a, Result<Signature, String>>;
}

/// Where signed heads are kept besides the database.
pub trait Anchor: Send + Sync + 'static {
    /// Keeps a head for ever.
    fn keep<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>>;

    /// Keeps the newest head, in the place of the one before it.
    fn note<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>>;

    /// The head that was noted last.
    fn noted(&self, tenant: TenantId) -> BoxFuture<'_, Result<Option<Checkpoint>, String>>;

    /// Some of those that were kept, in order, and the place behind them; none at the end.
    fn kept(&self, tenant: TenantId, place: u64) -> BoxFuture<'_, Result<Kept, String>>;
}

/// Heads that were kept.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub heads: Vec<Checkpoint>,
    pub next: u64,
}

/// Files beside the database, for each tenant one with a line for each head that is kept, and one with the newest. To
/// be copied elsewhere by whoever cares: a copy proves what the log held.
pub struct Files {
    folder: PathBuf,
}

/// Lines read in one go.
const AT_ONCE: usize = 500;

impl Files {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    fn path(&self, tenant: TenantId, ending: &str) -> PathBuf {
        self.folder.join(format!("{tenant}.{ending}"))
    }
}

/// Names the file in what went wrong with it.
fn at(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

impl Anchor for Files {
    fn keep<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let path = self.path(checkpoint.tenant, "jsonl");
            append(&self.folder, &path, checkpoint).await.map_err(at(&path))
        })
    }

    fn note<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let path = self.path(checkpoint.tenant, "head");
            replace(&self.folder, &path, checkpoint).await.map_err(at(&path))
        })
    }

    fn noted(&self, tenant: TenantId) -> BoxFuture<'_, Result<Option<Checkpoint>, String>> {
        Box::pin(async move {
            let path = self.path(tenant, "head");
            let text = match tokio::fs::read_to_string(&path).await {
                Ok(text) => text,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(at(&path)(error)),
            };
            // A file that a power failure left half written is no head.
            Ok(serde_json::from_str(&text).ok())
        })
    }

    fn kept(&self, tenant: TenantId, place: u64) -> BoxFuture<'_, Result<Kept, String>> {
        Box::pin(async move {
            let path = self.path(tenant, "jsonl");
            lines(&path, place).await.map_err(at(&path))
        })
    }
}

async fn append(folder: &Path, path: &Path, checkpoint: &Checkpoint) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let mut file = tokio::fs::OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .await?;
    // A full disk or a crash may have cut the last line short: the next head does not share its line.
    let begins = if ends_a_line(&mut file).await? { "" } else { "\n" };
    let line = serde_json::to_string(checkpoint)?;
    file.write_all(format!("{begins}{line}\n").as_bytes()).await?;
    disk::sync(&mut file).await
}

async fn ends_a_line(file: &mut tokio::fs::File) -> std::io::Result<bool> {
    if file.metadata().await?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1)).await?;
    Ok(file.read_u8().await? == b'\n')
}

/// Not synced, as it is done for every seal: after a power failure an older head may stand there, which is true, too.
async fn replace(folder: &Path, path: &Path, checkpoint: &Checkpoint) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let written = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let new = path.with_extension(format!("head.new-{}-{written}", std::process::id()));
    let replaced = match tokio::fs::write(&new, serde_json::to_string(checkpoint)?).await {
        Ok(()) => tokio::fs::rename(&new, path).await,
        failed => failed,
    };
    if replaced.is_err() {
        // The disk may be full: nothing that is of no use stays on it.
        let _ = tokio::fs::remove_file(&new).await;
    }
    replaced
}

async fn lines(path: &Path, place: u64) -> std::io::Result<Kept> {
    let mut file = match tokio::fs::File::open(path).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::default()),
        file => file?,
    };
    file.seek(SeekFrom::Start(place)).await?;
    let (mut file, mut kept) = (BufReader::new(file), Kept::default());
    kept.next = place;
    let mut line = Vec::new();
    while kept.heads.len() < AT_ONCE {
        line.clear();
        let read = file.read_until(b'\n', &mut line).await?;
        if read == 0 {
            break;
        }
        kept.next += read as u64;
        // A line that a crash cut short is no head.
        kept.heads
            .extend(serde_json::from_slice::<Checkpoint>(&line).ok());
    }
    Ok(kept)
}
