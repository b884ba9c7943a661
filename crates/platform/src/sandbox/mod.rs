//! A tenant's clock, to be moved by tests: mounted only with `--sandbox`.

mod clock;
pub mod http;
mod store;

use std::sync::Arc;

use countersign_kernel::id::TenantId;
use countersign_storage::Error;
use futures_util::future::BoxFuture;

pub use clock::SandboxClock;
pub use http::mount;

/// Fires what has become due in one tenant, and waits until that is done, with all that follows from it.
pub trait FireDue: Send + Sync + 'static {
    fn fire(&self, tenant: TenantId) -> BoxFuture<'_, Result<(), Error>>;
}

/// What the sandbox's endpoint needs.
pub struct Sandbox {
    pub clock: SandboxClock,
    pub fire: Arc<dyn FireDue>,
}
