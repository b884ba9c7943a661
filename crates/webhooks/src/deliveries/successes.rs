//! Attempts that succeeded: those of one tenant that end while others are being kept are kept together.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_storage::{Error, Uow, Work};
use sea_orm::EntityTrait as _;
use tokio::sync::oneshot;

use super::attempt::Heard;
use super::store;
use crate::endpoints::{self, health};

/// As many are kept at once.
const TOGETHER: usize = 64;

/// An attempt that succeeded, to be kept.
pub(super) struct Success {
    pub(super) delivery: store::Model,
    /// The endpoint as it was called.
    pub(super) called: endpoints::store::Model,
    pub(super) heard: Heard,
    /// The tenant's business time: for people to see.
    pub(super) at: Instant,
}

/// Successes of one tenant, kept in one unit of work.
pub(super) struct Successes {
    pub(super) all: Vec<Arc<Success>>,
    pub(super) owner: String,
}

impl Work for Successes {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        // The endpoints come first: see `endpoints::store::lock`. One that moved meanwhile was called at two addresses.
        let address = |one: &'a Arc<Success>| ((one.called.id, one.called.url.as_str()), &one.called);
        let called: BTreeMap<_, _> = self.all.iter().map(address).collect();
        health::succeeded(uow, called.into_values()).await?;
        let conn = uow.writes().await?;
        let Some(at) = self.all.iter().map(|one| one.at).max() else {
            return Ok(());
        };
        let deliveries = self.all.iter().map(|one| &one.delivery);
        let moved = store::succeed(conn, &self.owner, deliveries, at).await?;
        // Another server took a delivery over when this one was frozen, and its word counts; or the endpoint was deleted.
        let kept = || self.all.iter().filter(|one| moved.contains(&one.delivery.id));
        let rows: Vec<_> = kept()
            .map(|one| store::attempts::row(&one.delivery, &one.heard, one.at))
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        store::attempts::Entity::insert_many(rows)
            .exec_without_returning(conn)
            .await?;
        for one in kept().filter(|one| one.called.ordered) {
            store::wake_successor(conn, &one.delivery).await?;
        }
        Ok(())
    }
}

/// Successes that wait to be kept.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<TenantId, Vec<Waits>>>);

/// One of them, and who wants to know.
pub(super) struct Waits {
    pub(super) success: Arc<Success>,
    told: oneshot::Sender<bool>,
}

impl Waits {
    /// Whether it is kept; else it has to be kept by itself.
    pub(super) fn tell(self, is_kept: bool) {
        // Whoever waited may have gone.
        let _ = self.told.send(is_kept);
    }
}

impl Waiting {
    /// Lets it wait. Whoever finds nobody who keeps what waits, does.
    pub(super) fn push(&self, success: Arc<Success>) -> (Option<Keeper<'_>>, oneshot::Receiver<bool>) {
        let (told, answer) = oneshot::channel();
        let tenant = success.delivery.tenant_id;
        let mut waiting = self.waiting();
        let is_first = !waiting.contains_key(&tenant);
        waiting.entry(tenant).or_default().push(Waits { success, told });
        drop(waiting);
        let keeper = || Keeper {
            waiting: self,
            tenant,
            is_done: false,
        };
        (is_first.then(keeper), answer)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<TenantId, Vec<Waits>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps what waits of a tenant. When it goes before it is done, each of those that wait is kept by itself.
pub(super) struct Keeper<'a> {
    waiting: &'a Waiting,
    tenant: TenantId,
    is_done: bool,
}

impl Keeper<'_> {
    /// The next to keep; none: it is done, and whoever comes next keeps what waits.
    pub(super) fn next(&mut self) -> Vec<Waits> {
        let mut waiting = self.waiting.waiting();
        let all = waiting.get_mut(&self.tenant);
        let taken: Vec<Waits> =
            all.map_or_else(Vec::new, |all| all.drain(..all.len().min(TOGETHER)).collect());
        if taken.is_empty() {
            waiting.remove(&self.tenant);
            self.is_done = true;
        }
        taken
    }
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.waiting.waiting().remove(&self.tenant);
        }
    }
}
