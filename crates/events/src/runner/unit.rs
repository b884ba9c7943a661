//! The events of a batch in one unit of work: their effects and the consumer's new place are kept together, so that the
//! place itself says what was done, once.

use std::sync::Arc;
use std::time::Duration;

use countersign_storage::log::Logged;
use countersign_storage::{Error, Uow, WindowCursor, Work, dialect};
use tokio::time::Instant;

use super::lease::{self, LeaseToken};
use super::park::{self, Why};
use crate::consumer::{Consumer, Failure};

/// After so long a unit ends with what it has: others may wait behind its transaction.
const BUDGET: Duration = Duration::from_millis(25);
/// The same where nobody writes beside it. Units of one batch are committed together, so a shorter one costs two statements.
const BUDGET_OF_ONLY_WRITER: Duration = Duration::from_millis(3);

/// What is done about an event.
#[derive(Clone)]
pub(super) enum Step {
    Handle(Arc<Logged>),
    /// The consumer would not, and keeps that.
    Refuse(Arc<Logged>, String),
    Park(Arc<Logged>, Why),
}

impl Step {
    pub(super) fn event(&self) -> &Arc<Logged> {
        match self {
            Self::Handle(event) | Self::Refuse(event, _) | Self::Park(event, _) => event,
        }
    }
}

pub(super) struct Unit {
    pub(super) consumer: Arc<dyn Consumer>,
    pub(super) lease_token: LeaseToken,
    /// In the order of the log.
    pub(super) steps: Vec<Step>,
    /// The window of their batch.
    pub(super) window: WindowCursor,
    /// The place behind all of them.
    pub(super) end: WindowCursor,
    /// The wait of a parked event after a first failure, in milliseconds.
    pub(super) wait_ms: i64,
}

/// How far a unit came.
pub(super) struct Done {
    pub(super) steps: usize,
    /// Whether its place is in the database: a unit that changed nothing leaves that for later.
    pub(super) kept: bool,
}

/// Nothing of a unit was kept.
pub(super) struct Stopped {
    /// The step that failed; none where the unit as a whole did.
    pub(super) at: Option<usize>,
    pub(super) failure: Failure,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self {
            at: None,
            failure: error.into(),
        }
    }
}

impl Stopped {
    /// How many of so many steps to try together without what failed; none are left to be tried once the lease is lost.
    pub(super) fn before(self, steps: usize) -> Result<usize, Failure> {
        match self.failure {
            Failure::LeaseLost => Err(Failure::LeaseLost),
            _ => Ok(self.at.unwrap_or(steps / 2).max(1)),
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { at: None, failure }
    }
}

impl Work for Unit {
    type Out = Done;
    type Error = Stopped;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Done, Stopped> {
        self.lease_token.look(uow.reads()).await?;
        let budget = if dialect::has_one_writer(uow.reads()) {
            BUDGET_OF_ONLY_WRITER
        } else {
            BUDGET
        };
        let began = Instant::now();
        let mut done = 0;
        for step in &self.steps {
            uow.enter(step.event().tenant).await?;
            self.take(uow, step).await.map_err(|failure| Stopped {
                at: Some(done),
                failure,
            })?;
            done += 1;
            if began.elapsed() > budget {
                break;
            }
        }
        let kept = uow.has_written();
        if kept && let Some(last) = self.steps.get(done.saturating_sub(1)) {
            let seq = last.event().seq;
            let place = if done == self.steps.len() {
                self.end
            } else {
                self.window.at(seq)
            };
            lease::advance(uow, self.lease_token, place, seq).await?;
        }
        Ok(Done { steps: done, kept })
    }
}

impl Unit {
    async fn take(&self, uow: &mut Uow, step: &Step) -> Result<(), Failure> {
        match step {
            Step::Handle(event) => self.consumer.handle(uow, event).await,
            Step::Refuse(event, why) => self.consumer.refused(uow, event, why).await,
            Step::Park(event, why) => {
                if let Why::Later { who, .. } = why {
                    self.consumer.waits(uow, event, who).await?;
                }
                let consumer = self.lease_token.consumer;
                Ok(park::keep(uow, consumer, event, why, self.wait_ms).await?)
            }
        }
    }
}
