//! Timers: deadlines that fire by themselves.
//!
//! A timer's instant stands in the event that set it and never moves; one that stands for an event from elsewhere is due when that came. Its row is claimed with a lease by whichever
//! server is free; what fires is the command `Fire`, judged like any other: an obsolete one is refused quietly.

pub(crate) mod store;
pub(crate) mod trim;

use std::time::Duration;

use countersign_engine::vocabulary::{Came, Command};
use countersign_kernel::id::{TenantId, TimerId};
use countersign_kernel::time::Instant;
use countersign_storage::claim::{Claim, Claimed, Due};
use countersign_storage::log::{self, Cause};
use countersign_storage::{CrossTenantReader, Uow, Work};

use crate::error::Error;
use crate::office::Office;

/// How long a claimed timer is out of other servers' reach.
const LEASE: Duration = Duration::from_secs(30);
/// Timers claimed at once.
const BATCH: u64 = 100;

/// Fires what is due. The server runs [`Timers::turn`] every second or so.
#[derive(Clone)]
pub struct Timers {
    office: Office,
    owner: String,
}

impl Timers {
    /// `owner` names this run of this server and must not be used by any other.
    pub fn new(office: Office, owner: impl Into<String>) -> Self {
        Self {
            office,
            owner: owner.into(),
        }
    }

    /// Fires whatever is due now, of all tenants; returns how many were looked at.
    pub async fn turn(&self) -> Result<usize, Error> {
        let mut fired = 0;
        let moved = self.office.clock.moved();
        let due = if moved.is_empty() { Due::Now } else { Due::Unmoved };
        for tenant in moved {
            fired += self.fire_due(tenant).await?;
        }
        loop {
            let claimed = self.claim(due.clone()).await?;
            for timer in &claimed {
                self.fire(timer).await;
            }
            fired += claimed.len();
            if (claimed.len() as u64) < BATCH {
                return Ok(fired);
            }
        }
    }

    /// Fires what is due in one tenant by its business clock, in order: a sandbox calls it when its clock was moved.
    pub async fn fire_due(&self, tenant: TenantId) -> Result<usize, Error> {
        let mut fired = 0;
        loop {
            let now = self.office.clock.business(tenant);
            let claimed = self.claim(Due::Of(tenant, now)).await?;
            if claimed.is_empty() {
                return Ok(fired);
            }
            for timer in &claimed {
                self.fire(timer).await;
            }
            fired += claimed.len();
        }
    }

    /// How many timers, of all tenants, should have fired so long ago, and the instant of the oldest; none if there are none.
    pub async fn late(
        reader: &CrossTenantReader,
        by: Duration,
    ) -> Result<Option<(u64, Instant)>, countersign_storage::Error> {
        store::late(reader, i64::try_from(by.as_millis()).unwrap_or(i64::MAX)).await
    }

    async fn claim(&self, due: Due) -> Result<Vec<Claimed>, Error> {
        let claim = Claim {
            table: "timers",
            due,
            owner: self.owner.clone(),
            lease: LEASE,
            limit: BATCH,
            except: Vec::new(),
        };
        Ok(self.office.db.claim(claim).await?)
    }

    /// Fires one. One that cannot fire comes again when its lease has run out; the others do not wait for it.
    async fn fire(&self, claimed: &Claimed) {
        // It was due when it was claimed: a machine whose clock is behind the database's does not ask again.
        let now = self.office.clock.business(claimed.tenant).max(claimed.due_at);
        let fire = Fire {
            office: self.office.clone(),
            timer: TimerId(claimed.id),
            now,
        };
        let (tenant, timer) = (claimed.tenant, TimerId(claimed.id));
        match self.office.db.write(tenant, fire).await {
            Ok(()) => {}
            Err(Error::Storage(error)) if !matches!(error, countersign_storage::Error::Broken(_)) => {
                tracing::warn!(%tenant, %timer, %error, "a timer waits for its next turn");
            }
            Err(error) => tracing::error!(%tenant, %timer, %error, "a timer cannot fire"),
        }
    }
}

/// One timer's instant has come.
struct Fire {
    office: Office,
    timer: TimerId,
    now: Instant,
}

impl Work for Fire {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let Some(timer) = store::find(uow.reads(), uow.tenant(), self.timer).await? else {
            return Ok(());
        };
        if timer.due_at.is_none() {
            return Ok(());
        }
        let event = timer.event_id.zip(timer.event_type);
        let cause = match &event {
            Some((event, _)) => {
                let came = log::entry(uow.reads(), uow.tenant(), *event).await?;
                came.as_ref().map(Cause::from).unwrap_or_default()
            }
            None => Cause::default(),
        };
        let command = Command::Fire {
            timer: self.timer,
            event: event.map(|(event, kind)| Came { event, kind }),
        };
        let acted = self
            .office
            .give_as_system(uow, timer.request_id, &command, self.now, &cause)
            .await?;
        if acted.is_none() {
            // Overtaken by somebody's act: it is not waited for any more.
            store::upsert(uow, timer.request_id, vec![(self.timer, None)]).await?;
        }
        Ok(())
    }
}
