//! A clock whose business time can be moved, tenant by tenant; the machine's own time never is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use countersign_kernel::id::TenantId;
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::{Backend, Db, Error};

use super::store;

/// How old a server's knowledge of moved clocks may be.
const FOLLOW: Duration = Duration::from_millis(250);

/// Shared by everything that asks for the time; clones are the same clock.
#[derive(Clone)]
pub struct SandboxClock {
    machine: Arc<dyn Clock>,
    /// Milliseconds ahead of the machine (behind, if negative), as the database says.
    offsets: Arc<RwLock<HashMap<TenantId, i64>>>,
    /// One reads at a time, so that what was read earlier never replaces what was read later.
    reading: Arc<tokio::sync::Mutex<()>>,
}

impl SandboxClock {
    pub fn new(machine: Arc<dyn Clock>) -> Self {
        Self {
            machine,
            offsets: Arc::default(),
            reading: Arc::default(),
        }
    }

    /// Takes over what the database says.
    pub async fn read(&self, db: &Db) -> Result<(), Error> {
        let _one_at_a_time = self.reading.lock().await;
        let offsets = store::offsets(&*db.across_tenants().await?).await?;
        *self.offsets.write().unwrap_or_else(PoisonError::into_inner) = offsets.into_iter().collect();
        Ok(())
    }

    /// Follows what other servers change, until it is dropped. Nothing else writes an embedded database.
    pub async fn follow(&self, db: &Db) {
        while db.backend() == Backend::Postgres {
            if let Err(error) = self.read(db).await {
                tracing::warn!(%error, "the sandbox's clocks could not be read; they stay as they were");
            }
            tokio::time::sleep(FOLLOW).await;
        }
    }

    /// Returns when every server that works has seen what was committed before.
    pub(super) async fn seen_by_all(&self, db: &Db) -> Result<(), Error> {
        self.read(db).await?;
        if db.backend() == Backend::Postgres {
            tokio::time::sleep(FOLLOW * 2).await;
        }
        Ok(())
    }

    fn offset(&self, tenant: TenantId) -> i64 {
        let offsets = self.offsets.read().unwrap_or_else(PoisonError::into_inner);
        offsets.get(&tenant).copied().unwrap_or_default()
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Instant {
        self.machine.now()
    }

    fn business(&self, tenant: TenantId) -> Instant {
        self.machine
            .now()
            .plus(TimeDelta::milliseconds(self.offset(tenant)))
    }

    fn moved(&self) -> Vec<TenantId> {
        let offsets = self.offsets.read().unwrap_or_else(PoisonError::into_inner);
        offsets.keys().copied().collect()
    }
}
