//! Old deliveries are deleted with their attempts, a few at a time, so that nobody waits for it.

use countersign_kernel::id::{DeliveryId, TenantId};
use countersign_storage::{Db, Error, Uow, Work};

use super::store;

/// Deliveries deleted in one unit of work.
const STEP: u64 = 200;

/// Steps for one tenant in one go: what is left then is left for the next.
const STEPS_MAX: u32 = 500;

/// Deletes what these tenants have kept for long enough; how many deliveries that were. Failures are logged, and stop no
/// other tenant's.
pub async fn trim(db: &Db, tenants: &[TenantId]) -> u64 {
    let mut all = 0;
    for tenant in tenants {
        match trim_tenant(db, *tenant).await {
            Ok(deleted) => all += deleted,
            Err(error) => tracing::warn!(%tenant, %error, "old deliveries could not be deleted"),
        }
    }
    all
}

async fn trim_tenant(db: &Db, tenant: TenantId) -> Result<u64, Error> {
    let mut all = 0;
    for _ in 0..STEPS_MAX {
        let reader = db.read(tenant).await?;
        let old = store::expired(&reader, tenant, STEP).await?;
        drop(reader);
        let found = old.len() as u64;
        if found > 0 {
            all += db.write(tenant, Trim(old)).await?;
        }
        if found < STEP {
            break;
        }
    }
    Ok(all)
}

struct Trim(Vec<DeliveryId>);

impl Work for Trim {
    type Out = u64;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<u64, Error> {
        let tenant = uow.tenant();
        store::delete_expired(uow.writes().await?, tenant, &self.0).await
    }
}
