//! A signing key is always ready: whoever tends the server first makes the one that is due.

use countersign_kernel::time::Instant;
use countersign_storage::{Rule, RuleLock, Uow, Work};

use super::signing::{KeptKey, KeySet};
use super::store;
use crate::error::Error;
use crate::identity::Identity;
use crate::tenants::SYSTEM_TENANT;

/// Adds the signing key that is due, unless another server did so meanwhile.
pub(crate) async fn add_signing_key(identity: &Identity) -> Result<(), Error> {
    let now = identity.clock().now();
    let mut seed = [0; 32];
    identity.entropy().fill(&mut seed);
    let id = countersign_kernel::id::encode(identity.entropy().uuid(now));
    identity
        .db()
        .write(SYSTEM_TENANT, AddSigningKey { id, seed, now })
        .await
}

/// One key is made ready, however many servers see that it is due.
const SUCCESSOR: Rule = Rule::named("signing keys");

struct AddSigningKey {
    id: String,
    seed: [u8; 32],
    now: Instant,
}

impl Work for AddSigningKey {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![SUCCESSOR.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.must_hold(SUCCESSOR)?;
        let set = KeySet::new(store::signing_keys(uow.reads()).await?)?;
        let Some(signs_from) = set.successor_due(self.now) else {
            return Ok(());
        };
        let key = KeptKey {
            id: self.id.clone(),
            seed: self.seed,
            signs_from,
        };
        Ok(store::insert_signing_key(uow, &key).await?)
    }
}
