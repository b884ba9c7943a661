//! Parked events that are due are tried again, each in a unit of work of its own: its effect is kept with its leaving.

use std::sync::Arc;

use countersign_storage::log::{self, Logged};
use countersign_storage::{Error, Uow, Work};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::dispatch::Dispatcher;
use super::lease::LeaseToken;
use super::park::{self, Due, Postpone};
use crate::consumer::{Consumer, Failure};

/// Records that one consumer tries at the same time.
const SIDE_BY_SIDE: usize = 16;

struct Retry {
    consumer: Arc<dyn Consumer>,
    lease_token: LeaseToken,
    event: Arc<Logged>,
    /// Why the consumer would not, when this is the second unit of work, that keeps the refusal.
    refusal: Option<String>,
}

impl Work for Retry {
    type Out = ();
    type Error = Failure;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Failure> {
        self.lease_token.hold(uow.reads()).await?;
        if !park::leave(uow, self.lease_token.consumer, &self.event).await? {
            return Ok(());
        }
        match &self.refusal {
            None => self.consumer.handle(uow, &self.event).await,
            Some(why) => self.consumer.refused(uow, &self.event, why).await,
        }
    }
}

impl Dispatcher {
    /// Tries those parked whose time has come; how many were handled.
    pub(super) async fn retry(&self) -> Result<usize, Failure> {
        let due = {
            let reader = self.db.across_tenants().await?;
            park::due(&reader, self.lease_token.consumer).await?
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
            Ok(Some(event)) => match self.handle(&Arc::new(event)).await {
                Ok(()) => return Ok(true),
                Err(Failure::LeaseLost) => return Err(Failure::LeaseLost),
                Err(failure) => failure.to_string(),
            },
            Ok(None) => "the entry is not in the log any more".to_owned(),
            Err(error @ Error::Broken(_)) => format!("the entry cannot be read: {error:?}"),
            Err(error) => return Err(error.into()),
        };
        // Set aside by itself: the others that are due are tried all the same.
        tracing::warn!(consumer = self.lease_token.consumer, tenant = %due.tenant, event = %due.event, attempt = due.attempts + 1, reason, "a parked event waits on");
        let postpone = Postpone {
            lease_token: self.lease_token,
            event: due.event,
            attempts: due.attempts + 1,
            reason,
            wait_ms: self.wait_ms,
        };
        self.db.write(due.tenant, postpone).await?;
        Ok(false)
    }

    async fn handle(&self, event: &Arc<Logged>) -> Result<(), Failure> {
        let retry = |refusal| Retry {
            consumer: Arc::clone(&self.consumer),
            lease_token: self.lease_token,
            event: Arc::clone(event),
            refusal,
        };
        match self.db.write(event.tenant, retry(None)).await {
            Err(Failure::Refused(why)) => self.db.write(event.tenant, retry(Some(why))).await,
            outcome => outcome,
        }
    }
}
