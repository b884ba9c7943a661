//! What becomes of what waits for somebody who is disabled: known by whoever keeps tasks, said where the person is disabled.

use countersign_kernel::id::{TenantId, UserId};
use countersign_storage::Error;
use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

/// What becomes of the open tasks of somebody who is disabled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LeftTasks)]
pub struct LeftTasks {
    /// Somebody else is asked in their place.
    #[schema(example = 3)]
    pub handed_on: u64,
    /// Nobody else can be asked: the step is held, and the owners of the workflow are asked to mend it.
    #[schema(example = 1)]
    pub held: u64,
    /// Nobody is asked in their place: the others who are asked decide without them, or the step is skipped.
    #[schema(example = 0)]
    pub dropped: u64,
    /// Not judged for this answer, being more than 500 or not readable; they go on like the others.
    #[schema(example = 0)]
    pub not_counted: u64,
}

/// Whoever keeps tasks.
pub trait Leaving: Send + Sync + 'static {
    /// What would become of the open tasks of somebody, were they disabled now.
    fn foreseen(&self, tenant: TenantId, person: UserId) -> BoxFuture<'_, Result<LeftTasks, Error>>;
}
