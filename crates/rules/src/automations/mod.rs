//! Automations at work: for each public event, the published automations that name it.
//!
//! An automation's actions, its run and the consumer's place are one unit of work, so each acts once for an event,
//! in order for a record, and survives a crash at any instant. What an action refuses is kept as a failed run; the
//! other automations on the same event act all the same.

pub(crate) mod http;
pub(crate) mod store;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_engine::{ActionCall, run_automation};
use countersign_events::{ActionError, Actions, Call, Consumer, Failure, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{Field, FieldType};
use countersign_kernel::id::{EventId, RunId, UserId, derive};
use countersign_kernel::text::Text;
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::Uow;
use countersign_storage::log::Logged;
use futures_util::future::BoxFuture;
use serde_json::{Value as Json, json};

use crate::definitions::cache::Compiled;
use crate::definitions::{Kind, Rules};
use crate::error::Error;

/// What an automation's action refused, by event and automation: learnt from a unit of work that was undone, so that
/// the next one leaves it out. Only a hint: after a restart it is learnt again.
type Refusals = Arc<Mutex<HashMap<EventId, BTreeMap<String, String>>>>;

/// The consumer.
pub struct Automations {
    rules: Rules,
    actions: Arc<Actions>,
    clock: Arc<dyn Clock>,
    refusals: Refusals,
}

impl Automations {
    pub fn new(rules: Rules, actions: Arc<Actions>, clock: Arc<dyn Clock>) -> Self {
        Self {
            rules,
            actions,
            clock,
            refusals: Refusals::default(),
        }
    }

    async fn on(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let tenant = self
            .rules
            .tenant_in(uow.reads(), uow.tenant())
            .await
            .map_err(failure)?;
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
        let now = self.clock.business(event.tenant);
        let scene = tenant.scene(now);
        let requester = requester(event, &self.rules);
        let known = self.refused_of(event.id);
        for one in &listening {
            let run = match known.get(&one.name) {
                Some(why) => Run::new("failed", Text::One(why.clone()), Vec::new()),
                None => {
                    let facts = scene.facts(Actor::Automation(one.name.clone()), one.publisher());
                    let rights = one.rights(requester, &scene.directory);
                    self.run(uow, one, event, &facts, &rights).await?
                }
            };
            store::keep(uow, row(one, event, run, now)?).await?;
        }
        if !known.is_empty() {
            let (refusals, id) = (Arc::clone(&self.refusals), event.id);
            uow.after_commit(move || {
                refusals
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&id);
            });
        }
        Ok(())
    }

    fn refused_of(&self, event: EventId) -> BTreeMap<String, String> {
        self.refusals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&event)
            .cloned()
            .unwrap_or_default()
    }

    /// Judges one automation and does what it says.
    async fn run(
        &self,
        uow: &mut Uow,
        one: &Compiled,
        event: &Logged,
        facts: &countersign_engine::Facts<'_>,
        rights: &Rights,
    ) -> Result<Run, Failure> {
        let Some(automation) = one.automation() else {
            return Ok(Run::new("skipped", Text::from(""), Vec::new()));
        };
        let judged = match run_automation(automation, &seen(event, &self.rules), facts) {
            Ok(judged) => judged,
            Err(held) => return Ok(Run::new("held", held.why, Vec::new())),
        };
        if let Some(why) = judged.why_not {
            return Ok(Run::new("skipped", why, Vec::new()));
        }
        let mut done = Vec::new();
        for (place, call) in judged.calls.iter().enumerate() {
            let called = Call {
                inputs: call.inputs.clone(),
                actor: Actor::Automation(one.name.clone()),
                rights: rights.clone(),
                publisher: one.publisher(),
                cause: event.id,
                depth: event.depth,
                key: format!("{}/{}/{place}", event.id, one.name),
                now: facts.now,
                trace: event.trace.clone(),
            };
            let output = self.act(uow, one, event, call, &called).await?;
            done.push(json!({ "action": call.action, "inputs": call.inputs, "output": output }));
        }
        Ok(Run::new("acted", Text::from(""), done))
    }

    async fn act(
        &self,
        uow: &mut Uow,
        one: &Compiled,
        event: &Logged,
        call: &ActionCall,
        called: &Call,
    ) -> Result<Json, Failure> {
        self.actions
            .run(uow, &call.action, called)
            .await
            .map_err(|error| match error {
                ActionError::Storage(error) => Failure::Storage(error),
                ActionError::Later(why) => Failure::Again(why),
                ActionError::Refused { detail, .. } => {
                    let why = detail.get(countersign_kernel::text::Locale::En).to_owned();
                    let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
                    refusals
                        .entry(event.id)
                        .or_default()
                        .insert(one.name.clone(), why.clone());
                    Failure::Refused(why)
                }
            })
    }

    /// The second try: without what was refused. If another automation is refused now, the event is tried once more.
    async fn again(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        match self.on(uow, event).await {
            Err(Failure::Refused(why)) => Err(Failure::Again(why)),
            outcome => outcome,
        }
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

    fn refused<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.again(uow, event))
    }
}

/// What became of an automation and an event.
struct Run {
    /// `acted`, `skipped` (it did not apply), `held` (it could not be judged) or `failed` (an action refused).
    status: &'static str,
    why: Text,
    actions: Vec<Json>,
}

impl Run {
    fn new(status: &'static str, why: Text, actions: Vec<Json>) -> Self {
        Self { status, why, actions }
    }
}

fn row(one: &Compiled, event: &Logged, run: Run, now: Instant) -> Result<store::Model, Failure> {
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|error| Failure::Storage(countersign_storage::Error::broken(error)))
    };
    Ok(store::Model {
        tenant_id: event.tenant,
        id: RunId(derive("run", event.id.0, one.name.as_bytes(), now)),
        automation: one.name.clone(),
        automation_version: one.version,
        event_id: event.id,
        event_type: event.kind.clone(),
        subject_kind: event.subject.kind.clone(),
        subject_id: event.subject.id,
        status: run.status.to_owned(),
        why: json(serde_json::to_string(&run.why))?,
        actions: json(serde_json::to_string(&run.actions))?,
        depth: i64::from(event.depth),
        created_at: now,
    })
}

/// For whom the request was made that an event is about.
fn requester(event: &Logged, rules: &Rules) -> Option<UserId> {
    let of = rules.definitions.catalogue().event(&event.kind)?;
    let names = |field: &&Field| field.name == "requester" && field.of == FieldType::Person;
    of.fields.iter().find(names)?;
    let thing = countersign_events::thing(event);
    thing.get("requester")?.as_str()?.parse().ok()
}

/// What expressions read: `{"deal": {…}}`.
fn seen(event: &Logged, rules: &Rules) -> Json {
    let object = rules
        .definitions
        .catalogue()
        .event(&event.kind)
        .map_or(event.subject.kind.as_str(), |of| of.object);
    json!({ object: countersign_events::thing(event) })
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Storage(error) => Failure::Storage(error),
        other => Failure::Again(other.to_string()),
    }
}
