//! A held request goes on by another published version of its workflow: what stands in the way, and the move itself.

use std::sync::Arc;

use countersign_engine::{Facts, Judged, Refusal, Verb, move_to, obstacles, possible};
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::id::{RequestId, TenantId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_rules::Compiled;
use countersign_rules::definitions::Kind;
use countersign_rules::scene::Scene;
use countersign_storage::log::Cause;
use countersign_storage::{Conn, Uow, Work};
use countersign_web::Expected;
use serde::Serialize;
use utoipa::ToSchema;

use super::act::{self, Case};
use super::load::Target;
use super::service::expect;
use super::store::Model;
use super::submit::Made;
use crate::error::Error;
use crate::office::Office;

/// The version in force of a request's workflow.
pub(crate) fn newest(scene: &Scene, row: &Model) -> i64 {
    let newest = scene.newest.get(Kind::Workflow, &row.workflow);
    newest.map_or(0, |one| one.version)
}

/// What a move would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MovePlan)]
pub(crate) struct Plan {
    /// Always `move_plan`.
    #[schema(example = "move_plan")]
    pub object: &'static str,
    pub request: RequestId,
    /// The version that it goes by.
    pub from: i64,
    /// The version that it would go by.
    #[schema(example = 3)]
    pub to: i64,
    /// Whether it can be moved, by somebody who may.
    pub possible: bool,
    /// What stands in the way.
    #[schema(example = json!(["\"Finance\" is under way, and goes otherwise in that version."]))]
    pub reasons: Vec<String>,
    /// Whether this caller may move it now.
    pub allowed: bool,
}

/// Somebody moves a request.
pub(crate) struct Move {
    pub office: Office,
    pub caller: Caller,
    pub request: RequestId,
    pub expected: Expected,
    /// None: the one in force.
    pub version: Option<i64>,
    pub comment: Option<String>,
    pub now: Instant,
    pub cause: Cause,
}

impl Work for Move {
    type Out = Made;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Made, Error> {
        let target = Target::Request(self.request);
        let mut case = self.office.held_for(uow, target, &self.caller, self.now).await?;
        let version = self
            .version
            .unwrap_or_else(|| newest(&case.scene, &case.loaded.row));
        let new = self
            .office
            .version_of(uow.reads(), uow.tenant(), &case, version)
            .await?;
        let events = act::knowing_all(uow, &mut case, |case| {
            judged(case, &new, version, self.comment.as_deref(), self.caller.actor())
        });
        let events = events.await?;
        expect(&self.expected, case.loaded.row.version)?;
        case.definition = Arc::clone(&new);
        let scene = case.scene.clone();
        let acted = act::carry_out(uow, case, events, &self.cause).await?;
        Ok(Made {
            acted,
            scene,
            definition: new,
        })
    }
}

fn judged(
    case: &Case,
    new: &Compiled,
    version: i64,
    comment: Option<&str>,
    actor: Actor,
) -> Result<Judged, Error> {
    let facts = Facts {
        standings: case.standings.clone(),
        ..case.scene.facts(actor.clone(), new.publisher())
    };
    let (old, to) = (case.workflow()?, workflow(new)?);
    move_to(old, to, version, comment, &case.state, &facts).map_err(|refusal| {
        let facts = case.scene.facts(actor, case.definition.publisher());
        Error::Refused {
            refusal: Box::new(refusal),
            status: case.state.status,
            possible: possible(old, &case.state, &facts),
        }
    })
}

fn workflow(of: &Compiled) -> Result<&countersign_engine::definition::Workflow, Error> {
    of.workflow()
        .ok_or_else(|| countersign_storage::Error::broken("a request of what is no workflow").into())
}

impl Case {
    fn workflow(&self) -> Result<&countersign_engine::definition::Workflow, Error> {
        workflow(&self.definition)
    }
}

impl Office {
    /// What a move to a version, else to the one in force, would do.
    pub(crate) async fn plan_move(
        &self,
        caller: &Caller,
        request: RequestId,
        version: Option<i64>,
        now: Instant,
        locale: Locale,
    ) -> Result<Plan, Error> {
        let read = self.db.read(caller.tenant).await?;
        let target = Target::Request(request);
        let case = self.case_for(&read, caller.tenant, target, caller, now).await?;
        let version = version.unwrap_or_else(|| newest(&case.scene, &case.loaded.row));
        let new = self.version_of(&read, caller.tenant, &case, version).await?;
        let facts = case.scene.facts(caller.actor(), new.publisher());
        let reasons = obstacles(case.workflow()?, workflow(&new)?, version, &case.state, &facts);
        let held = case.scene.facts(caller.actor(), case.definition.publisher());
        let mends = possible(case.workflow()?, &case.state, &held).contains(&Verb::Move);
        let local = |reason: &Text| reason.get(locale).to_owned();
        Ok(Plan {
            object: "move_plan",
            request,
            from: case.loaded.row.workflow_version,
            to: version,
            possible: reasons.is_empty(),
            reasons: reasons.iter().map(local).collect(),
            allowed: mends && reasons.is_empty(),
        })
    }

    /// A published version of a request's workflow.
    async fn version_of(
        &self,
        conn: &Conn,
        tenant: TenantId,
        case: &Case,
        version: i64,
    ) -> Result<Arc<Compiled>, Error> {
        let name = &case.loaded.row.workflow;
        let found = self
            .definitions
            .version_in(conn, tenant, Kind::Workflow, name, version)
            .await?;
        match found {
            Some(found) => found.map_err(Error::BrokenWorkflow),
            None => Err(Error::Refused {
                refusal: Box::new(Refusal::no_version(version)),
                status: case.state.status,
                possible: Vec::new(),
            }),
        }
    }
}
