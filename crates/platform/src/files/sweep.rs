//! What nobody needs any more leaves the store: uploads that never came to their end, files that no record refers to, and
//! bytes that no file names. In small steps, so that nobody waits for it.

use std::io;
use std::sync::Arc;

use chrono::TimeDelta;
use countersign_kernel::id::{Entropy, TenantId};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::{Db, Error, Uow, Work};
use uuid::Uuid;

use super::listing::{Listing, SHELVES, is_content, is_upload};
use super::{Shelf, removal, store};

/// Rows or names in one step.
const STEP: usize = 200;

/// Steps of each kind for one tenant in one go: what is left then is left for the next.
const STEPS_MAX: u32 = 500;

/// What was written to within a day may be an upload under way.
pub(super) const UNDER_WAY: TimeDelta = TimeDelta::hours(24);

/// All contents are looked at within so many hours, a part of them in each.
const PARTS: u32 = 24;

/// Who sweeps.
pub struct Sweeper {
    pub db: Db,
    pub shelf: Shelf,
    /// The machine's time: the bytes' age is told by the machine that keeps them.
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// How much left the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that never came to their end.
    pub uploads: u64,
    /// Files that no record referred to.
    pub files: u64,
    /// Contents that no file named.
    pub contents: u64,
}

/// Why a sweep stopped.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Database(#[from] Error),
    #[error("the store of files: {0}")]
    Disk(#[from] io::Error),
}

impl Sweeper {
    /// Sweeps these tenants' parts of the store. A failure is logged, and stops neither the rest nor another tenant's.
    pub async fn sweep(&self, tenants: &[TenantId]) -> Swept {
        let mut all = Swept::default();
        for tenant in tenants {
            let tell = |what: &str, swept: Result<(), SweepError>| {
                if let Err(error) = swept {
                    tracing::error!(%tenant, %error, "{what} could not be swept; this is tried again within the hour");
                }
            };
            tell("broken uploads", self.uploads(*tenant, &mut all).await);
            tell(
                "files that nothing refers to",
                self.files(*tenant, &mut all).await,
            );
            tell("bytes that no file names", self.contents(*tenant, &mut all).await);
        }
        if all != Swept::default() {
            let Swept {
                uploads,
                files,
                contents,
            } = all;
            tracing::info!(uploads, files, contents, "files were swept");
        }
        all
    }

    async fn uploads(&self, tenant: TenantId, all: &mut Swept) -> Result<(), SweepError> {
        let mut listing = Listing::incoming(&self.shelf, tenant).await?;
        for _ in 0..STEPS_MAX {
            let found = listing.next(STEP).await?;
            if found.is_empty() {
                break;
            }
            let aside: Vec<String> = found
                .iter()
                .filter_map(|one| removal::set_aside(&one.name))
                .map(str::to_owned)
                .collect();
            let named = self.named(tenant, &aside).await?;
            for one in found {
                if let Some(sha256) = removal::set_aside(&one.name) {
                    let (before, aside) = (self.before(), self.aside());
                    let is_named = named.contains(sha256);
                    let gone =
                        removal::recover(&self.shelf, tenant, &one.name, is_named, before, aside).await?;
                    all.contents += u64::from(gone);
                } else if is_upload(&one.name) && one.written < self.before() {
                    let path = self.shelf.incoming(tenant).join(&one.name);
                    all.uploads += u64::from(is_removed(tokio::fs::remove_file(path).await)?);
                }
            }
        }
        Ok(())
    }

    async fn files(&self, tenant: TenantId, all: &mut Swept) -> Result<(), SweepError> {
        for _ in 0..STEPS_MAX {
            let contents = self.db.write(tenant, DeleteExpired).await?;
            all.files += contents.len() as u64;
            self.remove_unnamed(tenant, &contents, all).await?;
            if contents.len() < STEP {
                break;
            }
        }
        Ok(())
    }

    /// The part of the contents whose hour it is.
    async fn contents(&self, tenant: TenantId, all: &mut Swept) -> Result<(), SweepError> {
        let hour = self.clock.now().millis() / 3_600_000;
        let part = u32::try_from(hour.rem_euclid(i64::from(PARTS))).unwrap_or_default();
        for byte in (0..SHELVES).filter(|byte| byte % PARTS == part) {
            let mut listing = Listing::contents(&self.shelf, tenant, byte).await?;
            loop {
                let found = listing.next(STEP).await?;
                if found.is_empty() {
                    break;
                }
                let before = self.before();
                let old = found.into_iter().filter(|one| one.written < before);
                let old: Vec<String> = old.map(|one| one.name).filter(|name| is_content(name)).collect();
                self.remove_unnamed(tenant, &old, all).await?;
            }
        }
        Ok(())
    }

    async fn remove_unnamed(
        &self,
        tenant: TenantId,
        contents: &[String],
        all: &mut Swept,
    ) -> Result<(), SweepError> {
        let named = self.named(tenant, contents).await?;
        for sha256 in contents.iter().filter(|sha256| !named.contains(*sha256)) {
            let gone = removal::remove(&self.shelf, tenant, sha256, self.before(), self.aside()).await?;
            all.contents += u64::from(gone);
        }
        Ok(())
    }

    async fn named(
        &self,
        tenant: TenantId,
        contents: &[String],
    ) -> Result<std::collections::HashSet<String>, Error> {
        if contents.is_empty() {
            return Ok(std::collections::HashSet::new());
        }
        store::named(&*self.db.read(tenant).await?, tenant, contents).await
    }

    fn before(&self) -> Instant {
        self.clock.now().plus(-UNDER_WAY)
    }

    fn aside(&self) -> Uuid {
        self.entropy.uuid(self.clock.now())
    }
}

/// One step: files that no record refers to, and whose time is over.
struct DeleteExpired;

impl Work for DeleteExpired {
    type Out = Vec<String>;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Vec<String>, Error> {
        let tenant = uow.tenant();
        store::delete_expired(uow.writes().await?, tenant, STEP as u64).await
    }
}

/// Whether a file is gone by this; one that somebody else removed is not.
fn is_removed(done: io::Result<()>) -> io::Result<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
