//! New requests: saved as a draft, submitted by a person, or started by an automation.

use std::sync::Arc;

use chrono::Datelike;
use countersign_engine::Standings;
use countersign_engine::refusal::Refusal;
use countersign_engine::state::{STATE_FORMAT, State};
use countersign_engine::vocabulary::{Command, Status};
use countersign_events::Rights;
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::id::{RequestId, TenantId, UserId};
use countersign_kernel::text::nearest;
use countersign_kernel::time::Instant;
use countersign_rules::definitions::Kind;
use countersign_rules::scene::Scene;
use countersign_rules::{Compiled, Snapshot};
use countersign_storage::Uow;
use countersign_storage::log::Cause;
use serde_json::{Map, Value as Json};

use super::act::{self, Acted, Case};
use super::facts;
use super::load::{self, Loaded};
use super::store::{self, Model};
use crate::error::Error;
use crate::office::Office;

/// What somebody wants to have decided.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub id: RequestId,
    pub workflow: String,
    pub form: Map<String, Json>,
    pub now: Instant,
    pub actor: Actor,
    /// For whom; the actor themselves unless an automation or HR starts it.
    pub requester: UserId,
    /// Who published what starts it.
    pub starter: Option<Publisher>,
    /// By whose rights the form points at things; those of whoever submits it where nobody else's are said.
    pub rights: Option<Rights>,
    pub cause: Cause,
    /// What an automation asked to have once.
    pub start: Option<Start>,
    /// Nothing of it will be kept, so it takes no number.
    pub rehearsal: bool,
}

/// What an automation asked to have once.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// One live request for each.
    pub key: Option<String>,
    /// The event and the place in the automation; one request for ever.
    pub by: String,
}

/// A request as it now is, with what a view of it needs.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub acted: Acted,
    pub scene: Scene,
    pub definition: Arc<Compiled>,
}

impl Office {
    /// Makes and submits a request.
    pub(crate) async fn submit_new(&self, uow: &mut Uow, wanted: &Wanted) -> Result<Made, Error> {
        let mut case = self.blank(uow, wanted).await?;
        facts_of(uow, &mut case, wanted).await?;
        let command = |number: &str| submission(&case, number, wanted);
        self.check_first(uow, &case, wanted, &command("")).await?;
        let number = number(uow, &case, wanted).await?;
        let command = command(&number);
        let events = act::judge_in(uow, &mut case, wanted.actor.clone(), &command).await?;
        let acted = act::after(
            case.loaded.row,
            &case.state,
            &case.definition,
            &case.scene,
            events,
        )?;
        store::insert(uow, acted.row.clone()).await?;
        act::keep(
            uow,
            &case.state,
            &case.scene,
            &case.definition,
            &acted,
            &wanted.cause,
        )
        .await?;
        Ok(Made {
            acted,
            scene: case.scene,
            definition: case.definition,
        })
    }

    /// Submits a draft; a form that is sent with it takes the place of the saved one.
    pub(crate) async fn submit_draft(
        &self,
        uow: &mut Uow,
        mut case: Case,
        wanted: &Wanted,
    ) -> Result<Made, Error> {
        if case.state.status != Status::Draft {
            act::judge(&case, wanted.actor.clone(), &submission(&case, "", wanted))?;
        }
        let snapshot = self
            .definitions
            .snapshot_in(uow.reads(), uow.tenant(), case.loaded.ground.definitions_epoch)
            .await?;
        case.definition = newest(&snapshot, &wanted.workflow)?;
        facts_of(uow, &mut case, wanted).await?;
        let command = |number: &str| submission(&case, number, wanted);
        self.check_first(uow, &case, wanted, &command("")).await?;
        let number = number(uow, &case, wanted).await?;
        let command = command(&number);
        let (scene, definition) = (case.scene.clone(), Arc::clone(&case.definition));
        // The engine knows a draft as a request that does not exist yet.
        case.state = State {
            version: case.state.version,
            ..State::new(case.state.id)
        };
        let acted = self
            .act(uow, case, wanted.actor.clone(), &command, &wanted.cause)
            .await?;
        Ok(Made {
            acted,
            scene,
            definition,
        })
    }

    /// A case of a request that is not there yet.
    pub(super) async fn blank(&self, uow: &Uow, wanted: &Wanted) -> Result<Case, Error> {
        let tenant = uow.tenant();
        let ground = load::ground(uow.reads(), tenant).await?;
        let scene = self.scene_in(uow.reads(), tenant, &ground, wanted.now).await?;
        let snapshot = self
            .definitions
            .snapshot_in(uow.reads(), tenant, ground.definitions_epoch)
            .await?;
        let definition = newest(&snapshot, &wanted.workflow)?;
        let state = State::new(wanted.id);
        let row = new_row(tenant, wanted, &definition, &state)?;
        Ok(Case {
            loaded: Loaded {
                row,
                ground,
                reader: false,
                task: None,
            },
            state,
            definition,
            scene,
            looked_up: Map::new(),
            standings: Standings::default(),
        })
    }

    /// Everything that is wrong, at once, before anything is written: what the engine finds, and what the form
    /// points at.
    async fn check_first(
        &self,
        uow: &Uow,
        case: &Case,
        wanted: &Wanted,
        command: &Command,
    ) -> Result<(), Error> {
        let judged = act::judge(case, wanted.actor.clone(), command);
        let form = match command {
            Command::Submit {
                form: Json::Object(form),
                ..
            } => form,
            _ => return judged.map(|_| ()),
        };
        let form_refused =
            matches!(&judged, Err(Error::Refused { refusal, .. }) if matches!(**refusal, Refusal::Form(_)));
        if judged.is_err() && !form_refused {
            return judged.map(|_| ());
        }
        let mut faults = match judged {
            Err(Error::Refused { refusal, .. }) => refusal.faults(),
            _ => Vec::new(),
        };
        let whose = wanted.actor.user().unwrap_or(wanted.requester);
        let own = || Rights::of(Some(whose), None, &case.scene.directory);
        let rights = wanted.rights.clone().unwrap_or_else(own);
        let Some(workflow) = case.definition.workflow() else {
            return Ok(());
        };
        let lost = self.missing(uow, case, &rights, (&workflow.form, form)).await?;
        faults.extend(
            lost.into_iter()
                .filter(|new| {
                    faults
                        .iter()
                        .all(|known| !new.pointer.starts_with(&known.pointer))
                })
                .collect::<Vec<_>>(),
        );
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

/// A draft is to the engine a request that does not exist yet.
async fn facts_of(uow: &mut Uow, case: &mut Case, wanted: &Wanted) -> Result<(), Error> {
    let (before, form) = (State::new(wanted.id), Json::Object(wanted.form.clone()));
    facts::look_up(uow, case, &before, &form, wanted.requester).await
}

fn submission(case: &Case, number: &str, wanted: &Wanted) -> Command {
    let for_another = wanted.actor.user() != Some(wanted.requester);
    Command::Submit {
        version: case.definition.version,
        number: number.to_owned(),
        requester: for_another.then_some(wanted.requester),
        starter: wanted.starter,
        form: Json::Object(wanted.form.clone()),
    }
}

/// The newest version of a workflow; an unknown name is refused with the nearest.
fn newest(snapshot: &Snapshot, name: &str) -> Result<Arc<Compiled>, Error> {
    snapshot.get(Kind::Workflow, name).cloned().ok_or_else(|| {
        if let Some(broken) = snapshot.broken(Kind::Workflow, name) {
            return Error::BrokenWorkflow(broken.clone());
        }
        let known = snapshot.all(Kind::Workflow).map(|one| one.name.as_str());
        Error::UnknownWorkflow {
            name: name.to_owned(),
            nearest: nearest(name, known).map(str::to_owned),
        }
    })
}

/// The readable number: the next of its series.
async fn number(uow: &mut Uow, case: &Case, wanted: &Wanted) -> Result<String, Error> {
    let Some(workflow) = case.definition.workflow().filter(|_| !wanted.rehearsal) else {
        return Ok(String::new());
    };
    let requester = case.scene.directory.person(wanted.requester);
    let zone = case.scene.calendars.zone_of(requester, case.scene.zone);
    let today = case.scene.now.utc().with_timezone(&zone);
    let (year, month) = (today.year(), today.month());
    let counter = store::next_in(uow, &workflow.number.series(year, month)).await?;
    Ok(workflow.number.number(year, month, counter))
}

fn new_row(tenant: TenantId, wanted: &Wanted, definition: &Compiled, state: &State) -> Result<Model, Error> {
    Ok(Model {
        tenant_id: tenant,
        id: wanted.id,
        number: None,
        workflow: definition.name.clone(),
        workflow_version: definition.version,
        requester: wanted.requester,
        status: Status::Draft.word().to_owned(),
        summary: definition
            .title
            .get(countersign_kernel::text::Locale::En)
            .to_owned(),
        // Made of the summary when the row is written.
        summary_key: String::new(),
        round: 0,
        state: serde_json::to_string(state)?,
        state_format: i64::from(STATE_FORMAT),
        start_key: wanted.start.as_ref().and_then(|start| start.key.clone()),
        started_by: wanted.start.as_ref().map(|start| start.by.clone()),
        submitted_at: None,
        decided_at: None,
        version: 0,
        created_at: wanted.now,
        updated_at: wanted.now,
    })
}
