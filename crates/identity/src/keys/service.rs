//! The use cases of API keys: make, revoke, write last uses down.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::id::{ApiKeyId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::{Quota, Uow, Work};
use serde_json::json;

use super::{ApiKey, store, thing};
use crate::error::Error;
use crate::identity::Identity;
use crate::memory::{Memory, bump};
use crate::occasion::{Change, Occasion};
use crate::people;
use crate::tenants::Epoch;

/// Keeps a new key.
pub struct Create {
    pub key: ApiKey,
    pub occasion: Occasion,
}

impl Work for Create {
    type Out = ApiKey;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<ApiKey, Error> {
        // Who was disabled since the call began makes no key that would live again with them.
        if !people::store::held_active(uow, self.key.user).await? {
            return Err(Error::SessionEnded);
        }
        let own = store::count_of(uow, self.key.user).await?;
        uow.within(Quota::ApiKeys, own, 1)?;
        store::insert(uow, &self.key).await?;
        let change = Change {
            private: Some(json!({ "thing": { "name": self.key.name } })),
            ..Change::made(thing(&self.key))
        };
        uow.append(
            self.occasion
                .entry(0, &super::CREATED, self.key.id.0, self.key.version, change),
        );
        Ok(self.key.clone())
    }
}

/// Revokes a key; it counts no longer with the next request.
pub struct Revoke {
    pub id: ApiKeyId,
    /// Whose key it must be; none: an admin revokes anybody's.
    pub of: Option<UserId>,
    pub occasion: Occasion,
    pub memory: Arc<Memory>,
}

impl Work for Revoke {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let found = store::held(uow, self.id).await?;
        let mine = |key: &ApiKey| key.revoked_at.is_none() && self.of.is_none_or(|user| user == key.user);
        let found = found.filter(mine).ok_or_else(|| Error::NotFound {
            kind: "api_key",
            id: self.id.to_string(),
        })?;
        let now = self.occasion.at;
        let key = revoked(found, now);
        store::revoke(uow, &key).await?;
        bump(uow, &self.memory, &[Epoch::Rights], now).await?;
        uow.append(self.occasion.entry(
            0,
            &super::REVOKED,
            key.id.0,
            key.version,
            Change::made(thing(&key)),
        ));
        Ok(())
    }
}

/// Revokes all keys of a person who is being disabled.
pub(crate) async fn revoke_all(uow: &mut Uow, user: UserId, occasion: &Occasion) -> Result<(), Error> {
    for key in store::held_of(uow, user).await? {
        let key = revoked(key, occasion.at);
        store::revoke(uow, &key).await?;
        let change = Change::made(thing(&key));
        uow.append(occasion.entry_of_many(&super::REVOKED, key.id.0, key.version, change));
    }
    Ok(())
}

fn revoked(key: ApiKey, now: Instant) -> ApiKey {
    ApiKey {
        revoked_at: Some(now),
        version: key.version + 1,
        updated_at: now,
        ..key
    }
}

/// Writes down which keys were used since the last time.
pub(crate) async fn write_uses(identity: &Identity) -> Result<(), Error> {
    let mut by_tenant: BTreeMap<_, Vec<(ApiKeyId, Instant)>> = BTreeMap::new();
    for (tenant, key, at) in identity.memory().unwritten_uses() {
        by_tenant.entry(tenant).or_default().push((key, at));
    }
    for (tenant, uses) in by_tenant {
        identity
            .db()
            .write(tenant, WriteUses { uses: uses.clone() })
            .await?;
        for (key, at) in uses {
            identity.memory().written_use(tenant, key, at);
        }
    }
    Ok(())
}

struct WriteUses {
    uses: Vec<(ApiKeyId, Instant)>,
}

impl Work for WriteUses {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        Ok(store::used(uow, &self.uses).await?)
    }
}
