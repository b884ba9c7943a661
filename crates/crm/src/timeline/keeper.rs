//! The consumer that keeps the timelines.

use std::sync::Arc;

use countersign_events::{Consumer, Failure};
use countersign_kernel::catalogue::Catalogue;
use countersign_storage::{Logged, Uow};
use futures_util::future::BoxFuture;

use super::{moments, store};
use crate::record::refusal::Refusal;

/// Keeps an entry for each customer record that a public event links to.
#[derive(Debug, Clone)]
pub struct TimelineKeeper {
    catalogue: Arc<Catalogue>,
}

impl TimelineKeeper {
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        Self { catalogue }
    }
}

impl Consumer for TimelineKeeper {
    fn name(&self) -> &'static str {
        "crm.timeline"
    }

    fn wants(&self, kind: &str) -> bool {
        self.catalogue.event(kind).is_some_and(|of| of.public)
    }

    fn concerns(&self, event: &Logged) -> bool {
        !moments(event).is_empty()
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let moments = moments(event);
            if moments.is_empty() {
                return Ok(());
            }
            store::keep(uow.writes().await?, &moments)
                .await
                .map_err(|refusal| match refusal {
                    Refusal::Storage(error) => Failure::Storage(error),
                    other => Failure::Refused(other.to_string()),
                })
        })
    }
}
