//! What happened with a request, told in sentences.

use countersign_engine::vocabulary::{Event, What};
use countersign_engine::{State, Telling, tell};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TaskId, TenantId, UserId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_storage::Conn;
use countersign_storage::log::{self, Logged};
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::act::Case;
use super::changes;
use crate::error::Error;
use crate::tasks::view::{Decision, name};

/// Entries of a page unless told.
pub(crate) const PAGE: u64 = 100;
/// Entries looked through for comments at once.
const PIECE: u64 = 1_000;

/// A page of a history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryPage {
    pub data: Vec<EntryView>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
    /// The version after which the next page begins.
    #[serde(skip)]
    pub next: Option<i64>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub(crate) struct EntryView {
    pub id: EventId,
    /// Always `history_entry`.
    pub object: &'static str,
    pub at: Instant,
    /// The type of the event.
    #[serde(rename = "type")]
    #[schema(example = "oa.task.decided")]
    pub kind: String,
    /// The id of a person, `automation:NAME` or `system`.
    #[schema(value_type = String)]
    pub actor: Actor,
    pub on_behalf_of: Option<UserId>,
    pub task: Option<TaskId>,
    pub step: Option<String>,
    #[schema(value_type = Option<Decision>)]
    pub decision: Option<&'static str>,
    pub comment: Option<String>,
    /// Fields that changed: `{field, from, to}`.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<Json>,
    /// A sentence in the caller's language.
    pub text: String,
    /// Its place in the history.
    pub version: i64,
}

/// A page of what happened after `after`; of comments alone, where asked.
pub(crate) async fn page(
    conn: &Conn,
    tenant: TenantId,
    case: &Case,
    after: i64,
    limit: u64,
    comments: bool,
    locale: Locale,
) -> Result<HistoryPage, Error> {
    let subject = Link::new("request", case.loaded.row.id.0);
    let mut data = Vec::new();
    let mut at = after;
    loop {
        let wanted = if comments { PIECE } else { limit + 1 };
        let piece = log::history(conn, tenant, &subject, at, wanted).await?;
        let last = piece.len() as u64 != wanted;
        for entry in &piece {
            at = entry.version;
            if !comments || entry.kind == "oa.request.commented" {
                data.push(view(entry, case, locale)?);
            }
        }
        if last || data.len() as u64 > limit {
            break;
        }
    }
    let has_more = data.len() as u64 > limit;
    data.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = data.last().map(|entry| entry.version).filter(|_| has_more);
    Ok(HistoryPage {
        data,
        has_more,
        next_cursor: None,
        next,
    })
}

fn view(entry: &Logged, case: &Case, locale: Locale) -> Result<EntryView, Error> {
    let event = changes::event_of(entry)?;
    let directory = &case.scene.directory;
    let telling = Telling {
        names: &|user| name(directory, user),
        zone: case.scene.zone,
        locale,
        workflow: case.definition.workflow(),
    };
    Ok(EntryView {
        id: entry.id,
        object: "history_entry",
        at: entry.at,
        kind: entry.kind.clone(),
        actor: entry.actor.clone(),
        on_behalf_of: entry.on_behalf_of,
        task: event.task(),
        step: step(&event, case),
        decision: decision(&event, &case.state),
        comment: changes::comment(&event).map(str::to_owned),
        changes: changed(&event),
        text: tell(&event, &case.state, &telling),
        version: entry.version,
    })
}

fn step(event: &Event, case: &Case) -> Option<String> {
    let of_scope = |id: u64| {
        case.state
            .scope(id)
            .map(|scope| scope.step.clone())
            .filter(|step| !step.is_empty())
    };
    match &event.what {
        What::Entered(entered) => Some(entered.step.clone()),
        What::Skipped(skipped) => Some(skipped.step.clone()),
        What::Copied(copied) => Some(copied.step.clone()),
        What::VariablesSet(set) => Some(set.step.clone()),
        What::Returned(returned) => Some(returned.step.clone()),
        What::Ended(ended) => ended.step.clone(),
        What::Held { scope, .. }
        | What::StepEnded { scope, .. }
        | What::Repeated { scope, .. }
        | What::Stopped { scope, .. }
        | What::EventCame { scope, .. }
        | What::Closed { scope, .. }
        | What::ActionWanted { scope, .. }
        | What::ActionDone { scope, .. }
        | What::Retried { scope, .. }
        | What::Bypassed { scope, .. }
        | What::ActionFailed { scope, .. } => of_scope(*scope),
        _ => event
            .task()
            .and_then(|task| case.state.seat(task))
            .and_then(|seat| of_scope(seat.scope)),
    }
}

fn decision(event: &Event, state: &State) -> Option<&'static str> {
    match &event.what {
        What::Voted(voted) => Some(changes::decision(state.purpose(voted.task), voted.verdict)),
        What::Returned(_) => Some("returned"),
        What::Recalled { .. } => Some("recalled"),
        What::Mended { .. } => Some("completed"),
        What::Retried { .. } => Some("retried"),
        What::Bypassed { .. } => Some("skipped"),
        What::Moved(_) => Some("moved"),
        _ => None,
    }
}

fn changed(event: &Event) -> Vec<Json> {
    let changes = match &event.what {
        What::Resubmitted(again) => &again.changes,
        What::Edited { changes, .. } => changes,
        _ => return Vec::new(),
    };
    changes
        .iter()
        .map(|change| json!({ "field": change.field, "from": change.from, "to": change.to }))
        .collect()
}
