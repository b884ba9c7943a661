//! What stands outside of the database: who signs, and where signed heads are kept besides.
//!
//! Whoever can write to the database can cut off the end of the log together with its seals; only something that lies
//! elsewhere remembers that there was more.

use std::path::{Path, PathBuf};

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

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

/// The server's signing key, as far as the audit needs it.
pub trait Signer: Send + Sync + 'static {
    /// The key's id and the signature as text.
    fn sign<'a>(&'a self, message: &'a str) -> BoxFuture<'a, Result<(String, String), String>>;

    /// Whether this key made this signature; a key that is not known any more did not.
    fn verify<'a>(
        &'a self,
        key_id: &'a str,
        message: &'a str,
        signature: &'a str,
    ) -> BoxFuture<'a, Result<bool, String>>;
}

/// Where signed heads are kept besides the database.
pub trait Anchor: Send + Sync + 'static {
    fn keep<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>>;

    /// The newest that was kept.
    fn newest(&self, tenant: TenantId) -> BoxFuture<'_, Result<Option<Checkpoint>, String>>;
}

/// Files beside the database, one for each tenant, a line for each checkpoint. To be copied elsewhere by whoever
/// cares: a copy proves what the log held.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    fn path(&self, tenant: TenantId) -> PathBuf {
        self.folder.join(format!("{tenant}.jsonl"))
    }
}

impl Anchor for Files {
    fn keep<'a>(&'a self, checkpoint: &'a Checkpoint) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let path = self.path(checkpoint.tenant);
            append(&self.folder, &path, checkpoint)
                .await
                .map_err(|error| format!("{}: {error}", path.display()))
        })
    }

    fn newest(&self, tenant: TenantId) -> BoxFuture<'_, Result<Option<Checkpoint>, String>> {
        Box::pin(async move {
            let path = self.path(tenant);
            let text = match tokio::fs::read_to_string(&path).await {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(format!("{}: {error}", path.display())),
            };
            // A last line that a crash cut short is no checkpoint.
            Ok(text
                .lines()
                .rev()
                .find_map(|line| serde_json::from_str(line).ok()))
        })
    }
}

async fn append(folder: &Path, path: &Path, checkpoint: &Checkpoint) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let mut file = tokio::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .await?;
    let line = serde_json::to_string(checkpoint)?;
    file.write_all(format!("{line}\n").as_bytes()).await?;
    file.sync_all().await
}
