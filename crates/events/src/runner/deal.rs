//! Hands a stretch of the log to one consumer: records side by side, the events of each in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::effect;
use super::feed::Stretch;
use super::lease::Fence;
use super::park::{self, Due, Park, Postpone, Record, Why};
use crate::consumer::{Consumer, Failure, Publisher};

/// Records that one consumer works on at the same time.
const SIDE_BY_SIDE: usize = 16;

/// One consumer under its lease.
pub(super) struct Dealer {
    pub(super) db: Db,
    pub(super) consumer: Arc<dyn Consumer>,
    pub(super) fence: Fence,
    /// The wait after a first failure, in milliseconds.
    pub(super) wait_ms: i64,
}

impl Dealer {
    /// Hands out what it wants; when this is `Ok`, every event was handled or is parked.
    pub(super) async fn deal(&self, stretch: &Stretch) -> Result<(), Failure> {
        let mut records: BTreeMap<Record, Vec<Arc<Logged>>> = BTreeMap::new();
        for event in stretch
            .events
            .iter()
            .filter(|event| self.consumer.wants(&event.kind))
        {
            records
                .entry(park::record(event))
                .or_default()
                .push(Arc::clone(event));
        }
        if records.is_empty() {
            return Ok(());
        }
        let names: Vec<Record> = records.keys().cloned().collect();
        let waiting = {
            let door = self.db.door().await?;
            park::queues(&door, self.fence.consumer, &names).await?
        };
        stream::iter(records)
            .map(|(record, events)| self.record(waiting.contains(&record), events, stretch))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await
    }

    /// The events of one record, in order of their versions.
    async fn record(
        &self,
        mut queued: bool,
        mut events: Vec<Arc<Logged>>,
        stretch: &Stretch,
    ) -> Result<(), Failure> {
        events.sort_by_key(|event| event.version);
        let mut last = 0;
        for event in events {
            if queued {
                self.park(&event, Why::Behind).await?;
            } else if let Some(reason) = stretch.unreadable.get(&event.id).cloned() {
                self.park(&event, Why::Failed { attempts: 1, reason }).await?;
                queued = true;
            } else if stretch.full && last + 1 < event.version && self.comes_too_early(&event).await? {
                let reason = "an earlier event of this record comes later in the log".to_owned();
                self.park(&event, Why::Failed { attempts: 1, reason }).await?;
                queued = true;
            } else {
                queued = !self.try_one(&event, 1, false).await?;
            }
            last = event.version;
        }
        Ok(())
    }

    /// Whether an earlier version of the record has a later place in the log than this stretch reaches: numbers may
    /// be dealt to servers in blocks. It is then parked, and so follows when its predecessor was handed out.
    async fn comes_too_early(&self, event: &Logged) -> Result<bool, Failure> {
        let reader = self.db.read(event.tenant).await?;
        let before = log::history(&reader, event.tenant, &event.subject, event.version - 2, 1).await?;
        let earlier = before.first().filter(|found| found.version + 1 == event.version);
        Ok(earlier.is_some_and(|found| found.seq > event.seq && self.consumer.wants(&found.kind)))
    }

    /// Handles one event or parks it; whether it was handled.
    async fn try_one(&self, event: &Arc<Logged>, attempt: i64, parked: bool) -> Result<bool, Failure> {
        match effect::handle(&self.db, &self.consumer, self.fence, event, parked).await {
            Ok(()) => Ok(true),
            Err(Failure::LeaseLost) => Err(Failure::LeaseLost),
            Err(failure) => {
                let reason = failure.to_string();
                tracing::warn!(consumer = self.fence.consumer, event = %event.id, kind = event.kind, attempt, reason, "an event is parked with its record");
                self.park(
                    event,
                    Why::Failed {
                        attempts: attempt,
                        reason,
                    },
                )
                .await?;
                Ok(false)
            }
        }
    }

    async fn park(&self, event: &Arc<Logged>, why: Why) -> Result<(), Failure> {
        let park = Park {
            fence: self.fence,
            event: Arc::clone(event),
            why,
            wait_ms: self.wait_ms,
        };
        self.db.write(event.tenant, park).await
    }

    /// Tries those parked whose time has come; how many were handled.
    pub(super) async fn retry(&self) -> Result<usize, Failure> {
        let due = {
            let door = self.db.door().await?;
            park::due(&door, self.fence.consumer).await?
        };
        let tries = stream::iter(due)
            .map(|due| self.retry_one(due))
            .buffer_unordered(SIDE_BY_SIDE);
        tries
            .try_fold(0, |sum, handled| async move { Ok(sum + usize::from(handled)) })
            .await
    }

    async fn retry_one(&self, due: Due) -> Result<bool, Failure> {
        let found = {
            let reader = self.db.read(due.tenant).await?;
            log::entry(&reader, due.tenant, due.event).await
        };
        let reason = match found {
            Ok(Some(event)) => return self.try_one(&Arc::new(event), due.attempts + 1, true).await,
            Ok(None) => "the entry is not in the log any more".to_owned(),
            Err(error @ Error::Broken(_)) => format!("the entry cannot be read: {error:?}"),
            Err(error) => return Err(error.into()),
        };
        // Set aside by itself: the others that are due are tried all the same.
        tracing::warn!(consumer = self.fence.consumer, tenant = %due.tenant, event = %due.event, reason, "a parked event waits on");
        let postpone = Postpone {
            fence: self.fence,
            event: due.event,
            attempts: due.attempts + 1,
            reason,
            wait_ms: self.wait_ms,
        };
        self.db.write(due.tenant, postpone).await?;
        Ok(false)
    }
}

/// What a batch for a publisher holds: all that it wants, in order.
pub(super) fn wanted(stretch: &Stretch, publisher: &dyn Publisher) -> Vec<Logged> {
    let readable = |event: &Logged| !publisher.reads_entries() || !stretch.unreadable.contains_key(&event.id);
    stretch
        .events
        .iter()
        .filter(|event| publisher.wants(&event.kind) && readable(event))
        .map(|event| (**event).clone())
        .collect()
}
