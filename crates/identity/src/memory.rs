//! What the server remembers of who may call, so that most requests ask the database nothing.
//!
//! Everything here stands under an epoch of its tenant. Where this process owns the database file, the epochs
//! themselves are known here (every change teaches them as it commits, before it is answered); elsewhere they are read
//! with each request, which is the one statement that authentication costs on PostgreSQL.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use countersign_kernel::actor::{Caller, Scopes};
use countersign_kernel::cache::{Cache, Weigh};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{ApiKeyId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow};

use crate::tenants::{Epoch, Epochs, store};

/// Memory for verified tokens; who is forgotten is looked up again.
const CALLERS_BYTES: usize = 16 << 20;
/// Memory for the people of tenants: some hundred thousand.
const DIRECTORIES_BYTES: usize = 128 << 20;

/// A caller whose proof was verified.
#[derive(Clone)]
pub struct Remembered {
    pub caller: Caller,
    /// When the proof stops to count.
    pub ends_at: Option<Instant>,
    /// The epoch of rights under which it was verified.
    pub rights: i64,
}

impl Weigh for Remembered {
    fn bytes(&self) -> usize {
        let scopes = match &self.caller.scopes {
            Scopes::All => 0,
            Scopes::Some(scopes) => scopes.iter().map(|scope| scope.len() + SCOPE).sum(),
        };
        let roles: usize = self.caller.roles.iter().map(|role| role.len() + SCOPE).sum();
        size_of::<([u8; 32], Self)>() + scopes + roles
    }
}

/// What a word in a set takes up besides its letters.
const SCOPE: usize = 40;

/// The memory of one server. What is kept for each tenant or key alone, some dozen bytes, is not bounded otherwise.
pub struct Memory {
    epochs: RwLock<HashMap<TenantId, Epochs>>,
    /// By the hash of the proof: the proof itself is not kept.
    callers: Cache<[u8; 32], Remembered>,
    directories: Cache<TenantId, Arc<Directory>>,
    /// Last uses of API keys that are not written down yet.
    uses: Mutex<HashMap<(TenantId, ApiKeyId), Instant>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            epochs: RwLock::default(),
            callers: Cache::new(10_000, CALLERS_BYTES),
            directories: Cache::new(100, DIRECTORIES_BYTES),
            uses: Mutex::default(),
        }
    }
}

impl Memory {
    /// What callers and directories weigh, in bytes.
    pub fn bytes(&self) -> (u64, u64) {
        (self.callers.bytes(), self.directories.bytes())
    }

    /// The epochs that this process has seen.
    pub fn epochs(&self, tenant: TenantId) -> Option<Epochs> {
        self.epochs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&tenant)
            .copied()
    }

    /// Takes in epochs; they only move forward, whatever the order in which they are learnt.
    pub fn learn(&self, tenant: TenantId, seen: Epochs) {
        let mut epochs = self.epochs.write().unwrap_or_else(PoisonError::into_inner);
        let known = epochs.entry(tenant).or_default();
        known.directory = known.directory.max(seen.directory);
        known.definitions = known.definitions.max(seen.definitions);
        known.rights = known.rights.max(seen.rights);
    }

    pub fn caller(&self, proof: &[u8; 32]) -> Option<Remembered> {
        self.callers.get(proof)
    }

    pub fn remember(&self, proof: [u8; 32], remembered: Remembered) {
        self.callers.insert(proof, remembered);
    }

    pub fn directory(&self, tenant: TenantId) -> Option<Arc<Directory>> {
        self.directories.get(&tenant)
    }

    /// Keeps a directory unless a newer one is there.
    pub fn keep_directory(&self, tenant: TenantId, directory: Arc<Directory>) {
        let epoch = directory.epoch;
        self.directories
            .insert_newer(tenant, directory, |known| known.epoch < epoch);
    }

    pub fn note_use(&self, tenant: TenantId, key: ApiKeyId, at: Instant) {
        self.uses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((tenant, key), at);
    }

    /// The last use of a key, if it is not written down yet.
    pub fn unwritten_use(&self, tenant: TenantId, key: ApiKeyId) -> Option<Instant> {
        self.uses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(tenant, key))
            .copied()
    }

    /// All uses that wait to be written down.
    pub fn unwritten_uses(&self) -> Vec<(TenantId, ApiKeyId, Instant)> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.iter()
            .map(|((tenant, key), at)| (*tenant, *key, *at))
            .collect()
    }

    /// Forgets a use that was written down, unless a later one came meanwhile.
    pub fn written_use(&self, tenant: TenantId, key: ApiKeyId, at: Instant) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.get(&(tenant, key)) == Some(&at) {
            uses.remove(&(tenant, key));
        }
    }
}

/// Moves epochs of the unit's tenant on, and teaches them to this server when the change is durable.
pub async fn bump(uow: &mut Uow, memory: &Arc<Memory>, which: &[Epoch], now: Instant) -> Result<(), Error> {
    let epochs = store::bump(uow, which, now).await?;
    let (memory, tenant) = (Arc::clone(memory), uow.tenant());
    uow.after_commit(move || memory.learn(tenant, epochs));
    Ok(())
}
