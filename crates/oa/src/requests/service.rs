//! What can be done with a request that is there: commands from people and from the world, and reading it.

use std::sync::Arc;

use countersign_engine::Refusal;
use countersign_engine::vocabulary::{AddApprover, Command, Position, Status};
use countersign_events::Rights;
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::id::{RequestId, TaskId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::log::Cause;
use countersign_storage::{Conn, Uow, Work};
use countersign_web::Expected;
use serde_json::Value as Json;

use super::act::{self, Acted, Case};
use super::load::{self, Loaded, Target, TaskRow};
use super::submit::{Made, Wanted};
use super::{facts, links, may_ask, may_read};
use crate::error::Error;
use crate::office::Office;
use crate::tasks;
use crate::tasks::verdict::Verdict;

/// Somebody makes a request.
pub(crate) struct Create {
    pub office: Office,
    pub wanted: Wanted,
    pub draft: bool,
}

impl Work for Create {
    type Out = Made;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Made, Error> {
        if self.draft {
            self.office.save_draft(uow, &self.wanted).await
        } else {
            self.office.submit_new(uow, &self.wanted).await
        }
    }
}

/// Somebody submits a draft.
pub(crate) struct SubmitDraft {
    pub office: Office,
    pub caller: Caller,
    pub request: RequestId,
    pub expected: Expected,
    /// In place of the saved one.
    pub form: Option<serde_json::Map<String, Json>>,
    pub now: Instant,
    pub cause: Cause,
    pub rehearsal: bool,
}

impl Work for SubmitDraft {
    type Out = Made;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Made, Error> {
        let case = self
            .office
            .held_for(uow, Target::Request(self.request), &self.caller, self.now)
            .await?;
        expect(&self.expected, case.loaded.row.version)?;
        if case.state.status == Status::Draft && self.caller.user != case.loaded.row.requester {
            return Err(Error::Refused {
                refusal: Box::new(Refusal::NotYourDraft),
                status: case.state.status,
                possible: Vec::new(),
            });
        }
        let wanted = Wanted {
            id: self.request,
            workflow: case.loaded.row.workflow.clone(),
            form: self.form.clone().unwrap_or_else(|| case.state.form.clone()),
            now: self.now,
            actor: self.caller.actor(),
            // Whose it is was said when it was saved: whoever else may read it does not submit it.
            requester: case.loaded.row.requester,
            starter: None,
            rights: None,
            cause: self.cause.clone(),
            start: None,
            rehearsal: self.rehearsal,
        };
        self.office.submit_draft(uow, case, &wanted).await
    }
}

/// Somebody says what shall become of a request or of their task.
pub(crate) struct Give {
    pub office: Office,
    pub caller: Caller,
    pub target: Target,
    pub expected: Expected,
    pub command: Command,
    pub now: Instant,
    pub cause: Cause,
}

/// Somebody decides their one open task in a request, whichever it is.
pub(crate) struct Decide {
    pub office: Office,
    pub caller: Caller,
    pub request: RequestId,
    /// Of the task.
    pub expected: Expected,
    pub verdict: Verdict,
    pub now: Instant,
    pub cause: Cause,
}

/// What became of it.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub made: Made,
    /// The task that it was about.
    pub task: Option<TaskId>,
    /// What its row says after this.
    pub task_row: Option<TaskRow>,
}

impl Work for Give {
    type Out = Given;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Given, Error> {
        let case = self
            .office
            .held_for(uow, self.target, &self.caller, self.now)
            .await?;
        self.on(uow, case).await
    }
}

impl Work for Decide {
    type Out = Given;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Given, Error> {
        let target = Target::Request(self.request);
        let mut case = self.office.held(uow, target, &self.caller, self.now).await?;
        if !may_ask(&self.caller, &case) {
            return Err(Error::NotFound {
                kind: kind_of(target),
            });
        }
        let task = act::own_task(&case, self.caller.actor())?;
        let row = tasks::store::find(uow.reads(), uow.tenant(), task).await?;
        case.loaded.task = row.map(|row| row.own());
        let give = Give {
            office: self.office.clone(),
            caller: self.caller.clone(),
            target: Target::Task(task),
            expected: self.expected.clone(),
            command: self.verdict.clone().on(task),
            now: self.now,
            cause: self.cause.clone(),
        };
        give.on(uow, case).await
    }
}

impl Give {
    /// In a unit of work that holds the request already.
    pub(crate) async fn on_held(&self, uow: &mut Uow) -> Result<Given, Error> {
        let (conn, tenant) = (uow.reads(), uow.tenant());
        let case = self
            .office
            .case_for(conn, tenant, self.target, &self.caller, self.now)
            .await?;
        self.on(uow, case).await
    }

    async fn on(&self, uow: &mut Uow, mut case: Case) -> Result<Given, Error> {
        if let Command::Resubmit { form, .. } = &self.command {
            let (before, requester) = (case.state.clone(), case.loaded.row.requester);
            facts::look_up(uow, &mut case, &before, form, requester).await?;
        }
        let events = act::judge_in(uow, &mut case, self.caller.actor(), &self.command).await?;
        self.check_version(&case)?;
        self.check_form(uow, &case).await?;
        let (scene, definition, task_row) =
            (case.scene.clone(), Arc::clone(&case.definition), case.loaded.task);
        let acted = act::carry_out(uow, case, events, &self.cause).await?;
        let touched = self.touches_task(&acted);
        let task_row = task_row.map(|row| if touched { row.next(self.now) } else { row });
        Ok(Given {
            made: Made {
                acted,
                scene,
                definition,
            },
            task: match self.target {
                Target::Task(task) => Some(task),
                Target::Request(_) => None,
            },
            task_row,
        })
    }

    /// A task's version is what its holder saw, so a colleague's vote never stands in the way: it is judged first.
    fn check_version(&self, case: &Case) -> Result<(), Error> {
        let Target::Task(task) = self.target else {
            return expect(&self.expected, case.loaded.row.version);
        };
        let current = case.loaded.task.map_or(0, |row| row.version);
        expect(&self.expected, current)?;
        let edited = case
            .state
            .seat(task)
            .is_some_and(|seat| case.state.edited_since(seat));
        let decides = matches!(
            self.command,
            Command::Approve { .. }
                | Command::Reject { .. }
                | Command::Return { .. }
                | Command::AddApprover(AddApprover {
                    position: Position::After,
                    ..
                })
        );
        if edited && decides && self.expected == Expected::NotGiven {
            return Err(Error::VersionNeeded { current });
        }
        Ok(())
    }

    /// Files and records that are sent with a command.
    async fn check_form(&self, uow: &Uow, case: &Case) -> Result<(), Error> {
        let Some(workflow) = case.definition.workflow() else {
            return Ok(());
        };
        let (form, sent) = match &self.command {
            Command::Resubmit {
                form: Json::Object(sent),
                ..
            }
            | Command::Approve {
                form: Some(Json::Object(sent)),
                ..
            } => (Some(&workflow.form), sent),
            Command::Complete {
                task,
                form: Some(Json::Object(sent)),
                ..
            } => (links::work_form(workflow, &case.state, *task), sent),
            _ => return Ok(()),
        };
        let Some(form) = form else { return Ok(()) };
        // What stood in the form before was checked for whoever put it there.
        let completes = matches!(self.command, Command::Complete { .. });
        let new = sent
            .iter()
            .filter(|(name, value)| completes || case.state.form.get(*name) != Some(*value));
        let new = new.map(|(name, value)| (name.clone(), value.clone())).collect();
        let rights = Rights::of(Some(self.caller.user), None, &case.scene.directory);
        let faults = self.office.missing(uow, case, &rights, (form, &new)).await?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }

    fn touches_task(&self, acted: &Acted) -> bool {
        let Target::Task(task) = self.target else {
            return false;
        };
        super::changes::touched_tasks(&acted.events, &acted.state).contains(&task)
    }
}

fn kind_of(target: Target) -> &'static str {
    match target {
        Target::Request(_) => "request",
        Target::Task(_) => "task",
    }
}

fn readable(caller: &Caller, target: Target, case: Case) -> Result<Case, Error> {
    if may_read(caller, &case) {
        Ok(case)
    } else {
        Err(Error::NotFound {
            kind: kind_of(target),
        })
    }
}

pub(crate) fn expect(expected: &Expected, current: i64) -> Result<(), Error> {
    if expected.allows(current) {
        Ok(())
    } else {
        Err(Error::Stale { current })
    }
}

impl Office {
    /// A request as this caller may see it; not there otherwise.
    pub(crate) async fn case_for(
        &self,
        conn: &Conn,
        tenant: TenantId,
        target: Target,
        caller: &Caller,
        now: Instant,
    ) -> Result<Case, Error> {
        let loaded = load::load(conn, tenant, target, Some(caller.user)).await?;
        let case = self.case(conn, tenant, target, loaded, now).await?;
        readable(caller, target, case)
    }

    /// The same, held for this unit of work, to be decided on.
    pub(super) async fn held_for(
        &self,
        uow: &Uow,
        target: Target,
        caller: &Caller,
        now: Instant,
    ) -> Result<Case, Error> {
        let case = self.held(uow, target, caller, now).await?;
        readable(caller, target, case)
    }

    /// The same, whoever asks: what they may see of it is still to be judged.
    async fn held(&self, uow: &Uow, target: Target, caller: &Caller, now: Instant) -> Result<Case, Error> {
        let loaded = load::hold(uow, target, Some(caller.user)).await?;
        self.case(uow.reads(), uow.tenant(), target, loaded, now).await
    }

    async fn case(
        &self,
        conn: &Conn,
        tenant: TenantId,
        target: Target,
        loaded: Option<Loaded>,
        now: Instant,
    ) -> Result<Case, Error> {
        let loaded = loaded.ok_or(Error::NotFound {
            kind: kind_of(target),
        })?;
        self.open(conn, tenant, loaded, now).await
    }

    /// A command of the world: a timer, an action's answer.
    pub(crate) async fn give_as_system(
        &self,
        uow: &mut Uow,
        request: RequestId,
        command: &Command,
        now: Instant,
        cause: &Cause,
    ) -> Result<Option<Acted>, Error> {
        let Some(loaded) = load::hold(uow, Target::Request(request), None).await? else {
            return Ok(None);
        };
        let mut case = self.open(uow.reads(), uow.tenant(), loaded, now).await?;
        match act::judge_in(uow, &mut case, Actor::System, command).await {
            Ok(events) => act::carry_out(uow, case, events, cause).await.map(Some),
            // What is not waited for any more was overtaken by somebody's act: nothing is to be done.
            Err(Error::Refused { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
