//! Seals what was written, window by window, and signs the heads.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use countersign_events::{Failure, Publisher, Standing};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error, Uow, Work};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveValue, EntityTrait};

use super::anchor::Checkpoint;
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
    /// Tenants with heads that are not signed, and when they were last looked at.
    unsigned: Mutex<HashMap<TenantId, Instant>>,
}

impl Sealing {
    pub fn new(db: Db, clock: Arc<dyn Clock>, auditor: Auditor) -> Self {
        Self {
            db,
            clock,
            auditor,
            unsigned: Mutex::default(),
        }
    }

    /// Seals all that a tenant's log holds and readers may see.
    pub async fn seal(&self, tenant: TenantId) -> Result<(), Error> {
        loop {
            match self.db.write(tenant, Seal { at: self.clock.now() }).await {
                Ok(true) => {}
                // Another sealer was first: the chain goes on behind its seal.
                Err(error) if error.is_unique() => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Signs the head of a tenant's chain, unless that was done, and keeps the signature in both places.
    pub async fn sign(&self, tenant: TenantId) -> Result<(), Failure> {
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
        let signed_at = self.clock.now();
        let message = Checkpoint::message(tenant, head.number, &head.hash, signed_at);
        let (key_id, signature) = self.auditor.signer.sign(&message).await.map_err(Failure::Again)?;
        let checkpoint = Checkpoint {
            tenant,
            seal: head.number,
            hash: head.hash,
            signed_at,
            key_id,
            signature,
        };
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
        let due: Vec<TenantId> = {
            let unsigned = self.unsigned.lock().unwrap_or_else(PoisonError::into_inner);
            let before = self.clock.now().plus(-SIGNED_EACH);
            unsigned
                .iter()
                .filter(|(_, since)| **since <= before)
                .map(|(tenant, _)| *tenant)
                .collect()
        };
        for tenant in due {
            self.sign(tenant).await?;
            self.unsigned
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&tenant);
        }
        Ok(())
    }
}

impl Publisher for Sealing {
    fn name(&self) -> &'static str {
        "sealer"
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn breath(&self) -> Duration {
        GATHER
    }

    fn publish<'a>(&'a self, events: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let tenants: BTreeSet<TenantId> = events.iter().map(|event| event.tenant).collect();
            for tenant in tenants {
                self.seal(tenant).await?;
                self.unsigned
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
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

/// Seals the next entries of a tenant; false at the end of the log.
struct Seal {
    at: Instant,
}

impl Work for Seal {
    type Out = bool;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<bool, Error> {
        let tenant = uow.tenant();
        let last = store::last_seal(uow.reads(), tenant).await?;
        let before = store::cursor_of(last.as_ref());
        let batch = log::window_of_tenant(uow.reads(), tenant, before, None, AT_ONCE).await?;
        if batch.is_end() {
            return Ok(false);
        }
        let entries = batch.entries;
        let origin = chain::origin(tenant);
        let head = match &last {
            Some(seal) => chain::read(&seal.hash).ok_or_else(|| Error::broken("a seal holds no hash"))?,
            None => origin,
        };
        let row = seals::ActiveModel {
            tenant_id: ActiveValue::Set(tenant.0),
            number: ActiveValue::Set(last.map_or(0, |seal| seal.number) + 1),
            entries: ActiveValue::Set(i64::try_from(entries.len()).map_err(Error::broken)?),
            cursor: ActiveValue::Set(batch.next.encode()),
            prev_hash: ActiveValue::Set(chain::show(&head)),
            hash: ActiveValue::Set(chain::show(&chain::extend(head, &entries))),
            sealed_at: ActiveValue::Set(self.at.utc()),
        };
        seals::Entity::insert(row)
            .exec_without_returning(uow.writes().await?)
            .await?;
        Ok(true)
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
