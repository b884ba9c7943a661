//! Requests that wait for events: of this server, or what other systems send.
//!
//! A wait is a row, kept with the request. This consumer hears the log in its order, marks the rows that an event ends, and lets their
//! timers fire: each request then goes on in a unit of work of its own. What came before a wait began is kept for it; since beginnings
//! and events are heard one after the other, none is missed between the two.

pub(crate) mod store;
pub(crate) mod trim;

use std::sync::Arc;

use countersign_engine::definition::{StepKind, Wait, Workflow, collect_steps};
use countersign_engine::state::State;
use countersign_engine::vocabulary::{AwaitedEvent, Event, Opened, What};
use countersign_engine::{event_field, event_key};
use countersign_events::{Consumer, Failure};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{EventId, RequestId, TimerId};
use countersign_kernel::time::Instant;
use countersign_storage::Uow;
use countersign_storage::log::Logged;
use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use store::Awaited;

use crate::requests::act::Acted;
use crate::requests::changes;
use crate::timers;

const ENTERED: &str = "oa.step.entered";

/// Waits that are marked in one go.
const AT_ONCE: u64 = 500;

/// Hears what requests wait for.
pub struct EventWaits {
    catalogue: Arc<Catalogue>,
}

impl EventWaits {
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        Self { catalogue }
    }

    /// What the tenant looks at, read once for all events of a unit of work.
    async fn looked_at(uow: &mut Uow) -> Result<Arc<[(String, String)]>, Failure> {
        #[derive(Clone)]
        struct LookedAt(Arc<[(String, String)]>);
        if let Some(LookedAt(known)) = uow.remembered::<LookedAt>() {
            return Ok(known);
        }
        let rows = store::looked_at(uow.reads(), uow.tenant()).await?;
        let all: Arc<[_]> = rows.into_iter().map(|row| (row.event_type, row.field)).collect();
        uow.remember(LookedAt(Arc::clone(&all)));
        Ok(all)
    }

    /// Something happened: whoever waits for it goes on.
    async fn happened(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let looked_at = Self::looked_at(uow).await?;
        let mut seen = None;
        for (_, field) in looked_at.iter().filter(|(kind, _)| *kind == event.kind) {
            let seen = seen.get_or_insert_with(|| self.readable(event));
            let value = if field.is_empty() {
                String::new()
            } else {
                match event_field(seen, field).and_then(event_key) {
                    Some(value) => value,
                    None => continue,
                }
            };
            let what = Awaited {
                kind: &event.kind,
                field,
                value: &value,
            };
            store::keep(uow, &what, event.id, event.at).await?;
            loop {
                let waits = store::waiting(uow.reads(), uow.tenant(), &what, AT_ONCE).await?;
                if waits.is_empty() {
                    break;
                }
                let waits = waits.into_iter().map(|wait| (wait.id, wait.request_id)).collect();
                end(uow, waits, event.id, &event.kind, event.at).await?;
            }
        }
        Ok(())
    }

    fn readable(&self, event: &Logged) -> Json {
        let of = self.catalogue.event(&event.kind);
        of.map_or(Json::Null, |of| countersign_events::readable(event, of))
    }

    /// A wait began: what came before may end it.
    async fn began(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let ids: Vec<TimerId> = awaited(event)?.iter().map(|awaited| awaited.timer).collect();
        if ids.is_empty() {
            return Ok(());
        }
        for wait in store::heard(uow, ids).await? {
            if let Some(earlier) = store::earlier(uow.reads(), &wait).await? {
                let ended = vec![(wait.id, wait.request_id)];
                end(uow, ended, earlier, &wait.event_type, event.at).await?;
            }
        }
        Ok(())
    }
}

impl Consumer for EventWaits {
    fn name(&self) -> &'static str {
        "oa.waits"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == ENTERED || self.catalogue.event(kind).is_some_and(|of| of.public)
    }

    fn hears_the_past(&self) -> bool {
        false
    }

    fn concerns(&self, event: &Logged) -> bool {
        event.kind != ENTERED || awaited(event).map_or(true, |awaited| !awaited.is_empty())
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            if event.kind == ENTERED {
                self.began(uow, event).await
            } else {
                self.happened(uow, event).await
            }
        })
    }
}

/// The events that a step waits for which began.
fn awaited(event: &Logged) -> Result<Vec<AwaitedEvent>, Failure> {
    // Few steps wait for events: only what names some is read.
    if event
        .body
        .pointer("/event/what/entered/kind/wait/events")
        .is_none()
    {
        return Ok(Vec::new());
    }
    match changes::event_of(event)?.what {
        What::Entered(entered) => match entered.kind {
            Opened::Wait { events, .. } => Ok(events),
            _ => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

/// Lets the timers of these waits fire with an event.
async fn end(
    uow: &mut Uow,
    waits: Vec<(TimerId, RequestId)>,
    event: EventId,
    kind: &str,
    at: Instant,
) -> Result<(), Failure> {
    let ids = waits.iter().map(|(id, _)| *id).collect();
    store::came(uow, ids, event).await?;
    timers::store::fire_with(uow, waits, event, kind, at).await?;
    Ok(())
}

/// Keeps what a request waits for from now on and no longer, and which events are looked at for it.
pub(crate) async fn keep(
    uow: &mut Uow,
    before: &State,
    acted: &Acted,
    workflow: Option<&Workflow>,
) -> Result<(), countersign_storage::Error> {
    let begins = |event: &Event| {
        matches!(
            event.what,
            What::Submitted(_) | What::Resubmitted(_) | What::Moved(_)
        )
    };
    if acted.events.iter().any(begins)
        && let Some(workflow) = workflow
    {
        store::look_at(uow, looked_at(workflow)).await?;
    }
    let has = |state: &State, timer: TimerId| state.awaited().any(|awaited| awaited.timer == timer);
    let tenant = uow.tenant();
    let begun = acted
        .state
        .awaited()
        .filter(|awaited| !has(before, awaited.timer))
        .map(|awaited| store::wait::Model {
            tenant_id: tenant,
            id: awaited.timer,
            request_id: acted.row.id,
            event_type: awaited.event.clone(),
            field: awaited.field.clone().unwrap_or_default(),
            value: awaited.value.clone().unwrap_or_default(),
            counts_from: acted.state.submitted_at.filter(|_| awaited.keep),
            heard: false,
            event_id: None,
            ended_at: None,
        })
        .collect();
    let ended = before
        .awaited()
        .map(|awaited| awaited.timer)
        .filter(|timer| !has(&acted.state, *timer))
        .collect();
    store::moved(uow, begun, ended).await
}

/// The types and fields that requests of a workflow wait for.
fn looked_at(workflow: &Workflow) -> Vec<(String, String)> {
    let mut steps = Vec::new();
    collect_steps(&workflow.steps, &mut steps);
    let waits = steps.into_iter().filter_map(|step| match &step.kind {
        StepKind::Wait(wait) => Some(wait),
        _ => None,
    });
    let mut all: Vec<(String, String)> = waits
        .flat_map(Wait::events)
        .map(|event| {
            let field = event.matching.as_ref().map(|matching| matching.field.clone());
            (event.event.clone(), field.unwrap_or_default())
        })
        .collect();
    all.sort();
    all.dedup();
    all
}
