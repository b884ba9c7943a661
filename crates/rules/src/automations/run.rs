//! One automation and one event: what it says is to be done, and done.

use std::sync::Arc;

use countersign_engine::run_automation;
use countersign_events::{ActionError, Actions, Call, Failure, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{Field, FieldType};
use countersign_kernel::id::{EventId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::Uow;
use countersign_storage::log::Logged;
use futures_util::FutureExt;
use serde_json::{Value as Json, json};

use crate::definitions::compiled::Compiled;
use crate::definitions::{Rules, Tenant};

/// What became of an automation and an event.
pub(super) struct Run {
    pub status: Status,
    pub why: Text,
    pub actions: Vec<Json>,
}

/// How a run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Acted,
    /// It did not apply.
    Skipped,
    /// It could not be judged.
    Held,
    /// An action refused; nothing of the run was kept.
    Failed,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Acted => "acted",
            Self::Skipped => "skipped",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    /// Whether it should have acted and could not.
    pub(super) fn could_not(self) -> bool {
        matches!(self, Self::Held | Self::Failed)
    }

    /// The words of those that are started again.
    pub(super) const RETRIED: [&str; 2] = ["held", "failed"];
}

/// What leads to a run: the event itself, or whoever starts it again.
pub(super) struct Impulse {
    pub event: EventId,
    pub depth: i32,
    pub trace: Option<String>,
    pub now: Instant,
}

/// An action to be done.
struct Asked {
    action: String,
    call: Call,
}

/// Judges an automation and does what it says: all of it, or nothing.
pub(super) async fn run(
    uow: &mut Uow,
    rules: &Rules,
    tenant: &Tenant,
    actions: &Arc<Actions>,
    (one, event): (&Compiled, &Logged),
    impulse: &Impulse,
) -> Result<Run, Failure> {
    match judged(rules, tenant, one, event, impulse) {
        Ok(asked) if asked.is_empty() => Ok(Run::new(Status::Acted, Text::from(""), Vec::new())),
        Ok(asked) => perform(uow, actions, &one.name, asked).await,
        Err(run) => Ok(run),
    }
}

/// What is to be done, or why nothing is.
fn judged(
    rules: &Rules,
    tenant: &Tenant,
    one: &Compiled,
    event: &Logged,
    impulse: &Impulse,
) -> Result<Vec<Asked>, Run> {
    let nothing = |status, why| Run::new(status, why, Vec::new());
    let Some(automation) = one.automation() else {
        return Err(nothing(Status::Skipped, Text::from("")));
    };
    let scene = tenant.scene(impulse.now);
    let facts = scene.facts(Actor::Automation(one.name.clone()), one.publisher());
    let judged = run_automation(automation, &seen(event, rules), &facts)
        .map_err(|held| nothing(Status::Held, held.why))?;
    if let Some(why) = judged.why_not {
        return Err(nothing(Status::Skipped, why));
    }
    let rights = one.rights(requester(event, rules), &tenant.directory);
    let calls = judged.calls.into_iter().enumerate();
    Ok(calls
        .map(|(place, call)| Asked {
            action: call.action,
            call: Call {
                inputs: call.inputs,
                ..asked(one, event, impulse, &rights, place)
            },
        })
        .collect())
}

fn asked(one: &Compiled, event: &Logged, impulse: &Impulse, rights: &Rights, place: usize) -> Call {
    Call {
        inputs: Json::Null,
        actor: Actor::Automation(one.name.clone()),
        rights: rights.clone(),
        publisher: one.publisher(),
        cause: impulse.event,
        depth: impulse.depth,
        key: format!("{}/{}/{place}", event.id, one.name),
        now: impulse.now,
        trace: impulse.trace.clone(),
    }
}

/// Does all of it in a part of the unit of work, which a refusal takes back by itself.
async fn perform(
    uow: &mut Uow,
    actions: &Arc<Actions>,
    automation: &str,
    all: Vec<Asked>,
) -> Result<Run, Failure> {
    let actions = Arc::clone(actions);
    let part = uow
        .savepoint(move |uow| {
            async move {
                let mut done = Vec::new();
                for Asked { action, call } in all {
                    let output = actions.run(uow, &action, &call).await?;
                    done.push(json!({ "action": action, "inputs": call.inputs, "output": output }));
                }
                Ok::<_, ActionError>(done)
            }
            .boxed()
        })
        .await?;
    match part {
        Ok(done) => Ok(Run::new(Status::Acted, Text::from(""), done)),
        Err(ActionError::Refused { detail, .. }) => Ok(Run::new(Status::Failed, detail, Vec::new())),
        Err(ActionError::Later(why)) => Err(Failure::Later {
            who: automation.to_owned(),
            why,
        }),
        Err(ActionError::Storage(error)) => Err(Failure::Storage(error)),
    }
}

impl Run {
    pub(super) fn new(status: Status, why: Text, actions: Vec<Json>) -> Self {
        Self { status, why, actions }
    }
}

/// For whom the request was made that an event is about.
fn requester(event: &Logged, rules: &Rules) -> Option<UserId> {
    person(event, rules, "requester")
}

/// The person whom an event names in this field.
pub(super) fn person(event: &Logged, rules: &Rules, field: &str) -> Option<UserId> {
    let of = rules.definitions.catalogue().event(&event.kind)?;
    let names = |known: &&Field| known.name == field && known.of == FieldType::Person;
    of.fields.iter().find(names)?;
    let thing = countersign_events::thing(event);
    thing.get(field)?.as_str()?.parse().ok()
}

fn seen(event: &Logged, rules: &Rules) -> Json {
    match rules.definitions.catalogue().event(&event.kind) {
        None => json!({ event.subject.kind.as_str(): countersign_events::thing(event) }),
        Some(of) => countersign_events::readable(event, of),
    }
}
