//! What is done from time to time for all tenants: keys looked after, kept answers forgotten, old deliveries deleted, files
//! swept.

use std::time::Duration;

use countersign_identity::{Identity, tenants};
use countersign_platform::files::Sweeper;
use countersign_storage::{Db, Error, Uow, Work, idempotency};
use countersign_webhooks::deliveries::trim;

use crate::supervise::Stop;

/// Signing keys and last uses are looked after so often.
const TEND: Duration = Duration::from_secs(5);

/// Answers kept under an `Idempotency-Key` are forgotten after so long, as the API promises.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// How many rounds of tending lie between two rounds of forgetting: an hour.
const FORGET_EACH: u32 = 720;

/// Runs until told to stop.
pub(crate) async fn keep(identity: Identity, files: &Sweeper, mut stop: Stop) {
    let mut round = 0_u32;
    loop {
        tokio::select! {
            () = stop.asked() => return,
            () = tokio::time::sleep(TEND) => {}
        }
        if let Err(error) = identity.tend().await {
            tracing::warn!(%error, "keys could not be looked after");
        }
        if round.is_multiple_of(FORGET_EACH) {
            tokio::select! {
                // What was begun is undone, or taken up at the next start.
                () = stop.asked() => return,
                done = forget(identity.db(), files) => {
                    if let Err(error) = done {
                        tracing::error!(%error, "what is old could not be forgotten; this is tried again within the hour");
                    }
                }
            }
        }
        round = round.wrapping_add(1);
    }
}

async fn forget(db: &Db, files: &Sweeper) -> Result<(), Error> {
    let all = tenants::store::all(&*db.door().await?).await?;
    for tenant in &all {
        // One tenant's trouble is not the others'.
        if let Err(error) = db.write(*tenant, Forget).await {
            tracing::warn!(%tenant, %error, "old idempotency keys could not be forgotten");
        }
    }
    trim::trim(db, &all).await;
    files.sweep(&all).await;
    Ok(())
}

struct Forget;

impl Work for Forget {
    type Out = u64;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<u64, Error> {
        let tenant = uow.tenant();
        idempotency::forget(uow.writes().await?, tenant, KEPT).await
    }
}
