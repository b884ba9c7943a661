//! Automations at work: for each public event, the published automations that name it.
//!
//! What an automation does on an event is a part of the unit of work that keeps the consumer's place: each acts once for an
//! event, in order for a record, and survives a crash at any instant. What an action refuses takes back that part alone
//! and is kept as a failed run, of which those hear who can mend it; the other automations on the event act all the same.

pub(crate) mod http;
mod retry;
mod run;
mod sees;
pub(crate) mod store;
mod told;

use std::sync::Arc;

use countersign_events::{Actions, Consumer, Failure};
use countersign_kernel::id::{RunId, derive};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::Uow;
use countersign_storage::log::Logged;
use futures_util::future::BoxFuture;

use crate::definitions::compiled::Compiled;
use crate::definitions::{Kind, Rules, Tenant};
use crate::error::Error;
use run::{Impulse, Run};
pub use sees::SeesRuns;

/// The consumer, and what starts runs again; in actix's app data as `web::Data<Automations>`.
pub struct Automations {
    rules: Rules,
    actions: Arc<Actions>,
    clock: Arc<dyn Clock>,
}

impl Automations {
    pub fn new(rules: Rules, actions: Arc<Actions>, clock: Arc<dyn Clock>) -> Self {
        Self {
            rules,
            actions,
            clock,
        }
    }

    /// The tenant as it is, read once for all events of a unit.
    async fn tenant(&self, uow: &mut Uow) -> Result<Tenant, Failure> {
        if let Some(known) = uow.remembered::<Tenant>() {
            return Ok(known);
        }
        let read = self.rules.tenant_in(uow.reads(), uow.tenant()).await;
        let tenant = read.map_err(failure)?;
        uow.remember(tenant.clone());
        Ok(tenant)
    }

    async fn on(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let tenant = self.tenant(uow).await?;
        let hears = |one: &&Arc<Compiled>| {
            one.automation()
                .is_some_and(|automation| automation.when_event.contains(&event.kind))
        };
        let listening: Vec<Arc<Compiled>> = tenant
            .newest
            .all(Kind::Automation)
            .filter(hears)
            .cloned()
            .collect();
        let impulse = Impulse {
            event: event.id,
            depth: event.depth,
            trace: event.trace.clone(),
            now: self.clock.business(event.tenant),
        };
        for one in &listening {
            let run = run::run(uow, &self.rules, &tenant, &self.actions, (one, event), &impulse).await?;
            let row = row(one, event, &run, impulse.now)?;
            if run.status.could_not() {
                told::could_not(uow, &self.rules, &tenant, (one, event), &row, &run.why).await?;
            }
            store::keep(uow, row).await?;
        }
        Ok(())
    }

    async fn later(&self, uow: &mut Uow, event: &Logged, automation: &str) -> Result<(), Failure> {
        let tenant = self
            .rules
            .tenant_in(uow.reads(), uow.tenant())
            .await
            .map_err(failure)?;
        let Some(one) = tenant.newest.get(Kind::Automation, automation) else {
            return Ok(());
        };
        let now = self.clock.business(event.tenant);
        told::waits(uow, &tenant, (one, event), now).await
    }
}

impl Consumer for Automations {
    fn name(&self) -> &'static str {
        "rules.automations"
    }

    fn wants(&self, kind: &str) -> bool {
        self.rules
            .definitions
            .catalogue()
            .event(kind)
            .is_some_and(|of| of.public)
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.on(uow, event))
    }

    fn waits<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        who: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.later(uow, event, who))
    }
}

fn row(one: &Compiled, event: &Logged, run: &Run, now: Instant) -> Result<store::Model, Failure> {
    let (why, actions) = written(run)?;
    Ok(store::Model {
        tenant_id: event.tenant,
        id: RunId(derive("run", event.id.0, one.name.as_bytes(), now)),
        automation: one.name.clone(),
        automation_version: one.version,
        event_id: event.id,
        event_type: event.kind.clone(),
        subject_kind: event.subject.kind.clone(),
        subject_id: event.subject.id,
        status: run.status.word().to_owned(),
        why,
        actions,
        depth: i64::from(event.depth),
        created_at: now,
        retried_at: None,
        version: 1,
    })
}

/// Why it did not act and what it did, as they are kept.
fn written(run: &Run) -> Result<(String, String), countersign_storage::Error> {
    let broken = countersign_storage::Error::broken;
    let why = serde_json::to_string(&run.why).map_err(broken)?;
    let actions = serde_json::to_string(&run.actions).map_err(broken)?;
    Ok((why, actions))
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Storage(error) => Failure::Storage(error),
        other => Failure::Again(other.to_string()),
    }
}
