//! The sandbox's clock moved: what is due is fired before the answer comes.

use std::sync::Arc;

use countersign_kernel::id::TenantId;
use countersign_oa::Timers;
use countersign_platform::sandbox::FireDue;
use countersign_storage::Error;
use futures_util::future::BoxFuture;

/// Fires the office's timers.
pub(crate) struct FireTimers(Arc<Timers>);

impl FireTimers {
    pub(crate) fn new(timers: &Arc<Timers>) -> Self {
        Self(Arc::clone(timers))
    }
}

impl FireDue for FireTimers {
    fn fire(&self, tenant: TenantId) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            // A fired timer may set the next one within the same hour: again until nothing is due.
            while self.0.fire_due(tenant).await.map_err(Error::broken)? > 0 {}
            Ok(())
        })
    }
}
