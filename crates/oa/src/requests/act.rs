//! THE path of every command: what was loaded meets the command, the engine judges, and what follows is kept in the
//! same unit of work: log, request, tasks, timers, each in one statement. Nothing else changes a request.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_engine::definition::Workflow;
use countersign_engine::state::{STATE_FORMAT, Seat, State};
use countersign_engine::vocabulary::{Command, Event};
use countersign_engine::{Facts, Judged, Refusal, Standings};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{TaskId, TenantId};
use countersign_kernel::time::Instant;
use countersign_platform::files;
use countersign_rules::Compiled;
use countersign_rules::definitions::Kind;
use countersign_rules::scene::Scene;
use countersign_rules::standings;
use countersign_storage::log::Cause;
use countersign_storage::{Conn, Uow};
use serde_json::{Map, Value as Json};

use super::load::Loaded;
use super::store::{self, Model};
use super::{changes, kept};
use crate::error::Error;
use crate::office::Office;
use crate::{leave, tasks, timers, waits};

/// A request with all that judging it needs.
pub(crate) struct Case {
    pub loaded: Loaded,
    pub state: State,
    pub definition: Arc<Compiled>,
    pub scene: Scene,
    /// What was looked up of earlier requests for a submission.
    pub looked_up: Map<String, Json>,
    /// How those stand of whom a step asks one, as far as it was looked up.
    pub standings: Standings,
}

/// What a command came to.
#[derive(Debug, Clone)]
pub(crate) struct Acted {
    pub row: Model,
    pub state: State,
    pub events: Vec<Event>,
}

impl Office {
    /// Turns what was loaded into a case.
    pub(crate) async fn open(
        &self,
        conn: &Conn,
        tenant: TenantId,
        loaded: Loaded,
        now: Instant,
    ) -> Result<Case, Error> {
        let scene = self.scene_in(conn, tenant, &loaded.ground, now).await?;
        self.open_at(conn, tenant, loaded, scene).await
    }

    /// The same, where the scene is known.
    pub(crate) async fn open_at(
        &self,
        conn: &Conn,
        tenant: TenantId,
        loaded: Loaded,
        scene: Scene,
    ) -> Result<Case, Error> {
        let definition = self.definition_of(conn, tenant, &loaded.row).await?;
        let state = kept::state(conn, tenant, &loaded.row).await?;
        Ok(Case {
            loaded,
            state,
            definition,
            scene,
            looked_up: Map::new(),
            standings: Standings::default(),
        })
    }

    /// The version of its workflow that a request goes by.
    pub(crate) async fn definition_of(
        &self,
        conn: &Conn,
        tenant: TenantId,
        row: &Model,
    ) -> Result<Arc<Compiled>, Error> {
        let (name, version) = (&row.workflow, row.workflow_version);
        self.definitions
            .version_in(conn, tenant, Kind::Workflow, name, version)
            .await?
            .ok_or_else(|| countersign_storage::Error::broken("the version of a request's workflow is gone"))?
            .map_err(Error::BrokenWorkflow)
    }

    /// Judges a command and keeps what follows.
    pub(crate) async fn act(
        &self,
        uow: &mut Uow,
        mut case: Case,
        actor: Actor,
        command: &Command,
        cause: &Cause,
    ) -> Result<Acted, Error> {
        let events = judge_in(uow, &mut case, actor, command).await?;
        carry_out(uow, case, events, cause).await
    }
}

/// Keeps what was judged.
pub(crate) async fn carry_out(
    uow: &mut Uow,
    case: Case,
    events: Vec<Event>,
    cause: &Cause,
) -> Result<Acted, Error> {
    let before = case.loaded.row.version;
    let acted = after(
        case.loaded.row,
        &case.state,
        &case.definition,
        &case.scene,
        events,
    )?;
    store::update(uow, acted.row.clone(), before).await?;
    keep(uow, &case.state, &case.scene, &case.definition, &acted, cause).await?;
    Ok(acted)
}

/// Events that may be kept, or why not, with what is possible instead.
pub(crate) async fn judge_in(
    uow: &mut Uow,
    case: &mut Case,
    actor: Actor,
    command: &Command,
) -> Result<Vec<Event>, Error> {
    knowing_all(uow, case, |case| judged(case, actor.clone(), command)).await
}

/// Judges until nothing is missing: mostly that is at once, or the second time where a step picks one.
pub(crate) async fn knowing_all(
    uow: &mut Uow,
    case: &mut Case,
    judge: impl Fn(&Case) -> Result<Judged, Error>,
) -> Result<Vec<Event>, Error> {
    loop {
        let Judged { events, missing } = judge(case)?;
        if missing.is_empty() {
            return Ok(events);
        }
        let workflow = case.loaded.row.workflow.clone();
        // In one order, so that two commands do not wait for each other.
        let steps: BTreeSet<&str> = missing.iter().map(|one| one.step.as_str()).collect();
        for step in steps {
            uow.hold(standings::turn_of(&workflow, step)).await?;
        }
        let (conn, tenant, state) = (uow.reads(), uow.tenant(), &case.state);
        standings::find(conn, tenant, &workflow, state, &missing, &mut case.standings).await?;
    }
}

/// The same, as far as it can be told without looking anything up.
pub(crate) fn judge(case: &Case, actor: Actor, command: &Command) -> Result<Vec<Event>, Error> {
    judged(case, actor, command).map(|judged| judged.events)
}

fn judged(case: &Case, actor: Actor, command: &Command) -> Result<Judged, Error> {
    asked(case, actor, |workflow, facts| {
        countersign_engine::judge(workflow, &case.state, command, facts)
    })
}

/// The one open task of someone who may read the request.
pub(crate) fn own_task(case: &Case, actor: Actor) -> Result<TaskId, Error> {
    asked(case, actor, |workflow, facts| {
        countersign_engine::own_task(workflow, &case.state, facts)
    })
}

/// The engine's answer, or its refusal with what is possible instead.
fn asked<T>(
    case: &Case,
    actor: Actor,
    ask: impl FnOnce(&Workflow, &Facts<'_>) -> Result<T, Refusal>,
) -> Result<T, Error> {
    let workflow = case
        .definition
        .workflow()
        .ok_or_else(|| countersign_storage::Error::broken("a request of what is no workflow"))?;
    let facts = Facts {
        looked_up: case.looked_up.clone(),
        standings: case.standings.clone(),
        ..case.scene.facts(actor, case.definition.publisher())
    };
    ask(workflow, &facts).map_err(|refusal| {
        let possible = countersign_engine::possible(workflow, &case.state, &facts);
        Error::Refused {
            refusal: Box::new(refusal),
            status: case.state.status,
            possible,
        }
    })
}

/// The row and state after these events.
pub(crate) fn after(
    mut row: Model,
    before: &State,
    definition: &Compiled,
    scene: &Scene,
    events: Vec<Event>,
) -> Result<Acted, Error> {
    let mut state = before.clone();
    for event in &events {
        countersign_engine::apply(&mut state, event);
    }
    row.number = Some(state.number.clone()).filter(|number| !number.is_empty());
    state.status.word().clone_into(&mut row.status);
    row.workflow_version = definition.version;
    row.summary = changes::summary(&state);
    row.round = i64::from(state.round);
    row.state = serde_json::to_string(&state)?;
    row.state_format = i64::from(STATE_FORMAT);
    row.submitted_at = state.submitted_at;
    row.decided_at = state.decided_at;
    row.version = state.version as i64;
    row.updated_at = scene.now;
    if changes::frees_its_key(state.status) {
        row.start_key = None;
    }
    Ok(Acted { row, state, events })
}

/// Everything but the request's own row: log, tasks, timers, readers.
pub(crate) async fn keep(
    uow: &mut Uow,
    before: &State,
    scene: &Scene,
    definition: &Compiled,
    acted: &Acted,
    cause: &Cause,
) -> Result<(), Error> {
    let links = super::links::records(definition.workflow(), &acted.state.form);
    for entry in changes::entries(before.version, &acted.state, &acted.events, &links, cause)? {
        uow.append(entry);
    }
    let tenant = uow.tenant();
    let touched = changes::touched_tasks(&acted.events, &acted.state);
    let seats = acted
        .state
        .seats
        .iter()
        .filter(|seat| touched.contains(&seat.task));
    tasks::store::upsert(
        uow,
        seats.map(|seat| task_row(tenant, seat, scene, acted)).collect(),
    )
    .await?;
    tasks::turns::keep(uow, acted).await?;
    timers::store::upsert(uow, acted.row.id, changes::moved_timers(before, &acted.state)).await?;
    waits::keep(uow, before, acted, definition.workflow()).await?;
    let mut readers = changes::former_holders(&acted.events, before);
    if let Some(workflow) = definition
        .workflow()
        .filter(|_| before.round != acted.state.round)
    {
        readers.extend(countersign_engine::readers(
            workflow,
            &acted.state,
            &scene.facts(Actor::System, definition.publisher()),
        ));
    }
    if before.round != acted.state.round {
        let starters = [acted.state.starter, acted.state.second_starter];
        readers.extend(starters.into_iter().flatten());
    }
    readers.extend(changes::copied(&acted.events));
    store::add_readers(uow, acted.row.id, readers).await?;
    super::listed::keep(uow, before, &scene.newest, acted).await?;
    leave::follow::follow(uow, before, scene, definition, acted, cause).await?;
    let mut files = super::links::files_of_answers(definition.workflow(), &acted.state, &acted.events);
    if before.form != acted.state.form {
        files.extend(super::links::files(definition.workflow(), &acted.state.form));
    }
    if !files.is_empty() {
        // Whoever may read the request may read its files from now on.
        files::attach(uow, &files, &Link::new("request", acted.row.id.0)).await?;
    }
    Ok(())
}

fn task_row(tenant: TenantId, seat: &Seat, scene: &Scene, acted: &Acted) -> tasks::store::Model {
    let (status, decision, decided_at) = changes::standing(seat);
    tasks::store::Model {
        tenant_id: tenant,
        id: seat.task,
        request_id: acted.row.id,
        kind: changes::task_kind(seat.purpose).to_owned(),
        workflow: acted.row.workflow.clone(),
        step: acted
            .state
            .scope_of(seat)
            .map(|scope| scope.step.clone())
            .unwrap_or_default(),
        assignee: seat.holder,
        status: status.to_owned(),
        decision: decision.map(str::to_owned),
        decided_by: changes::decided_by(seat, &acted.events),
        decided_at,
        due_at: seat.due.filter(|_| status == "open"),
        version: 1,
        created_at: seat.opened_at,
        updated_at: scene.now,
    }
}
