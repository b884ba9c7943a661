//! Goes through imports in the background: some units of one, then of the next. What it does is kept with how far it came, so that
//! another server, or this one after its death, goes on where it was.

use std::sync::Arc;
use std::time::Duration;

use countersign_identity::Directories;
use countersign_kernel::id::{ImportId, TenantId};
use countersign_kernel::time::Clock;
use countersign_storage::claim::{Claim, Claimed, Due};
use countersign_storage::idempotency::{Kept, Keyed, Outcome};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_web::Problem;
use tokio::sync::watch;

use super::UNIT;
use super::prepared::{Prepared, Sheets};
use super::store::{self, Model};
use super::undo::Undo;
use super::unit::{Came, Unit, stop};
use super::words::ImportStatus;
use crate::record::refusal::Refusal;

/// How long a claimed import is out of other servers' reach.
const LEASE: Duration = Duration::from_mins(1);
/// Units of one import before it is another one's turn.
const UNITS: usize = 20;
/// Between two tries of a unit. What does not help then is tried when the lease has run out.
const PAUSES_MS: [u64; 5] = [10, 100, 500, 1_000, 2_000];
/// Between two looks when nothing wakes the worker: whoever begins an import here does, and so it is found what another server left.
const LOOK: Duration = Duration::from_secs(5);

/// Goes through imports.
pub struct Importer {
    db: Db,
    directories: Directories,
    sheets: Sheets,
    clock: Arc<dyn Clock>,
    owner: String,
}

/// How a unit ended.
enum Ended {
    Came(Came),
    /// It could not be done, and may be later.
    Later,
    /// It cannot be done.
    Never(Error),
}

impl Importer {
    /// `owner` names this run of this server and must not be used by any other.
    pub fn new(
        db: Db,
        directories: Directories,
        sheets: Sheets,
        clock: Arc<dyn Clock>,
        owner: impl Into<String>,
    ) -> Self {
        Self {
            db,
            directories,
            sheets,
            clock,
            owner: owner.into(),
        }
    }

    /// Works until told to stop.
    pub async fn run(&self, mut asked: watch::Receiver<bool>) {
        while !*asked.borrow() {
            match self.round().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "imports could not be looked for"),
            }
            tokio::select! {
                () = self.sheets.wake.notified() => {}
                _ = asked.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Works until nothing is due.
    pub async fn turn(&self) -> Result<(), Error> {
        while self.round().await? {}
        Ok(())
    }

    /// The next rows of an import that has come so far, as a unit of work by itself. None if it or its file is lost.
    pub async fn unit(&self, tenant: TenantId, id: ImportId, from: usize) -> Result<Option<Unit>, Problem> {
        let import = store::find(&*self.db.read(tenant).await?, tenant, id).await?;
        let Some(import) = import else { return Ok(None) };
        let prepared = self.sheets.of(&import).await?;
        Ok(prepared.map(|prepared| self.unit_of(&import, prepared, from)))
    }

    fn unit_of(&self, import: &Model, prepared: Arc<Prepared>, from: usize) -> Unit {
        Unit {
            directories: self.directories.clone(),
            import: import.id,
            prepared,
            from,
            most: UNIT,
            now: self.clock.business(import.tenant_id),
            gives_up: false,
        }
    }

    /// Takes one import a little further; whether there was one.
    async fn round(&self) -> Result<bool, Error> {
        let claim = Claim {
            table: "imports",
            due: Due::Now,
            owner: self.owner.clone(),
            lease: LEASE,
            limit: 1,
            except: Vec::new(),
        };
        let Some(Claimed { tenant, id, .. }) = self.db.claim(claim).await?.pop() else {
            return Ok(false);
        };
        let id = ImportId(id);
        let import = store::find(&*self.db.read(tenant).await?, tenant, id).await?;
        match import {
            Some(import) if import.status == ImportStatus::Undoing => self.undo(&import).await,
            Some(import) => self.go_on(&import).await,
            None => {}
        }
        Ok(true)
    }

    async fn go_on(&self, import: &Model) {
        let (tenant, id) = (import.tenant_id, import.id);
        let prepared = match self.sheets.of(import).await {
            Ok(Some(prepared)) => prepared,
            Ok(None) => return self.stop(import, "file_lost").await,
            Err(problem) => {
                return tracing::warn!(%tenant, import = %id, %problem, "an import waits for its file");
            }
        };
        let mut from = usize::try_from(import.done).unwrap_or_default();
        let (mut one_by_one, mut gives_up) = (0_usize, false);
        for _ in 0..UNITS {
            let unit = || Unit {
                most: if one_by_one > 0 { 1 } else { UNIT },
                gives_up,
                ..self.unit_of(import, Arc::clone(&prepared), from)
            };
            match self.write(tenant, unit).await {
                Ended::Came(Came::On(to)) => {
                    from = to;
                    gives_up = false;
                    one_by_one = one_by_one.saturating_sub(1);
                }
                Ended::Came(Came::End) => return,
                Ended::Later => return,
                Ended::Never(error) if gives_up => {
                    return tracing::error!(%tenant, import = %id, %error, "an import cannot go on");
                }
                // What one row does to all is found among them, one by one.
                Ended::Never(error) => {
                    tracing::error!(%tenant, import = %id, row = from, %error, "rows of an import failed");
                    gives_up = one_by_one > 0;
                    one_by_one = if one_by_one > 0 { one_by_one } else { UNIT };
                }
            }
        }
        self.release(import).await;
    }

    async fn undo(&self, import: &Model) {
        let (tenant, id) = (import.tenant_id, import.id);
        for _ in 0..UNITS {
            let undo = || Undo {
                directories: self.directories.clone(),
                import: id,
                kind: import.kind,
                now: self.clock.business(tenant),
            };
            match self.write(tenant, undo).await {
                Ended::Came(Came::On(_)) => {}
                Ended::Came(Came::End) | Ended::Later => return,
                Ended::Never(error) => {
                    return tracing::error!(%tenant, import = %id, %error, "an import cannot be undone");
                }
            }
        }
        self.release(import).await;
    }

    /// Runs a unit, and again in a moment where that may help: the import is held by this server meanwhile.
    async fn write<W>(&self, tenant: TenantId, unit: impl Fn() -> W) -> Ended
    where
        W: Work<Out = Came, Error = Refusal>,
    {
        for pause_ms in PAUSES_MS {
            match self.once(tenant, unit()).await {
                Ended::Later => tokio::time::sleep(Duration::from_millis(pause_ms)).await,
                ended => return ended,
            }
        }
        Ended::Later
    }

    /// A unit counts as what a caller asks for: against the tenant's day in the log, too.
    async fn once<W>(&self, tenant: TenantId, work: W) -> Ended
    where
        W: Work<Out = Came, Error = Refusal>,
    {
        let nothing_kept = |_: &Came| Kept {
            status: 0,
            headers: Vec::new(),
            body: Vec::new(),
        };
        let work = Keyed {
            work,
            key: None,
            render: nothing_kept,
            validate_only: false,
        };
        match self.db.write(tenant, work).await {
            Ok(Outcome::Fresh { out, .. }) => Ended::Came(out),
            Ok(Outcome::Replayed(_)) => Ended::Came(Came::End),
            Err(Refusal::Storage(error @ Error::Broken(_))) => Ended::Never(error),
            Err(Refusal::Storage(error @ Error::Unique { .. })) => Ended::Never(error),
            Err(Refusal::Storage(error)) => {
                tracing::info!(%tenant, %error, "an import waits");
                Ended::Later
            }
            Err(refusal) => Ended::Never(Error::broken(refusal)),
        }
    }

    async fn release(&self, import: &Model) {
        let release = Release(import.id);
        if let Err(error) = self.db.write(import.tenant_id, release).await {
            tracing::warn!(import = %import.id, %error, "an import waits for the end of its lease");
        }
    }

    async fn stop(&self, import: &Model, why: &'static str) {
        let stop = Stop {
            import: import.id,
            why,
            now: self.clock.business(import.tenant_id),
        };
        if let Err(error) = self.db.write(import.tenant_id, stop).await {
            tracing::warn!(import = %import.id, %error, "an import cannot be stopped");
        }
    }
}

/// Puts an import behind the others that wait.
struct Release(ImportId);

impl Work for Release {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        match store::held(uow, self.0).await? {
            Some(import) => store::set_due(uow.writes().await?, &import).await,
            None => Ok(()),
        }
    }
}

/// Ends an import that cannot go on.
struct Stop {
    import: ImportId,
    why: &'static str,
    now: countersign_kernel::time::Instant,
}

impl Work for Stop {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        match store::held(uow, self.import).await? {
            Some(import) if import.status == ImportStatus::Running => {
                stop(uow, import, self.why, self.now).await
            }
            _ => Ok(()),
        }
    }
}
