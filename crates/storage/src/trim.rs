//! What is old is deleted in small steps, each a unit of work of its own, so that nobody waits for it.

use countersign_kernel::id::TenantId;

use crate::{Db, Error, Work};

/// Rows deleted in one step, at most.
pub const STEP: u64 = 200;

/// Steps of one tenant in one go: what is left then is left for the next.
pub const STEPS_MAX: u32 = 500;

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    /// Rows that it deleted.
    pub deleted: u64,
    /// Whether another step may find more.
    pub more: bool,
}

impl Step {
    /// Of a step that deletes all that it finds, up to [`STEP`] rows.
    pub fn of(deleted: u64) -> Self {
        Self {
            deleted,
            more: deleted >= STEP,
        }
    }
}

/// Runs a step until it finds no more; how many rows that were.
pub async fn in_steps<W>(db: &Db, tenant: TenantId, step: impl Fn() -> W) -> Result<u64, Error>
where
    W: Work<Out = Step, Error = Error>,
{
    let mut all = 0;
    for _ in 0..STEPS_MAX {
        let done = db.write(tenant, step()).await?;
        all += done.deleted;
        if !done.more {
            break;
        }
    }
    Ok(all)
}
