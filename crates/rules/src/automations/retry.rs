//! A run that could not act is started again, once, by the version in force and the rights that hold now.

use std::sync::Arc;

use countersign_events::{Actions, Failure};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{EventId, RunId, TypedId, derive};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::log::{self, Cause, ChangeContext, Logged};
use countersign_storage::{Uow, Work};
use countersign_web::Expected;

use super::run::{Impulse, Run, Status, run};
use super::{store, told, written};
use crate::definitions::compiled::Compiled;
use crate::definitions::{Kind, Rules, Tenant};
use crate::error::Error;
use crate::events::RUN_RETRIED;

/// Starts a run again.
pub(crate) struct Retry {
    pub rules: Rules,
    pub actions: Arc<Actions>,
    pub run: RunId,
    pub expected: Expected,
    pub actor: Actor,
    pub now: Instant,
    /// The W3C `traceparent` of the request.
    pub trace: Option<String>,
}

impl Work for Retry {
    type Out = store::Model;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<store::Model, Error> {
        let row = store::held(uow, self.run).await?.ok_or(Error::NoRun)?;
        if !self.expected.allows(row.version) {
            return Err(Error::Stale { current: row.version });
        }
        if !Status::RETRIED.contains(&row.status.as_str()) {
            return Err(Error::NothingToRetry { status: row.status });
        }
        let tenant = self.rules.tenant_in(uow.reads(), uow.tenant()).await?;
        let one = in_force(&tenant, &row.automation)?;
        let event = log::entry(uow.reads(), uow.tenant(), row.event_id).await?;
        let event =
            event.ok_or_else(|| countersign_storage::Error::broken("a run's event is not in the log"))?;
        let was = row.status.clone();
        let row = store::Model {
            automation_version: one.version,
            version: row.version + 1,
            retried_at: Some(self.now),
            ..row
        };
        let ran = self.again(uow, &tenant, &one, &event, &row).await?;
        let (why, actions) = written(&ran)?;
        let row = store::Model {
            status: ran.status.word().to_owned(),
            why,
            actions,
            ..row
        };
        store::change(uow, row.clone()).await?;
        let entry = told::entry(&self.change(), &row, RUN_RETRIED.name, (Some(&was), &ran.why));
        uow.append(entry);
        Ok(row)
    }
}

impl Retry {
    async fn again(
        &self,
        uow: &mut Uow,
        tenant: &Tenant,
        one: &Compiled,
        event: &Logged,
        row: &store::Model,
    ) -> Result<Run, Error> {
        let listens = one
            .automation()
            .is_some_and(|automation| automation.when_event.contains(&event.kind));
        if !listens {
            let why = Text::Many(
                [
                    ("en", "It no longer listens to this event."),
                    ("zh-CN", "它已不再监听此事件。"),
                ]
                .map(|(tag, text)| (tag.to_owned(), text.to_owned()))
                .into(),
            );
            return Ok(Run::new(Status::Skipped, why, Vec::new()));
        }
        // What follows now follows from whoever started it again: how much had followed from the event is no bound.
        let impulse = Impulse {
            event: EventId(derive(
                "event",
                row.id.uuid(),
                &row.version.to_be_bytes(),
                self.now,
            )),
            depth: 0,
            trace: self.trace.clone(),
            now: self.now,
        };
        match run(uow, &self.rules, tenant, &self.actions, (one, event), &impulse).await {
            Ok(run) => Ok(run),
            Err(Failure::Storage(error)) => Err(error.into()),
            Err(later) => Err(Error::Later(later.to_string())),
        }
    }

    fn change(&self) -> ChangeContext {
        ChangeContext {
            actor: self.actor.clone(),
            at: self.now,
            cause: Cause::request(self.trace.clone()),
        }
    }
}

fn in_force(tenant: &Tenant, name: &str) -> Result<Arc<Compiled>, Error> {
    if let Some(one) = tenant.newest.get(Kind::Automation, name) {
        return Ok(Arc::clone(one));
    }
    match tenant.newest.broken(Kind::Automation, name) {
        Some(broken) => Err(Error::Broken(broken.clone())),
        None => Err(Error::NotFound {
            kind: Kind::Automation,
            name: name.to_owned(),
            nearest: None,
        }),
    }
}
