//! Hands a batch of the log to one consumer, many events in one unit of work.
//!
//! An event that fails takes its unit back: those before it are done without it, then it is tried alone, and parked with its
//! record if that does not help. It costs two units more, and the others nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_storage::Db;
use countersign_storage::log::Logged;

use super::feed::LogBatch;
use super::inbox;
use super::lease::LeaseToken;
use super::park::{self, Record, Why};
use super::unit::{Done, Step, Stopped, Unit};
use crate::consumer::{Consumer, Failure, Publisher};

/// Events in one unit of work at most.
const AT_ONCE: usize = 64;

/// Waits between tries when two changes met each other, or the database was busy.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(15),
    Duration::from_millis(60),
    Duration::from_millis(250),
];

/// One consumer under its lease.
pub(super) struct Dispatcher {
    pub(super) db: Db,
    pub(super) consumer: Arc<dyn Consumer>,
    pub(super) lease_token: LeaseToken,
    /// The wait after a first failure, in milliseconds.
    pub(super) wait_ms: i64,
}

/// What is known of a consumer before its events are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Whether something of it may be parked.
    pub(super) parks: bool,
    /// Whether an earlier version may have noted in the inbox what it did.
    pub(super) inbox: bool,
}

/// How a batch was dispatched.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Dispatched {
    /// Whether the place behind it is in the database.
    pub(super) kept: bool,
    /// Whether something was parked.
    pub(super) parked: bool,
}

impl Dispatcher {
    /// Hands out what it wants; when this is `Ok`, every event was handled or is parked.
    pub(super) async fn dispatch(&self, batch: &LogBatch, known: Known) -> Result<Dispatched, Failure> {
        let mut wanted: Vec<&Arc<Logged>> = batch
            .events
            .iter()
            .filter(|event| self.wants(event, batch))
            .collect();
        if known.inbox && !wanted.is_empty() {
            let done = inbox::done(&self.db, self.lease_token.consumer, &wanted).await?;
            wanted.retain(|event| !done.contains(&event.id));
        }
        let queued = if known.parks && !wanted.is_empty() {
            let records: Vec<Record> = wanted.iter().map(|event| park::record(event)).collect();
            park::queues(
                &*self.db.across_tenants().await?,
                self.lease_token.consumer,
                &records,
            )
            .await?
        } else {
            HashSet::new()
        };
        let dispatch = Dispatch {
            dispatcher: self,
            batch,
            queued,
            dispatched: Dispatched::default(),
        };
        dispatch.run(&wanted).await
    }

    /// One that cannot be read is wanted by its type alone.
    fn wants(&self, event: &Logged, batch: &LogBatch) -> bool {
        self.consumer.wants(&event.kind)
            && (batch.unreadable.contains_key(&event.id) || self.consumer.concerns(event))
    }
}

/// A batch in the hands of its dispatcher.
struct Dispatch<'a> {
    dispatcher: &'a Dispatcher,
    batch: &'a LogBatch,
    /// Records of which something is parked: what comes later of them waits behind it.
    queued: HashSet<Record>,
    dispatched: Dispatched,
}

impl Dispatch<'_> {
    async fn run(mut self, wanted: &[&Arc<Logged>]) -> Result<Dispatched, Failure> {
        let (mut rest, mut most) = (wanted, AT_ONCE);
        while !rest.is_empty() {
            let chunk = rest.get(..most).unwrap_or(rest);
            let is_last = chunk.len() == rest.len();
            let done = match chunk {
                [event] => self.alone(event, is_last).await?,
                _ => match self.together(chunk, is_last).await {
                    Ok(done) => done,
                    Err(stopped) => {
                        most = stopped.before(chunk.len())?;
                        continue;
                    }
                },
            };
            rest = rest.get(done..).unwrap_or_default();
            most = AT_ONCE;
        }
        Ok(self.dispatched)
    }

    /// Several events in one unit of work; how many were done.
    async fn together(&mut self, chunk: &[&Arc<Logged>], is_last: bool) -> Result<usize, Stopped> {
        let mut queued = self.queued.clone();
        let steps: Vec<Step> = chunk.iter().map(|event| self.step(event, &mut queued)).collect();
        let done = self.unit(steps.clone(), is_last).await?;
        for step in steps.iter().take(done) {
            self.note(step);
        }
        Ok(done)
    }

    /// One event in a unit of its own: tried again at once where that heals, refused, or parked.
    async fn alone(&mut self, event: &Arc<Logged>, is_last: bool) -> Result<usize, Failure> {
        let mut step = self.step(event, &mut self.queued.clone());
        loop {
            let failure = match self.persist(&step, is_last).await {
                Ok(done) => {
                    self.note(&step);
                    return Ok(done);
                }
                Err(failure) => failure,
            };
            step = match (step, failure) {
                (_, Failure::LeaseLost) => return Err(Failure::LeaseLost),
                (Step::Park(..), failure) => return Err(failure),
                (Step::Handle(event), Failure::Refused(why)) => Step::Refuse(event, why),
                (Step::Handle(event) | Step::Refuse(event, _), failure) => {
                    let reason = failure.to_string();
                    tracing::warn!(consumer = self.dispatcher.lease_token.consumer, event = %event.id, kind = event.kind, reason, "an event is parked with its record");
                    Step::Park(
                        event,
                        match failure {
                            Failure::Later { who, .. } => Why::Later { who, reason },
                            _ => Why::Failed { attempts: 1, reason },
                        },
                    )
                }
            };
        }
    }

    async fn persist(&mut self, step: &Step, is_last: bool) -> Result<usize, Failure> {
        let mut pauses = PAUSES.iter();
        loop {
            match (self.unit(vec![step.clone()], is_last).await, pauses.next()) {
                (Err(stopped), Some(pause)) if stopped.failure.heals() => tokio::time::sleep(*pause).await,
                (outcome, _) => return outcome.map_err(|stopped| stopped.failure),
            }
        }
    }

    async fn unit(&mut self, steps: Vec<Step>, is_last: bool) -> Result<usize, Stopped> {
        let Some(last) = steps.last() else {
            return Ok(0);
        };
        let (window, tenant) = (self.batch.window, last.event().tenant);
        let end = if is_last {
            self.batch.next
        } else {
            window.at(last.event().seq)
        };
        let unit = Unit {
            consumer: Arc::clone(&self.dispatcher.consumer),
            lease_token: self.dispatcher.lease_token,
            steps,
            window,
            end,
            wait_ms: self.dispatcher.wait_ms,
        };
        let Done { steps, kept } = self.dispatcher.db.write(tenant, unit).await?;
        self.dispatched.kept = kept;
        Ok(steps)
    }

    /// What is done about an event, `queued` being the records of which something before it is parked.
    fn step(&self, event: &Arc<Logged>, queued: &mut HashSet<Record>) -> Step {
        let record = park::record(event);
        if queued.contains(&record) {
            return Step::Park(Arc::clone(event), Why::Behind);
        }
        let Some(reason) = self.batch.unreadable.get(&event.id).cloned() else {
            return Step::Handle(Arc::clone(event));
        };
        queued.insert(record);
        Step::Park(Arc::clone(event), Why::Failed { attempts: 1, reason })
    }

    fn note(&mut self, done: &Step) {
        if let Step::Park(event, _) = done {
            self.queued.insert(park::record(event));
            self.dispatched.parked = true;
        }
    }
}

/// What a batch for a publisher holds: all that it wants, in order.
pub(super) fn wanted(batch: &LogBatch, publisher: &dyn Publisher) -> Vec<Logged> {
    let readable = |event: &Logged| !publisher.reads_entries() || !batch.unreadable.contains_key(&event.id);
    batch
        .events
        .iter()
        .filter(|event| publisher.wants(&event.kind) && readable(event))
        .map(|event| (**event).clone())
        .collect()
}
