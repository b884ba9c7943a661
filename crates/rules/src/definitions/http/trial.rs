//! A form that is judged and not submitted, with what the workflow wants to know of earlier requests.

use std::sync::Arc;

use countersign_engine::definition::Workflow;
use countersign_engine::lookup::{self, Earlier, Submission};
use countersign_engine::{
    Deadline, Facts, Refusal, Simulation, Standings, State, TooCostly, simulate_within,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{RequestId, UserId};
use countersign_web::{Ctx, Problem};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::super::compiled::Compiled;
use super::super::service::Rules;
use super::Kind;
use crate::earlier::{self, Found};
use crate::scene::Scene;
use crate::standings;

/// So often one simulation looks up how people stand: those whom a step picks may lead to others.
const LOOKUPS_MAX: usize = 10;

/// A form that is tried, and for whom.
pub(super) struct Tried {
    pub requester: UserId,
    pub form: Map<String, Json>,
}

/// What is asked of a form: judged by these facts, or why what it needs to know of earlier requests cannot be known.
pub(super) struct Asked<'a> {
    pub workflow: &'a Workflow,
    pub form: &'a Json,
    pub facts: Facts<'a>,
    pub unknown: Option<Refusal>,
}

/// Asks something of a form in the newest version of its workflow, in the pool.
pub(super) async fn ask<T: Send + 'static>(
    ctx: &Ctx,
    rules: &Rules,
    name: &str,
    tried: Tried,
    ask: impl FnOnce(Asked<'_>, &Deadline<'_>) -> Result<T, TooCostly> + Send + 'static,
) -> Result<T, Problem> {
    let prepared = Prepared::new(ctx, rules, name, tried).await?;
    prepared.answer(ctx, rules, Standings::default(), ask).await
}

/// What would come of a form. Of whom a step asks one is known when they are found, so it is simulated again.
pub(super) async fn simulate(
    ctx: &Ctx,
    rules: &Rules,
    name: &str,
    tried: Tried,
) -> Result<Result<Simulation, Refusal>, Problem> {
    let requester = tried.requester;
    let prepared = Prepared::new(ctx, rules, name, tried).await?;
    let simulate = move |asked: Asked<'_>, deadline: &Deadline<'_>| match asked.unknown {
        Some(refusal) => Ok(Err(refusal)),
        None => simulate_within(asked.workflow, asked.form, requester, &asked.facts, deadline),
    };
    let mut known = Standings::default();
    let mut simulated = prepared.answer(ctx, rules, known.clone(), simulate).await?;
    for _ in 0..LOOKUPS_MAX {
        let missing = simulated.as_ref().map_or(&[][..], |one| one.missing.as_slice());
        if missing.is_empty() {
            break;
        }
        let (nothing, workflow) = (State::new(RequestId(Uuid::nil())), &prepared.trial.one.name);
        let conn = ctx.read().await?;
        standings::find(&conn, ctx.tenant(), workflow, &nothing, missing, &mut known).await?;
        drop(conn);
        simulated = prepared.answer(ctx, rules, known.clone(), simulate).await?;
    }
    Ok(simulated)
}

/// A form with what was found of earlier requests.
struct Prepared {
    trial: Arc<Trial>,
    found: Arc<Found>,
}

impl Prepared {
    async fn new(ctx: &Ctx, rules: &Rules, name: &str, tried: Tried) -> Result<Self, Problem> {
        let (tenant, one) = super::find(ctx, rules, Kind::Workflow, name).await?;
        let trial = Arc::new(Trial {
            one,
            scene: tenant.scene(ctx.now()),
            actor: ctx.caller.actor(),
            requester: tried.requester,
            form: Json::Object(tried.form),
        });
        let found = if trial.has_facts() {
            let asked = Arc::clone(&trial);
            let pool = rules.definitions.pool();
            let earlier = pool.run(ctx.tenant(), move |_: &Deadline<'_>| Ok(asked.earlier()));
            earlier::find(&*ctx.read().await?, ctx.tenant(), &earlier.await?, None).await?
        } else {
            Found::new()
        };
        let found = Arc::new(found);
        Ok(Self { trial, found })
    }

    async fn answer<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        rules: &Rules,
        standings: Standings,
        ask: impl FnOnce(Asked<'_>, &Deadline<'_>) -> Result<T, TooCostly> + Send + 'static,
    ) -> Result<T, Problem> {
        let (trial, found) = (Arc::clone(&self.trial), Arc::clone(&self.found));
        let answer = move |deadline: &Deadline<'_>| {
            let workflow = trial.one.workflow();
            let asked = workflow.map(|workflow| trial.asked(workflow, &found, standings));
            asked.map(|asked| ask(asked, deadline)).transpose()
        };
        let answer = rules.definitions.pool().run(ctx.tenant(), answer).await?;
        answer.ok_or_else(|| Problem::internal("a workflow that is none"))
    }
}

struct Trial {
    one: Arc<Compiled>,
    scene: Scene,
    actor: Actor,
    requester: UserId,
    form: Json,
}

impl Trial {
    fn has_facts(&self) -> bool {
        self.one
            .workflow()
            .is_some_and(|workflow| !workflow.facts.is_empty())
    }

    fn earlier(&self) -> Vec<Earlier> {
        let workflow = self.one.workflow();
        workflow.map_or_else(Vec::new, |workflow| self.submission(workflow, lookup::earlier))
    }

    fn asked<'a>(&'a self, workflow: &'a Workflow, found: &Found, standings: Standings) -> Asked<'a> {
        let known = self.submission(workflow, |submission| submission.facts(found));
        let (looked_up, unknown) = match known {
            Ok(known) => (known, None),
            Err(refusal) => (Map::new(), Some(refusal)),
        };
        Asked {
            workflow,
            form: &self.form,
            facts: Facts {
                looked_up,
                standings,
                ..self.facts()
            },
            unknown,
        }
    }

    fn facts(&self) -> Facts<'_> {
        self.scene.facts(self.actor.clone(), self.one.publisher())
    }

    fn submission<T>(&self, workflow: &Workflow, ask: impl FnOnce(&Submission<'_>) -> T) -> T {
        ask(&Submission {
            definition: workflow,
            state: &State::new(RequestId(Uuid::nil())),
            form: &self.form,
            requester: self.requester,
            facts: &self.facts(),
        })
    }
}
