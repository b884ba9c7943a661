//! A request as the API shows it.

use countersign_engine::Verb;
use countersign_engine::definition::Form;
use countersign_engine::state::{Current, State};
use countersign_engine::vocabulary::Status;
use countersign_kernel::id::{RequestId, TaskId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::store::Model;
use crate::tasks::view::{AddedView, Seen};

closed_words!(
    /// Where a request stands.
    pub(crate) RequestStatus: "draft", "open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"
);

closed_words!(
    /// What somebody may do with a request, named like the operation that does it; `edit` changes what a draft holds.
    pub(crate) RequestVerb: "submit", "edit", "delete", "resubmit", "approve", "reject", "return", "transfer", "add_approver",
        "remove_approver", "complete", "withdraw", "comment", "retry", "skip", "move", "recall", "urge"
);

/// A request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Request)]
pub(crate) struct RequestView {
    pub id: RequestId,
    /// Always `request`.
    #[schema(example = "request")]
    pub object: &'static str,
    /// Readable; none while it is a draft.
    #[schema(example = "EXP-2026-00042")]
    pub number: Option<String>,
    pub workflow: WorkflowRef,
    /// The title of its workflow, in the caller's language.
    pub title: String,
    pub summary: String,
    #[schema(value_type = RequestStatus, example = "open")]
    pub status: &'static str,
    pub requester: UserId,
    /// What was filled in, by field.
    #[schema(value_type = Object)]
    pub form: Map<String, Json>,
    /// What was looked up of earlier requests at the latest submission, by fact.
    #[schema(value_type = Object)]
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Json>,
    /// What the workflow's steps set, by name.
    #[schema(value_type = Object)]
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Json>,
    /// Where it stands: the steps that people work on now.
    pub current: Vec<CurrentView>,
    /// What the checks warned of at the latest submission; of a draft, which fields of it no submission takes.
    pub warnings: Vec<String>,
    /// Submissions so far.
    pub round: u32,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<RequestVerb>)]
    pub allowed: Vec<&'static str>,
    /// What the definition said at its end.
    pub note: Option<String>,
    pub submitted_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// The version of a workflow that a request follows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowRef {
    #[schema(example = "expense")]
    pub name: String,
    pub version: i64,
}

/// A step that people work on now, or one that waits by itself: it has no tasks, and ends at `due_at`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CurrentStep)]
pub(crate) struct CurrentView {
    #[schema(example = "manager")]
    pub step: String,
    pub title: String,
    pub tasks: Vec<TaskId>,
    pub assignees: Vec<UserId>,
    /// Those of them who were added by somebody who is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!([]))]
    pub added: Vec<AddedView>,
    pub due_at: Option<Instant>,
}

/// An open step as the answer to a decision names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextStep)]
pub(crate) struct NextView {
    pub step: String,
    pub tasks: Vec<TaskId>,
}

impl RequestView {
    pub(crate) fn new(row: &Model, seen: Seen<'_>) -> Self {
        let Seen {
            state,
            definition,
            locale,
            ..
        } = seen;
        let local = |text: &Text| text.get(locale).to_owned();
        // A draft has no title of its own yet.
        let title = if state.status == Status::Draft {
            &definition.title
        } else {
            &state.title
        };
        Self {
            id: row.id,
            object: "request",
            number: row.number.clone(),
            workflow: WorkflowRef {
                name: row.workflow.clone(),
                version: row.workflow_version,
            },
            title: local(title),
            summary: state.summary.as_ref().map_or_else(|| local(title), local),
            status: state.status.word(),
            requester: row.requester,
            form: state.form.clone(),
            facts: state.facts.clone(),
            variables: state.variables.clone(),
            current: current(state, locale),
            warnings: if state.status == Status::Draft {
                definition.workflow().map_or_else(Vec::new, |workflow| {
                    unsubmittable(&workflow.form, &state.form, locale)
                })
            } else {
                state.warnings.iter().map(local).collect()
            },
            round: state.round,
            allowed: allowed(row, seen),
            note: state.note.as_ref().map(local),
            submitted_at: row.submitted_at,
            decided_at: row.decided_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// Of what a draft holds, nothing is judged but whether its form has such fields: they are told while it can be mended.
fn unsubmittable(form: &Form, saved: &Map<String, Json>, locale: Locale) -> Vec<String> {
    let misplaced = countersign_engine::form::misplaced(form, saved);
    misplaced
        .iter()
        .map(|fault| fault.text.get(locale).to_owned())
        .collect()
}

/// A draft is its requester's; of the rest the engine knows.
pub(crate) fn allowed(row: &Model, seen: Seen<'_>) -> Vec<&'static str> {
    if seen.state.status == Status::Draft {
        return if row.requester == seen.caller.user {
            vec!["submit", "edit", "delete"]
        } else {
            Vec::new()
        };
    }
    let Some(workflow) = seen.definition.workflow() else {
        return Vec::new();
    };
    let facts = seen.scene.facts(seen.caller.actor(), seen.definition.publisher());
    let verbs = countersign_engine::possible(workflow, seen.state, &facts).into_iter();
    let newer = super::moving::newest(seen.scene, row) > row.workflow_version;
    let verbs = verbs.filter(|verb| newer || *verb != Verb::Move);
    verbs.map(Verb::word).collect()
}

pub(crate) fn current(state: &State, locale: Locale) -> Vec<CurrentView> {
    let view = |current: Current<'_>| CurrentView {
        step: current.step.to_owned(),
        title: current.title.get(locale).to_owned(),
        tasks: current.seats.iter().map(|seat| seat.task).collect(),
        assignees: current.seats.iter().map(|seat| seat.holder).collect(),
        added: current
            .seats
            .iter()
            .filter_map(|seat| AddedView::of(state, seat))
            .collect(),
        due_at: current.due,
    };
    state.current().into_iter().map(view).collect()
}

/// What is open now.
pub(crate) fn next(state: &State) -> Vec<NextView> {
    let view = |current: Current<'_>| NextView {
        step: current.step.to_owned(),
        tasks: current.seats.iter().map(|seat| seat.task).collect(),
    };
    state.current().into_iter().map(view).collect()
}
