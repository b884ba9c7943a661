//! Seals what was written, window by window, and signs the heads.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use countersign_events::{Failure, Publisher, Standing};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error, Uow, Work};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveValue, EntityTrait, IntoActiveModel};

use super::anchor::Checkpoint;
use super::chain::Format;
use super::store::{self, checkpoints, seals};
use super::{Auditor, chain};

/// Entries under one seal at most.
const AT_ONCE: u64 = 500;
/// Entries gather for so long, so that a seal covers many; they are sealed within a second.
const GATHER: Duration = Duration::from_millis(300);
/// A head is signed when the last signature is so old.
const SIGNED_EACH: TimeDelta = TimeDelta::seconds(60);

/// The sealer, a publisher of the runner: its lease makes it one for all tenants, its cursor says which of them have
/// something new. Where the chain of a tenant ends stands in its seals, so that nothing is sealed twice; two sealers
/// could not fork it either, because number and predecessor of a seal are unique.
pub struct Sealing {
    db: Db,
    clock: Arc<dyn Clock>,
    auditor: Auditor,
    /// Tenants with heads that are to be kept, and since when.
    unkept: Mutex<HashMap<TenantId, Instant>>,
    /// The heads that were noted last.
    noted: Mutex<HashMap<TenantId, Noted>>,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    number: i64,
    hash: String,
}

/// What the anchor holds of a chain.
#[derive(Debug, Clone)]
enum Noted {
    Head(End),
    /// A head that the chain no longer leads to: it is evidence, and nothing is put in its place.
    Touched,
}

impl Sealing {
    pub fn new(db: Db, clock: Arc<dyn Clock>, auditor: Auditor) -> Self {
        Self {
            db,
            clock,
            auditor,
            unkept: Mutex::default(),
            noted: Mutex::default(),
        }
    }

    /// Seals all that a tenant's log holds and readers may see, and notes the head.
    pub async fn seal(&self, tenant: TenantId) -> Result<(), Failure> {
        let end = loop {
            let seal = match self.next(tenant).await? {
                Next::Seal(seal) => seal,
                Next::Nothing { end } => break end,
            };
            match self.db.write(tenant, Seal { row: seal }).await {
                Ok(()) => {}
                // Another sealer was first: the chain goes on behind its seal.
                Err(error) if error.is_unique() => {}
                Err(error) => return Err(error.into()),
            }
        };
        match end {
            Some(end) if self.auditor.signer.can_sign() => self.note(tenant, end).await,
            _ => Ok(()),
        }
    }

    /// The next seal of a tenant's chain. It is made by a reader: entries never change, and whoever writes waits for no
    /// hashing.
    async fn next(&self, tenant: TenantId) -> Result<Next, Error> {
        let reader = self.db.read(tenant).await?;
        let last = store::last_seal(&reader, tenant).await?;
        let before = store::cursor_of(last.as_ref())?;
        let batch = log::window_of_tenant(&reader, tenant, before, None, AT_ONCE).await?;
        if batch.is_end() {
            return Ok(Next::Nothing {
                end: last.as_ref().map(End::of),
            });
        }
        let head = match &last {
            Some(seal) => chain::read(&seal.hash).ok_or_else(|| Error::broken("a seal holds no hash"))?,
            None => chain::origin(tenant),
        };
        let mut seal = seals::Model {
            tenant_id: tenant.0,
            number: last.map_or(0, |seal| seal.number) + 1,
            entries: i64::try_from(batch.entries.len()).map_err(Error::broken)?,
            cursor: batch.next.encode(),
            prev_hash: chain::show(&head),
            hash: String::new(),
            sealed_at: self.clock.now().utc(),
            format: Format::LATEST,
        };
        let head = chain::extend(head, &batch.entries, Format::Two);
        seal.hash = chain::show(&chain::seal(head, &seal, Format::Two));
        Ok(Next::Seal(seal))
    }

    /// Notes where a chain ends, unless the chain no longer leads through what was noted before.
    async fn note(&self, tenant: TenantId, end: End) -> Result<(), Failure> {
        let before = locked(&self.noted).get(&tenant).cloned();
        let before = match before {
            Some(Noted::Touched) => return Ok(()),
            Some(Noted::Head(end)) => Some(end),
            None => self.noted_before(tenant).await?,
        };
        if before.as_ref() == Some(&end) {
            return Ok(());
        }
        let stands = match &before {
            None => true,
            Some(before) => {
                let reader = self.db.read(tenant).await?;
                store::hash_of(&reader, tenant, before.number).await?.as_ref() == Some(&before.hash)
            }
        };
        let noted = if stands {
            let checkpoint = self.signed(tenant, end.clone()).await?;
            self.auditor
                .anchor
                .note(&checkpoint)
                .await
                .map_err(Failure::Again)?;
            Noted::Head(end)
        } else {
            tracing::error!(%tenant, seal = before.map(|end| end.number), "the log was touched behind the server's back: a head that was noted is not in its chain any more; see GET /v1/audit/verify");
            Noted::Touched
        };
        locked(&self.noted).insert(tenant, noted);
        Ok(())
    }

    async fn noted_before(&self, tenant: TenantId) -> Result<Option<End>, Failure> {
        let noted = self.auditor.anchor.noted(tenant).await.map_err(Failure::Again)?;
        Ok(noted.map(|head| End {
            number: head.seal,
            hash: head.hash,
        }))
    }

    async fn signed(&self, tenant: TenantId, end: End) -> Result<Checkpoint, Failure> {
        let signed_at = self.clock.now();
        let message = Checkpoint::message(tenant, end.number, &end.hash, signed_at);
        let (key_id, signature) = self.auditor.signer.sign(&message).await.map_err(Failure::Again)?;
        Ok(Checkpoint {
            tenant,
            seal: end.number,
            hash: end.hash,
            signed_at,
            key_id,
            signature,
        })
    }

    /// Signs the head of a tenant's chain, unless that was done, and keeps the signature in both places.
    pub async fn sign(&self, tenant: TenantId) -> Result<(), Failure> {
        if !self.auditor.signer.can_sign() {
            return Ok(());
        }
        let (head, signed) = {
            let reader = self.db.read(tenant).await?;
            (
                store::last_seal(&reader, tenant).await?,
                store::last_checkpoint(&reader, tenant).await?,
            )
        };
        let Some(head) = head.filter(|head| signed.is_none_or(|signed| signed.number < head.number)) else {
            return Ok(());
        };
        let checkpoint = self.signed(tenant, End::of(&head)).await?;
        self.auditor
            .anchor
            .keep(&checkpoint)
            .await
            .map_err(Failure::Again)?;
        match self.db.write(tenant, Sign { checkpoint }).await {
            Err(error) if error.is_unique() => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Signs what has waited for a minute.
    async fn sign_due(&self) -> Result<(), Failure> {
        let before = self.clock.now().plus(-SIGNED_EACH);
        let due: Vec<TenantId> = locked(&self.unkept)
            .iter()
            .filter(|(_, since)| **since <= before)
            .map(|(tenant, _)| *tenant)
            .collect();
        for tenant in due {
            self.sign(tenant).await?;
            locked(&self.unkept).remove(&tenant);
        }
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl End {
    fn of(seal: &seals::Model) -> Self {
        Self {
            number: seal.number,
            hash: seal.hash.clone(),
        }
    }
}

impl Publisher for Sealing {
    fn name(&self) -> &'static str {
        "sealer"
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn reads_entries(&self) -> bool {
        false
    }

    fn breath(&self) -> Duration {
        GATHER
    }

    fn publish<'a>(&'a self, events: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let tenants: BTreeSet<TenantId> = events.iter().map(|event| event.tenant).collect();
            for tenant in tenants {
                self.seal(tenant).await?;
                locked(&self.unkept)
                    .entry(tenant)
                    .or_insert_with(|| self.clock.now());
            }
            Ok(())
        })
    }

    fn tick(&self) -> BoxFuture<'_, Result<Standing, Failure>> {
        Box::pin(async {
            self.sign_due().await?;
            Ok(Standing::GoOn)
        })
    }
}

/// What comes next in a tenant's chain.
enum Next {
    Seal(seals::Model),
    /// All is sealed; where the chain ends.
    Nothing {
        end: Option<End>,
    },
}

/// Keeps a seal, unless another one has its place.
struct Seal {
    row: seals::Model,
}

impl Work for Seal {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        seals::Entity::insert(self.row.clone().into_active_model())
            .exec_without_returning(uow.writes().await?)
            .await?;
        Ok(())
    }
}

/// Keeps a signed head.
struct Sign {
    checkpoint: Checkpoint,
}

impl Work for Sign {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let checkpoint = &self.checkpoint;
        let row = checkpoints::ActiveModel {
            tenant_id: ActiveValue::Set(uow.tenant().0),
            number: ActiveValue::Set(checkpoint.seal),
            hash: ActiveValue::Set(checkpoint.hash.clone()),
            key_id: ActiveValue::Set(checkpoint.key_id.clone()),
            signature: ActiveValue::Set(checkpoint.signature.clone()),
            signed_at: ActiveValue::Set(checkpoint.signed_at.utc()),
        };
        checkpoints::Entity::insert(row)
            .exec_without_returning(uow.writes().await?)
            .await?;
        Ok(())
    }
}
