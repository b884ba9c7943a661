//! What the document says of itself: its servers, and its groups of operations.

use std::collections::BTreeSet;

use serde_json::{Value, json};

const TAGS: [(&str, &str); 30] = [
    (
        "sign-in",
        "Signing in and out, passwords, sessions, and the keys that verify tokens.",
    ),
    ("users", "The people of the company."),
    ("departments", "The departments of the company and their heads."),
    (
        "roles",
        "Roles that people hold, by which workflows find who decides.",
    ),
    (
        "api-keys",
        "Keys by which programs call, with scopes of their own.",
    ),
    ("settings", "What the company has chosen for itself."),
    (
        "workflows",
        "Who decides what: the files that say it, their versions, checks, forms and simulations.",
    ),
    (
        "automations",
        "What is done when something happens, and what came of it.",
    ),
    ("calendars", "Working days, by which deadlines are counted."),
    (
        "tables",
        "What is given for what, row by row; expressions of workflows ask them.",
    ),
    ("proposals", "Versions that wait for a second person."),
    (
        "requests",
        "What people ask of the company, from draft to decision.",
    ),
    ("tasks", "What somebody has to decide."),
    (
        "leave",
        "Balances, the ledger that they are the sum of, who is away, and reports.",
    ),
    ("leads", "People who may buy, until it is known."),
    ("accounts", "Companies that one sells to."),
    ("contacts", "People at those companies."),
    ("pipelines", "The stages that deals pass."),
    ("deals", "Sales, from the first stage until they are won or lost."),
    ("products", "What is sold."),
    ("price-books", "What products cost, in one currency each."),
    ("price-book-entries", "The prices in a price book."),
    (
        "activities",
        "Calls, e-mails, meetings, tasks and notes, done and to be done.",
    ),
    (
        "imports",
        "Records that come in from a spreadsheet or from another system's export.",
    ),
    ("files", "Uploads, which requests and records name."),
    ("notices", "News for the caller."),
    (
        "events",
        "The log of what happened, as pages and as a live stream.",
    ),
    (
        "webhooks",
        "Endpoints that are told of events, and what was sent to them.",
    ),
    (
        "audit",
        "Every entry of the log, and the proof that none was changed.",
    ),
    (
        "sandbox",
        "The company's clock, where it may be moved to try things out.",
    ),
];

pub(super) fn add(document: &mut Value) {
    document["servers"] =
        json!([{"url": "/", "description": "The server that answered with this document."}]);
    let paths = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.values());
    let operations = paths.filter_map(Value::as_object).flat_map(|item| item.values());
    let used: BTreeSet<String> = operations
        .filter_map(|operation| Some(operation["tags"][0].as_str()?.to_owned()))
        .collect();
    let tags = TAGS
        .iter()
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, about)| json!({"name": name, "description": about}));
    document["tags"] = tags.collect();
}
