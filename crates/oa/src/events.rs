//! What the office tells others: the types of its events and the fields that they carry.
//!
//! Every event of a request is one entry of its history. The public ones are listed here with the fields that
//! automations, webhooks and readers see; the others (`oa.step.*`, `oa.timer.*`, `oa.action.*`) are history alone.

use countersign_kernel::catalogue::{EventType, Field, FieldType, Within};

pub use crate::leave::events::EVENTS as LEAVE;
use crate::requests::listed::catch_up::LISTED;
use crate::tasks::succession::QUESTIONED;

pub(crate) const fn field(name: &'static str, of: FieldType, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional: false,
        about,
    }
}

pub(crate) const fn optional(name: &'static str, of: FieldType, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional: true,
        about,
    }
}

const ID: Field = field("id", FieldType::Record("request"), "The request.");
const NUMBER: Field = field("number", FieldType::Text, "Its readable number, EXP-2026-00042.");
const WORKFLOW: Field = field("workflow", FieldType::Text, "The name of its workflow.");
const STATUS: Field = field("status", FieldType::Text, "Its status after the event.");
const REQUESTER: Field = field("requester", FieldType::Person, "Who asks.");
const SUMMARY: Field = field(
    "summary",
    FieldType::Text,
    "The line that stands for it in lists.",
);
const ROUND: Field = field("round", FieldType::Integer, "How often it was submitted.");
const REASON: Field = optional(
    "reason",
    FieldType::Text,
    "Why, in the words of whoever decided; empty where nobody said.",
);
const FORM: Field = field("form", FieldType::Form, "What was filled in, by field.");
const TASK: Field = field("task", FieldType::Record("task"), "The task.");
const STEP: Field = field("step", FieldType::Text, "The id of its step.");
const ASSIGNEE: Field = field("assignee", FieldType::Person, "Who holds the task.");
const DECISION: Field = field(
    "decision",
    FieldType::Text,
    "approved, rejected, returned, or completed where some work is done.",
);
const ANSWERS: Field = optional(
    "answers",
    FieldType::Json,
    "What was filled in when some work was done, by field.",
);
const APPROVER: Field = field("approver", FieldType::Person, "Who was added, or removed.");
const WHERE: Field = optional(
    "where",
    FieldType::Text,
    "before, after or beside whoever added them; empty where they were removed.",
);
const DUE: Field = optional("due", FieldType::Instant, "The deadline of the task.");

const OF_REQUEST: &[Field] = &[
    ID, NUMBER, WORKFLOW, STATUS, REQUESTER, SUMMARY, ROUND, REASON, FORM,
];

const TASK_ID: Field = field("id", FieldType::Record("task"), "The task.");
const ITS_REQUEST: Field = field(
    "request",
    FieldType::Record("request"),
    "The request that it is about.",
);
const REQUEST_STATUS: Field = field(
    "request_status",
    FieldType::Text,
    "The status of the request after the event.",
);
const ROUND_OF_REQUEST: Field = field(
    "round",
    FieldType::Integer,
    "How often the request was submitted.",
);
const NUMBER_OF_REQUEST: Field = field("number", FieldType::Text, "The readable number of the request.");
const WORKFLOW_OF_REQUEST: Field = field("workflow", FieldType::Text, "The name of the request's workflow.");
const SUMMARY_OF_REQUEST: Field = field(
    "summary",
    FieldType::Text,
    "The line that stands for the request in lists.",
);

const OF_TASK: &[Field] = &[
    TASK_ID,
    ITS_REQUEST,
    STEP,
    ASSIGNEE,
    NUMBER_OF_REQUEST,
    WORKFLOW_OF_REQUEST,
    REQUEST_STATUS,
    REQUESTER,
    SUMMARY_OF_REQUEST,
    ROUND_OF_REQUEST,
];
const OF_DECISION: &[Field] = &[
    TASK_ID,
    ITS_REQUEST,
    STEP,
    ASSIGNEE,
    DECISION,
    ANSWERS,
    REASON,
    NUMBER_OF_REQUEST,
    WORKFLOW_OF_REQUEST,
    REQUEST_STATUS,
    REQUESTER,
    SUMMARY_OF_REQUEST,
    ROUND_OF_REQUEST,
];
const OF_ADDED: &[Field] = &[
    TASK_ID,
    ITS_REQUEST,
    STEP,
    ASSIGNEE,
    APPROVER,
    WHERE,
    REASON,
    NUMBER_OF_REQUEST,
    WORKFLOW_OF_REQUEST,
    REQUEST_STATUS,
    REQUESTER,
    SUMMARY_OF_REQUEST,
    ROUND_OF_REQUEST,
];
const OF_LATE: &[Field] = &[
    TASK_ID,
    ITS_REQUEST,
    STEP,
    ASSIGNEE,
    DUE,
    NUMBER_OF_REQUEST,
    WORKFLOW_OF_REQUEST,
    REQUEST_STATUS,
    REQUESTER,
    SUMMARY_OF_REQUEST,
    ROUND_OF_REQUEST,
];

// The same as entries keep them, and as what follows the request reads them.
const TASK_OF_REQUEST: &[Field] = &[
    ID, NUMBER, WORKFLOW, STATUS, REQUESTER, SUMMARY, ROUND, TASK, STEP, ASSIGNEE,
];
const DECISION_OF_REQUEST: &[Field] = &[
    ID, NUMBER, WORKFLOW, STATUS, REQUESTER, SUMMARY, ROUND, REASON, TASK, STEP, ASSIGNEE, DECISION, ANSWERS,
];
const ADDED_OF_REQUEST: &[Field] = &[
    ID, NUMBER, WORKFLOW, STATUS, REQUESTER, SUMMARY, ROUND, REASON, TASK, STEP, ASSIGNEE, APPROVER, WHERE,
];
const LATE_OF_REQUEST: &[Field] = &[
    ID, NUMBER, WORKFLOW, STATUS, REQUESTER, SUMMARY, ROUND, TASK, STEP, ASSIGNEE, DUE,
];

const REQUESTS_READ: &str = "oa:requests:read";
const TASKS_READ: &str = "oa:tasks:read";

const fn of_request(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "request",
        within: None,
        about,
        public: true,
        fields: OF_REQUEST,
        scope: REQUESTS_READ,
    }
}

/// What happened to a task: `fields` are the task's, `kept` the same in the history of its request.
const fn of_task(
    name: &'static str,
    about: &'static str,
    (fields, kept): (&'static [Field], &'static [Field]),
    changed: &'static [&'static str],
) -> EventType {
    EventType {
        name,
        object: "task",
        within: Some(Within {
            kind: "request",
            fields: kept,
            renamed: &[("id", "task"), ("request", "id"), ("request_status", "status")],
            changed,
        }),
        about,
        public: true,
        fields,
        scope: TASKS_READ,
    }
}

const fn inner(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "request",
        within: None,
        about,
        public: false,
        fields: &[],
        scope: REQUESTS_READ,
    }
}

/// Every type of event that the office writes.
pub const EVENTS: &[EventType] = &[
    of_request("oa.request.submitted", "A request was submitted."),
    of_request("oa.request.returned", "A request was returned to its requester."),
    of_request(
        "oa.request.resubmitted",
        "A returned request was submitted again.",
    ),
    of_request("oa.request.approved", "A request was approved: it has ended."),
    of_request("oa.request.rejected", "A request was rejected: it has ended."),
    of_request(
        "oa.request.withdrawn",
        "A request was withdrawn by its requester: it has ended.",
    ),
    of_request("oa.request.cancelled", "A request was cancelled: it has ended."),
    of_request(
        "oa.request.held",
        "A request is held: nobody can decide it as it stands, its owners are asked.",
    ),
    of_request(
        "oa.request.retried",
        "Whoever may mend a held request had it tried again.",
    ),
    of_request(
        "oa.request.step_skipped",
        "Whoever may mend a held request went on without the step that was held.",
    ),
    of_request(
        "oa.request.moved",
        "A held request goes by a newer version of its workflow.",
    ),
    of_request(
        "oa.request.recalled",
        "Its requester has a request back, to change it and submit it again.",
    ),
    of_request(
        "oa.request.urged",
        "Its requester reminded those who are asked to decide a request.",
    ),
    of_request("oa.request.commented", "Somebody commented on a request."),
    of_task(
        "oa.task.created",
        "Somebody was asked to decide, or to do something.",
        (OF_TASK, TASK_OF_REQUEST),
        &[],
    ),
    of_task(
        "oa.task.decided",
        "Somebody approved, rejected or returned, or has done what was asked of them.",
        (OF_DECISION, DECISION_OF_REQUEST),
        &["status", "decision", "decided_at"],
    ),
    of_task(
        "oa.task.cancelled",
        "A task is no longer needed.",
        (OF_TASK, TASK_OF_REQUEST),
        &["status"],
    ),
    of_task(
        "oa.task.transferred",
        "A task has a new holder.",
        (OF_TASK, TASK_OF_REQUEST),
        &["assignee"],
    ),
    of_task(
        "oa.task.claimed",
        "Its holder took a task from the pool: the others are no longer asked.",
        (OF_TASK, TASK_OF_REQUEST),
        &["claimed"],
    ),
    of_task(
        "oa.task.released",
        "Its holder gave a task back to the pool: the others are asked again.",
        (OF_TASK, TASK_OF_REQUEST),
        &["claimed"],
    ),
    of_task(
        "oa.task.approver_added",
        "Its holder wants somebody else's decision too, before, after or beside their own.",
        (OF_ADDED, ADDED_OF_REQUEST),
        &["approvers"],
    ),
    of_task(
        "oa.task.approver_removed",
        "Whoever was added from a task is not asked any more.",
        (OF_ADDED, ADDED_OF_REQUEST),
        &["approvers"],
    ),
    of_task(
        "oa.task.resumed",
        "A task that waited for whoever was added before its holder is theirs to decide again.",
        (OF_LATE, LATE_OF_REQUEST),
        &["waits_for"],
    ),
    of_task(
        "oa.task.late",
        "A deadline passed without a decision, and the workflow only tells of it or finds nobody else to ask.",
        (OF_LATE, LATE_OF_REQUEST),
        &[],
    ),
    of_task(
        "oa.task.reminded",
        "Whoever holds a task is reminded of it, because the workflow says when.",
        (OF_LATE, LATE_OF_REQUEST),
        &[],
    ),
    of_request(
        "oa.request.copied",
        "People are in copy of a request: they may read it from now on.",
    ),
    inner("oa.request.edited", "Somebody who decides changed the form."),
    inner(
        "oa.task.reopened",
        "What somebody had approved has changed since: they are asked again.",
    ),
    inner("oa.task.completed", "An owner mended what held a step."),
    EventType {
        object: "task",
        ..inner(
            QUESTIONED,
            "Whoever holds a task left, or lost a role or a place: whether it stays theirs is judged again.",
        )
    },
    EventType {
        object: "listing",
        ..inner(
            LISTED,
            "Another version of a workflow lists its requests by other fields: the rest of them is still to be looked at.",
        )
    },
    inner("oa.step.entered", "A step began."),
    inner("oa.step.skipped", "A step was skipped."),
    inner("oa.step.ended", "A step ended."),
    inner("oa.step.set", "Names were given values."),
    inner("oa.step.repeated", "The steps of a repetition began again."),
    inner(
        "oa.step.stopped",
        "A stage was stopped, because what it stops for holds.",
    ),
    inner(
        "oa.step.closed",
        "A step was closed without an outcome of its own.",
    ),
    inner("oa.step.event_came", "What a step waited for has happened."),
    inner("oa.timer.set", "A deadline was set."),
    inner("oa.timer.fired", "A deadline passed."),
    inner("oa.action.wanted", "An action shall run."),
    inner("oa.action.done", "An action ran."),
    inner("oa.action.failed", "An action failed."),
];
