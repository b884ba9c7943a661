//! A task as the API shows it.

use countersign_engine::definition::{Form, Workflow};
use countersign_engine::state::{Added, Seat, State};
use countersign_engine::vocabulary::Purpose;
use countersign_engine::{Facts, Item, Telling, Verb, allowed, why};
use countersign_kernel::actor::Caller;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, TaskId, UserId};
use countersign_kernel::money::Money;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_rules::Compiled;
use countersign_rules::scene::Scene;
use countersign_web::closed_words;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::requests::load::TaskRow;
use crate::requests::view::{NextView, RequestStatus, next};
use crate::requests::{changes, links};

closed_words!(
    /// What a task asks for.
    pub(crate) TaskKind: "approval", "task", "repair"
);
closed_words!(
    /// Whether something is still to be decided.
    pub(crate) TaskStatus: "open", "done", "cancelled"
);
closed_words!(
    /// What was decided.
    pub(crate) Decision: "approved", "rejected", "returned", "completed"
);

closed_words!(
    /// What somebody may do with a task, named like the operation that does it.
    pub(crate) TaskVerb: "approve", "reject", "return", "transfer", "add_approver", "remove_approver", "claim", "release", "complete",
        "comment"
);
closed_words!(
    /// When somebody who was added decides, seen from whoever added them.
    pub(crate) Position: "before", "after", "beside"
);

/// A task.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskView {
    pub id: TaskId,
    /// Always `task`.
    #[schema(example = "task")]
    pub object: &'static str,
    /// `task` where something is to be done, `repair` where an owner is asked to mend what holds a step.
    #[schema(value_type = TaskKind, example = "approval")]
    pub kind: &'static str,
    pub request: RequestId,
    /// The name of the request's workflow.
    #[schema(example = "expense")]
    pub workflow: String,
    /// Whose request it is.
    pub requester: Option<UserId>,
    /// The line that stands for the request.
    pub summary: String,
    /// What the request is about, where its form has an amount: the last that is computed, else the first that is asked for.
    pub amount: Option<Money>,
    #[schema(example = "manager")]
    pub step: String,
    pub title: String,
    /// The items of the form that it is about, where its step stands in an `each`; outermost first.
    pub items: Vec<TaskItem>,
    #[schema(value_type = TaskStatus, example = "open")]
    pub status: &'static str,
    pub assignee: UserId,
    pub on_behalf_of: Option<UserId>,
    /// Whether its holder took it from a pool, so that nobody else is asked.
    pub claimed: bool,
    /// How its holder, or whoever had it before, was added to the step.
    #[schema(example = json!(null))]
    pub added: Option<AddedView>,
    /// Who was added from this task.
    #[schema(example = json!([]))]
    pub approvers: Vec<AddedView>,
    /// The task of whoever decides first: until then nothing can be decided here.
    #[schema(example = json!(null))]
    pub waits_for: Option<TaskId>,
    /// None while it is open.
    #[schema(value_type = Option<Decision>)]
    pub decision: Option<&'static str>,
    pub decided_at: Option<Instant>,
    pub due_at: Option<Instant>,
    /// Why it came to its holder, in a sentence.
    #[schema(example = "Bo Berg, as manager of Ann Ames.")]
    pub why: String,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<TaskVerb>)]
    pub allowed: Vec<&'static str>,
    /// Fields of the request's form that whoever approves may change, by `form`, while it is open.
    #[schema(example = json!(["category"]))]
    pub editable: Vec<String>,
    /// Those of them that must be filled in to approve.
    #[schema(example = json!([]))]
    pub required: Vec<String>,
    /// What is to be filled in when the work of a `task` is done, as the form of a workflow.
    #[schema(value_type = Option<Object>)]
    pub form: Option<Json>,
    /// What was filled in.
    #[schema(value_type = Option<Object>)]
    pub answers: Option<Json>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// An item of a list in the form, for which people are asked by itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TaskItem {
    /// The step that goes through the list.
    #[schema(example = "cost-centers")]
    pub each: String,
    /// What the workflow calls an item.
    #[schema(example = "line")]
    pub name: String,
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// What stands in it: the fields of a line; of a group its `key` and its `items`.
    #[schema(value_type = serde_json::Value, example = json!({"what": "Train", "amount": 90}))]
    pub value: Json,
}

/// Somebody whose decision is wanted beside those that the workflow asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AddedApprover)]
pub(crate) struct AddedView {
    pub who: UserId,
    pub by: UserId,
    #[serde(rename = "where")]
    #[schema(value_type = Position, example = "before")]
    pub position: &'static str,
    pub task: Option<TaskId>,
}

impl AddedView {
    /// How the holder of a seat was added.
    pub(crate) fn of(state: &State, seat: &Seat) -> Option<Self> {
        Some(Self::new(state, seat, state.added(seat)?))
    }

    /// Who was added from a seat.
    fn from(state: &State, seat: &Seat) -> Vec<Self> {
        let added = state.added_from(seat);
        added.map(|added| Self::new(state, seat, added)).collect()
    }

    fn new(state: &State, beside: &Seat, added: &Added) -> Self {
        let mut seats = state.seats.iter().rev().filter(|seat| seat.scope == beside.scope);
        Self {
            who: added.who,
            by: added.by,
            position: added.position.word(),
            task: seats.find(|seat| seat.place == added.place).map(|seat| seat.task),
        }
    }
}

impl From<Item> for TaskItem {
    fn from(item: Item) -> Self {
        Self {
            each: item.each,
            name: item.name,
            number: item.number,
            of: item.of,
            value: item.value,
        }
    }
}

/// A task after a decision, with what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecidedTask)]
pub(crate) struct DecidedView {
    #[serde(flatten)]
    pub task: TaskView,
    /// The status of the request now.
    #[schema(example = "approved")]
    #[schema(value_type = RequestStatus, example = "open")]
    pub request_status: &'static str,
    /// What is open now.
    pub next: Vec<NextView>,
}

/// The inbox in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaskSummary)]
pub(crate) struct SummaryView {
    /// Always `task_summary`.
    pub object: &'static str,
    /// Open tasks of the caller.
    pub open: u64,
    /// Those of them whose deadline has passed.
    pub late: u64,
    /// Those of them that are due within 24 hours.
    pub due_soon: u64,
}

/// What a view needs beside the state.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub state: &'a State,
    pub definition: &'a Compiled,
    pub scene: &'a Scene,
    pub caller: &'a Caller,
    /// The language to answer in.
    pub locale: Locale,
}

impl TaskView {
    /// A seat as its task.
    pub(crate) fn new(seat: &Seat, row: TaskRow, seen: Seen<'_>) -> Self {
        let Seen {
            state,
            definition,
            scene,
            caller,
            locale,
        } = seen;
        let scope = state.scope_of(seat);
        let (status, decision, decided_at) = changes::standing(seat);
        let facts = scene.facts(caller.actor(), definition.publisher());
        let allowed = definition
            .workflow()
            .map(|workflow| allowed(workflow, state, seat, &facts))
            .unwrap_or_default();
        let form = form(definition, state, seat);
        let (editable, required) = fields_to_approve(definition, state, seat);
        Self {
            id: seat.task,
            object: "task",
            kind: changes::task_kind(seat.purpose),
            request: state.id,
            workflow: state.workflow.clone(),
            requester: state.requester,
            summary: summary(state, locale),
            amount: definition.workflow().and_then(|workflow| amount(workflow, state)),
            step: scope.map(|scope| scope.step.clone()).unwrap_or_default(),
            title: scope.map_or_else(String::new, |scope| scope.title.get(locale).to_owned()),
            items: items(definition, state, seat, &facts),
            status,
            assignee: seat.holder,
            on_behalf_of: None,
            claimed: seat.claimed,
            added: AddedView::of(state, seat),
            approvers: AddedView::from(state, seat),
            waits_for: state.waits_for(seat).map(|first| first.task),
            decision,
            decided_at,
            due_at: seat.due.filter(|_| status == "open"),
            why: why(
                state,
                seat,
                &Telling {
                    names: &|user| name(&scene.directory, user),
                    zone: scene.zone,
                    locale,
                    workflow: definition.workflow(),
                },
            ),
            allowed: allowed.into_iter().map(Verb::word).collect(),
            editable,
            required,
            form: form.map(|form| countersign_engine::form::schema(form, locale)),
            answers: form.and_then(|_| answers(state, seat)),
            created_at: seat.opened_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// The items that a task is about.
fn items(definition: &Compiled, state: &State, seat: &Seat, facts: &Facts<'_>) -> Vec<TaskItem> {
    let items = definition
        .workflow()
        .map(|workflow| countersign_engine::items(workflow, state, seat, facts));
    items.into_iter().flatten().map(TaskItem::from).collect()
}

/// What is to be filled in when the work of a task is done.
fn form<'a>(definition: &'a Compiled, state: &State, seat: &Seat) -> Option<&'a Form> {
    let form = links::work_form(definition.workflow()?, state, seat.task)?;
    (!form.fields.is_empty()).then_some(form)
}

/// The fields that whoever approves may change, and those that they must have filled in.
fn fields_to_approve(definition: &Compiled, state: &State, seat: &Seat) -> (Vec<String>, Vec<String>) {
    let open = seat.purpose == Purpose::Decide && changes::standing(seat).0 == "open";
    let approval = || {
        let step = &state.scope_of(seat)?.step;
        definition.workflow()?.step(step)?.approval()
    };
    approval()
        .filter(|_| open)
        .map_or_else(Default::default, |approval| {
            let editable = approval.can_edit.iter().map(|(field, _)| field.clone());
            (editable.collect(), approval.require.clone())
        })
}

/// What was filled in at the step of a task.
fn answers(state: &State, seat: &Seat) -> Option<Json> {
    let record = state.outcome_of(seat)?;
    record.output.is_object().then(|| record.output.clone())
}

/// The line that stands for the request: its title where the workflow says none.
fn summary(state: &State, locale: Locale) -> String {
    let said = state.summary.as_ref().unwrap_or(&state.title);
    said.get(locale).to_owned()
}

/// How much the request is about, as its form says.
fn amount(workflow: &Workflow, state: &State) -> Option<Money> {
    let given = state.form.get(&workflow.form.amount()?.name)?;
    Money::deserialize(given).ok()
}

/// A person's name; an id where the directory knows none.
pub(crate) fn name(directory: &Directory, user: UserId) -> String {
    directory
        .person(user)
        .map_or_else(|| user.to_string(), |person| person.name.clone())
}

impl DecidedView {
    pub(crate) fn new(task: TaskView, state: &State) -> Self {
        Self {
            task,
            request_status: state.status.word(),
            next: next(state),
        }
    }
}
