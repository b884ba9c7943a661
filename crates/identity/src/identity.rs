//! Identity as a whole: what handlers and workers of the server hold of it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use countersign_kernel::actor::{Caller, Scopes};
use countersign_kernel::id::{Entropy, SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Words;
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::Db;
use countersign_web::Ctx;

use crate::directory::Directories;
use crate::error::Error;
use crate::memory::Memory;
use crate::passwords::breached::Breached;
use crate::passwords::policy;
use crate::sessions::password::Passwords;
use crate::sessions::signing::KeySet;
use crate::sessions::throttle::{Throttle, service::Guard};
use crate::sessions::token::{self, Claims, Refused};
use crate::{keys, sessions, tenants};

/// Seconds between two looks for a signing key that is not known.
const LOOK_AGAIN_MS: i64 = 5_000;

/// What identity is made of.
pub struct Parts {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Where the server is reached from outside: what links begin with.
    pub public_url: String,
    /// The issuer of access tokens: the same of all servers over a database, so that each takes what another signed.
    pub issuer: String,
    /// Every scope that an operation or event asks for; what a session has, and what a key may be given.
    pub scopes: BTreeSet<String>,
    /// How many passwords are hashed at once: the number of processors.
    pub hashes_at_once: usize,
    /// How failed sign-ins are slowed down; none: not at all, for trials.
    pub throttle: Option<Throttle>,
    /// Passwords that nobody may take.
    pub breached: Breached,
}

/// In actix's app data as `web::Data<Identity>`; clones are the same identity.
#[derive(Clone)]
pub struct Identity {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    directories: Directories,
    passwords: Passwords,
    guard: Option<Guard>,
    keys: RwLock<Arc<KeySet>>,
    keys_read_at: RwLock<Instant>,
    /// A tenant's currency never changes.
    currencies: RwLock<HashMap<TenantId, Currency>>,
}

impl Identity {
    /// Reads the signing keys, and makes the first one.
    pub async fn new(parts: Parts) -> Result<Self, Error> {
        let memory = Arc::new(Memory::default());
        let inner = Inner {
            directories: Directories::new(parts.db.clone(), memory),
            passwords: Passwords::new(parts.hashes_at_once),
            guard: parts.throttle.map(Guard::new),
            keys: RwLock::default(),
            keys_read_at: RwLock::new(parts.clock.now()),
            currencies: RwLock::default(),
            parts,
        };
        let identity = Self {
            inner: Arc::new(inner),
        };
        identity.rotate().await?;
        Ok(identity)
    }

    pub fn directories(&self) -> &Directories {
        &self.inner.directories
    }

    pub fn db(&self) -> &Db {
        &self.inner.parts.db
    }

    pub fn clock(&self) -> &dyn Clock {
        self.inner.parts.clock.as_ref()
    }

    pub fn entropy(&self) -> &dyn Entropy {
        self.inner.parts.entropy.as_ref()
    }

    pub fn public_url(&self) -> &str {
        &self.inner.parts.public_url
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn guard(&self) -> Option<&Guard> {
        self.inner.guard.as_ref()
    }

    pub(crate) fn memory(&self) -> &Arc<Memory> {
        self.inner.directories.memory()
    }

    /// What keeps a text from being the password of somebody of whom these texts tell, as a code and a sentence.
    pub fn password_fault(&self, password: &str, about: &[&str]) -> Option<(&'static str, Words)> {
        policy::fault(password, about, &self.inner.parts.breached)
    }

    /// The same of somebody of a tenant, whose name tells of them, too.
    pub(crate) async fn password_fault_in(
        &self,
        tenant: TenantId,
        password: &str,
        about: &[&str],
    ) -> Result<Option<(&'static str, Words)>, Error> {
        let company = tenants::store::find(&*self.db().read(tenant).await?, tenant).await?;
        let company = company
            .map(|tenant| [tenant.slug, tenant.name])
            .unwrap_or_default();
        let about: Vec<&str> = about
            .iter()
            .copied()
            .chain(company.iter().map(String::as_str))
            .collect();
        Ok(self.password_fault(password, &about))
    }

    /// The PHC string of a password.
    pub async fn hash_password(&self, password: &str) -> Result<String, Error> {
        self.inner.passwords.hash(password, self.entropy()).await
    }

    /// Makes what an `Idempotency-Key` keeps of a body with a password as hard to guess back as the password itself.
    pub(crate) async fn slow_fingerprint(&self, ctx: &Ctx) -> Result<(), Error> {
        if let Some(fingerprint) = ctx.kept_of_body() {
            let salt = ctx.caller.user.0.as_bytes();
            let slow = self.inner.passwords.slow(fingerprint, salt).await?;
            ctx.keep_of_body(slow);
        }
        Ok(())
    }

    /// Every scope that there is.
    pub fn scopes(&self) -> &BTreeSet<String> {
        &self.inner.parts.scopes
    }

    /// What this caller may touch, in words.
    pub fn scopes_of(&self, caller: &Caller) -> Vec<String> {
        match &caller.scopes {
            Scopes::All => self.scopes().iter().cloned().collect(),
            Scopes::Some(scopes) => scopes.iter().cloned().collect(),
        }
    }

    /// The currency of a tenant.
    pub async fn currency(&self, tenant: TenantId) -> Result<Currency, Error> {
        let known = self
            .inner
            .currencies
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&tenant)
            .copied();
        if let Some(currency) = known {
            return Ok(currency);
        }
        let found = tenants::store::find(&*self.db().read(tenant).await?, tenant).await?;
        let found = found.ok_or_else(|| Error::NotFound {
            kind: "tenant",
            id: tenant.to_string(),
        })?;
        self.inner
            .currencies
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tenant, found.currency);
        Ok(found.currency)
    }

    /// The keys that sign and verify now.
    pub fn keys(&self) -> Arc<KeySet> {
        self.inner
            .keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A new access token.
    pub(crate) fn access_token(
        &self,
        tenant: TenantId,
        user: UserId,
        session: SessionId,
    ) -> Result<String, Error> {
        let now = self.clock().now();
        let keys = self.keys();
        let key = keys.signer(now).ok_or(Error::Broken("there is no signing key"))?;
        token::sign(
            &Claims::new(&self.inner.parts.issuer, tenant, user, session, now),
            key,
        )
    }

    /// What an access token says, if it is ours. A key that another server made meanwhile is looked for.
    pub(crate) async fn claims(&self, access_token: &str) -> Result<Option<Claims>, Error> {
        let now = self.clock().now();
        let issuer = &self.inner.parts.issuer;
        let verify = |keys: &KeySet| token::verify(access_token, keys, issuer, now);
        match verify(&self.keys()) {
            Ok(claims) => Ok(Some(claims)),
            Err(Refused::UnknownKey) if self.may_look_again(now) => {
                self.read_keys().await?;
                Ok(verify(&self.keys()).ok())
            }
            Err(_) => Ok(None),
        }
    }

    /// What is done from time to time, every few seconds: signing keys are rotated, and last uses of API keys
    /// written down.
    pub async fn tend(&self) -> Result<(), Error> {
        self.rotate().await?;
        keys::service::write_uses(self).await
    }

    async fn rotate(&self) -> Result<(), Error> {
        self.read_keys().await?;
        if self.keys().successor_due(self.clock().now()).is_some() {
            sessions::rotate::add_signing_key(self).await?;
            self.read_keys().await?;
        }
        Ok(())
    }

    async fn read_keys(&self) -> Result<(), Error> {
        let reader = self.db().read(tenants::SYSTEM_TENANT).await?;
        let set = KeySet::new(sessions::store::signing_keys(&reader).await?)?;
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
        *self
            .inner
            .keys_read_at
            .write()
            .unwrap_or_else(PoisonError::into_inner) = self.clock().now();
        Ok(())
    }

    /// Whoever sends unknown keys does not make us ask the database each time.
    fn may_look_again(&self, now: Instant) -> bool {
        let read_at = *self
            .inner
            .keys_read_at
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        now.millis() - read_at.millis() >= LOOK_AGAIN_MS
    }
}
