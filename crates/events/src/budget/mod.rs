//! How much may follow by itself. Rules that start each other multiply what they start, each generation by the same factor, so
//! a bound on how deep causes go is not enough: what follows from one thing, and what follows in one tenant, is counted.

mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use countersign_kernel::id::TenantId;
use countersign_storage::Uow;
use countersign_storage::log;

use crate::action::{ActionError, Call};

pub use store::trim as trim_budgets;

/// So many actions may follow from one root cause, beyond those that it leads to at once.
pub const OF_ROOT: i64 = 500;
/// So many actions run in a minute for one tenant, on each server; those beyond run later.
const A_MINUTE: u32 = 6_000;
const MINUTE: Duration = Duration::from_mins(1);

/// What each tenant spends; a few bytes for each that ever spent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budgets {
    minutes: Minutes,
}

type Minutes = Arc<Mutex<HashMap<TenantId, Minute>>>;

#[derive(Debug, Clone, Copy)]
struct Minute {
    since: Instant,
    spent: u32,
}

impl Budgets {
    /// Takes one action from the tenant's minute, and from what may follow from the root of its causes.
    pub(crate) async fn spend(&self, uow: &mut Uow, name: &str, call: &Call) -> Result<(), ActionError> {
        let Some(spent) = self.spend_minute(uow.tenant(), Instant::now()) else {
            return Err(ActionError::Later(format!(
                "`{name}` waits: {A_MINUTE} actions ran for this tenant within a minute"
            )));
        };
        uow.after_commit(move || spent.keep());
        // What a person's or a client's own act leads to at once is bounded by what they do.
        if call.depth == 0 {
            return Ok(());
        }
        let root = log::root(uow.reads(), uow.tenant(), call.cause).await?;
        if store::spend(uow, root).await? <= OF_ROOT {
            return Ok(());
        }
        Err(ActionError::refused(
            "budget_spent",
            &format!(
                "`{name}` was not run: {OF_ROOT} actions already followed from the same event. Look for workflows or automations that start each other."
            ),
            &format!(
                "未执行 `{name}`：同一事件已引发 {OF_ROOT} 个动作。请检查是否有相互触发的流程或自动化规则。"
            ),
        ))
    }

    fn spend_minute(&self, tenant: TenantId, now: Instant) -> Option<Spent> {
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = Minute { since: now, spent: 0 };
        let minute = minutes.entry(tenant).or_insert(new);
        if now.duration_since(minute.since) >= MINUTE {
            *minute = new;
        }
        if minute.spent >= A_MINUTE {
            return None;
        }
        minute.spent += 1;
        Some(Spent {
            minutes: Arc::clone(&self.minutes),
            tenant,
            since: minute.since,
            is_kept: false,
        })
    }
}

/// One action of a tenant's minute. What is undone with its unit of work has not run: its place is given back.
struct Spent {
    minutes: Minutes,
    tenant: TenantId,
    since: Instant,
    is_kept: bool,
}

impl Spent {
    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Spent {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        let same = minutes
            .get_mut(&self.tenant)
            .filter(|minute| minute.since == self.since);
        if let Some(minute) = same {
            minute.spent = minute.spent.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_its_minute_and_the_next_one_is_new() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let (acme, globex) = (
            TenantId(uuid::Uuid::from_u128(1)),
            TenantId(uuid::Uuid::from_u128(2)),
        );
        let runs = |tenant, now| budgets.spend_minute(tenant, now).map(Spent::keep).is_some();
        assert!((0..A_MINUTE).all(|_| runs(acme, now)));
        assert!(!runs(acme, now));
        assert!(runs(globex, now), "another tenant's is its own");
        assert!(runs(acme, now + MINUTE));
    }

    #[test]
    fn what_is_undone_is_given_back() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let acme = TenantId(uuid::Uuid::from_u128(1));
        let undone: Vec<_> = (0..A_MINUTE).map(|_| budgets.spend_minute(acme, now)).collect();
        assert!(budgets.spend_minute(acme, now).is_none());
        drop(undone);
        assert!(budgets.spend_minute(acme, now).is_some());
    }
}
