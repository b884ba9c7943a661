//! Runs what a workflow's `action` step asks for, and gives the answer back to the request as a command.

use std::sync::Arc;

use countersign_engine::vocabulary::{Command, ScopeId, What};
use countersign_events::{ActionError, Actions, Call, Consumer, Failure, Rights};
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::id::RequestId;
use countersign_kernel::text::Locale;
use countersign_storage::Uow;
use countersign_storage::log::{Cause, Logged};
use serde_json::Value as Json;

use crate::error::Error;
use crate::office::Office;
use crate::requests::changes;
use crate::requests::load::{self, Target};

/// A consumer of `oa.action.wanted`: the action, its answer and the consumer's place are one unit of work.
pub struct ActionWorker {
    office: Office,
    actions: Arc<Actions>,
}

impl ActionWorker {
    pub fn new(office: Office, actions: Arc<Actions>) -> Self {
        Self { office, actions }
    }

    async fn run(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let Some(wanted) = Wanted::read(event)? else {
            return Ok(());
        };
        let (rights, publisher) = self.rights(uow, event).await?;
        let call = Call {
            inputs: wanted.inputs,
            actor: Actor::System,
            rights,
            publisher,
            cause: event.id,
            depth: event.depth,
            key: event.id.to_string(),
            now: self.office.clock.business(event.tenant),
            trace: event.trace.clone(),
        };
        let output = match self.actions.run(uow, &wanted.action, &call).await {
            Ok(output) => output,
            Err(ActionError::Storage(error)) => return Err(Failure::Storage(error)),
            Err(ActionError::Later(why)) => return Err(Failure::Again(why)),
            Err(ActionError::Refused { detail, .. }) => {
                return Err(Failure::Refused(detail.get(Locale::En).to_owned()));
            }
        };
        self.answer(
            uow,
            event,
            &Command::ActionDone {
                scope: wanted.scope,
                attempt: wanted.attempt,
                output,
            },
        )
        .await
    }

    /// A step acts by the requester's rights, else by those of whoever published the version that the request goes by.
    async fn rights(&self, uow: &Uow, event: &Logged) -> Result<(Rights, Option<Publisher>), Failure> {
        let (conn, tenant) = (uow.reads(), uow.tenant());
        let target = Target::Request(RequestId(event.subject.id));
        let loaded = load::load(conn, tenant, target, None).await?;
        let Some(loaded) = loaded else {
            return Ok((Rights::Of(Vec::new(), Arc::default()), None));
        };
        let definition = self.office.definition_of(conn, tenant, &loaded.row).await;
        let definition = definition.map_err(failure)?;
        let epoch = loaded.ground.directory_epoch;
        let directory = self.office.directories.directory_in(conn, tenant, epoch).await?;
        let rights = definition.rights(Some(loaded.row.requester), &directory);
        Ok((rights, definition.publisher()))
    }

    async fn answer(&self, uow: &mut Uow, event: &Logged, command: &Command) -> Result<(), Failure> {
        let request = RequestId(event.subject.id);
        let cause = Cause::going_on(event);
        let now = self.office.clock.business(event.tenant);
        self.office
            .give_as_system(uow, request, command, now, &cause)
            .await
            .map(|_| ())
            .map_err(failure)
    }

    async fn failed(&self, uow: &mut Uow, event: &Logged, why: &str) -> Result<(), Failure> {
        let Some(wanted) = Wanted::read(event)? else {
            return Ok(());
        };
        let command = Command::ActionFailed {
            scope: wanted.scope,
            attempt: wanted.attempt,
            reason: why.to_owned(),
        };
        self.answer(uow, event, &command).await
    }
}

impl Consumer for ActionWorker {
    fn name(&self) -> &'static str {
        "oa.actions"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == "oa.action.wanted"
    }

    fn handle<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
    ) -> futures_util::future::BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.run(uow, event))
    }

    fn refused<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        why: &'a str,
    ) -> futures_util::future::BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.failed(uow, event, why))
    }
}

/// What the event asks for.
struct Wanted {
    scope: ScopeId,
    attempt: u32,
    action: String,
    inputs: Json,
}

impl Wanted {
    fn read(event: &Logged) -> Result<Option<Self>, Failure> {
        let engine = changes::event_of(event)?;
        Ok(match engine.what {
            What::ActionWanted {
                scope,
                attempt,
                action,
                inputs,
            } => Some(Self {
                scope,
                attempt,
                action,
                inputs,
            }),
            _ => None,
        })
    }
}

/// As a consumer says it.
pub(crate) fn failure(error: Error) -> Failure {
    match error {
        Error::Storage(error) => Failure::Storage(error),
        other => Failure::Again(other.to_string()),
    }
}
