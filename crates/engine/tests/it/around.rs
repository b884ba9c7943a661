//! A world around the files: the sample company, with the events and actions that the server registers.

use std::sync::Arc;

use countersign_engine::definition::{Document, Table};
use countersign_engine::{Asking, Surroundings, Tables, check, form};
use countersign_kernel::catalogue::{ActionType, EventType, Field, FieldType};

const fn field(name: &'static str, of: FieldType, optional: bool) -> Field {
    Field {
        name,
        of,
        optional,
        about: "",
    }
}

const REQUEST: &[Field] = &[
    field("id", FieldType::Record("request"), false),
    field("number", FieldType::Text, false),
    field("workflow", FieldType::Text, false),
    field("summary", FieldType::Text, true),
    field("status", FieldType::Text, false),
    field("requester", FieldType::Person, false),
    field("reason", FieldType::Text, true),
    field("form", FieldType::Form, false),
];

const DEAL: &[Field] = &[
    field("id", FieldType::Record("deal"), false),
    field("name", FieldType::Text, false),
    field("account", FieldType::Record("account"), true),
    field("owner", FieldType::Person, false),
    field("amount", FieldType::Money, true),
    field("status", FieldType::Text, false),
];

const fn event(name: &'static str, object: &'static str, fields: &'static [Field]) -> EventType {
    EventType {
        name,
        object,
        within: None,
        about: "",
        public: true,
        fields,
        scope: "",
    }
}

pub(crate) fn events() -> Vec<EventType> {
    vec![
        event("crm.deal.won", "deal", DEAL),
        event("crm.deal.lost", "deal", DEAL),
        event("oa.request.submitted", "request", REQUEST),
        event("oa.request.returned", "request", REQUEST),
        event("oa.request.resubmitted", "request", REQUEST),
        event("oa.request.approved", "request", REQUEST),
        event("oa.request.rejected", "request", REQUEST),
        event("oa.request.withdrawn", "request", REQUEST),
        event("oa.request.cancelled", "request", REQUEST),
    ]
}

pub(crate) fn actions() -> Vec<ActionType> {
    const SHOW: &[Field] = &[
        field("deal", FieldType::Record("deal"), false),
        field("request", FieldType::Record("request"), false),
        field("number", FieldType::Text, false),
        field("status", FieldType::Text, false),
        field("reason", FieldType::Text, true),
    ];
    const SEND: &[Field] = &[
        field("to", FieldType::Person, false),
        field("text", FieldType::Text, false),
    ];
    const START: &[Field] = &[
        field("workflow", FieldType::Text, false),
        field("requester", FieldType::Person, false),
        field("form", FieldType::Json, false),
        field("key", FieldType::Text, true),
    ];
    vec![
        ActionType {
            name: "requests.start",
            about: "",
            inputs: START,
            outputs: &[],
            tells: &[],
        },
        ActionType {
            name: "deals.show_contract",
            about: "",
            inputs: SHOW,
            outputs: &[],
            tells: &[],
        },
        ActionType {
            name: "notices.send",
            about: "",
            inputs: SEND,
            outputs: &[],
            tells: &[],
        },
    ]
}

/// Where no table is asked.
pub(crate) static NO_TABLES: Tables = Tables::none();

/// Who approves up to which amount.
const LIMITS: &str = "table: limits
given: {category: text, amount: money}
gives: {approver: text, limit: money}
rows:
  - [travel, under 1000, finance, 5000]
  - [any, from 10000, executive, unlimited]
otherwise: [manager, 1000]
";

/// The table in a file.
pub(crate) fn table(text: &str, around: &Surroundings) -> Arc<Table> {
    let checked = check(text, around);
    match checked.document {
        Some(Document::Table(table)) => table,
        _ => panic!("{text}\n{:?}", checked.findings),
    }
}

/// The built-in sample company with events and actions, and the workflows that ship.
pub(crate) fn around() -> Surroundings {
    static AROUND: std::sync::OnceLock<Surroundings> = std::sync::OnceLock::new();
    AROUND.get_or_init(read).clone()
}

fn read() -> Surroundings {
    let mut around = Surroundings {
        events: events(),
        actions: actions(),
        ..Surroundings::default()
    };
    let limits = table(LIMITS, &around);
    around.tables.insert(limits);
    let approvers = "table: approvers\ngiven: {amount: money}\ngives: [approver]\nrows:\n  - [any, legal]\n";
    around.asked.push(Asking {
        by: ("workflow", "contract".to_owned()),
        table: "approvers".to_owned(),
        as_was: table(approvers, &around).signature.clone(),
    });
    for name in ["expense", "leave", "contract", "travel-claim"] {
        let checked = check(&file(&format!("{name}.yaml")), &around);
        if let Some(Document::Workflow(workflow)) = checked.document {
            around.workflows.insert(name.to_owned(), form::summary(&workflow));
        }
    }
    around
}

/// The files of `workflows/`, but the sample company.
pub(crate) const SHIPPED: [&str; 18] = [
    "access-request.yaml",
    "contract.yaml",
    "discount.yaml",
    "document-sign-off.yaml",
    "expense.yaml",
    "hiring.yaml",
    "leave.yaml",
    "offboarding.yaml",
    "onboarding.yaml",
    "payment-request.yaml",
    "purchase.yaml",
    "seal.yaml",
    "supplier.yaml",
    "travel.yaml",
    "travel-claim.yaml",
    "automations/won-deal-starts-contract.yaml",
    "automations/contract-outcome.yaml",
    "calendars/default.yaml",
];

/// A file of `workflows/`.
pub(crate) fn file(name: &str) -> String {
    let path = format!("{}/../../workflows/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
