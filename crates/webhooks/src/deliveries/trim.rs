//! Old deliveries are deleted with their attempts, a few at a time, so that nobody waits for it.

use countersign_kernel::id::TenantId;
use countersign_storage::trim::{STEP, Step, in_steps};
use countersign_storage::{Db, Error, Uow, Work};

use super::store;

/// Deletes what this tenant has kept for long enough, in small steps; how many deliveries that were.
pub async fn trim(db: &Db, tenant: TenantId) -> Result<u64, Error> {
    in_steps(db, tenant, || Trim).await
}

struct Trim;

impl Work for Trim {
    type Out = Step;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Step, Error> {
        let tenant = uow.tenant();
        let conn = uow.writes().await?;
        let old = store::expired(conn, tenant, STEP).await?;
        if old.is_empty() {
            return Ok(Step::default());
        }
        let deleted = store::delete_expired(conn, tenant, &old).await?;
        Ok(Step::of(deleted))
    }
}
