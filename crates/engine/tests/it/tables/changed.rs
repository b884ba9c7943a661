//! A table that has changed since a workflow was checked against it.

use std::collections::BTreeMap;

use countersign_engine::definition::{Document, Signature, Workflow};
use countersign_engine::{Command, Facts, State, Surroundings, Tables, check, decide, simulate};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::id::RequestId;
use countersign_kernel::text::Locale;
use serde_json::json;
use uuid::Uuid;

use super::read;

/// A request of 500 EUR, asked of a manager as a table says.
const DESK: &str = "workflow: sample
title: Sample
owners: {role: finance}
form:
  amount: {type: money, required: true}
steps:
  - choose: size
    cases:
      - when: table('asks', amount) == 'nobody'
        steps:
          - end: approved
    otherwise: []
  - approval: manager
    when: table('asks', amount) == 'manager'
    by: {manager_of: requester}
  - approval: finance
    by: {role: finance}
    need: any
";

const ASKS: &str =
    "table: asks\ngiven: {amount: money}\ngives: [who]\nrows:\n  - [under 100, nobody]\n  - [any, manager]\n";

fn workflow(around: &mut Surroundings) -> Workflow {
    around.tables.insert(read(ASKS));
    match check(DESK, around).document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{:?}", check(DESK, around).findings),
    }
}

fn facts<'a>(around: &'a Surroundings, calendars: &'a Calendars, tables: &'a Tables) -> Facts<'a> {
    Facts {
        now: "2026-03-02T09:00:00Z".parse().unwrap(),
        actor: Actor::User(around.people.id("ann").unwrap()),
        directory: &around.people.directory,
        calendars,
        tables,
        currency: around.currency,
        zone: around.zone,
        publisher: None,
        looked_up: serde_json::Map::new(),
        standings: countersign_engine::Standings::default(),
    }
}

/// What would become of the request under these tables: each step's state, and the outcome.
fn foreseen(tables: &Tables) -> String {
    let mut around = Surroundings::default();
    let workflow = workflow(&mut around);
    let calendars = Calendars::default();
    let facts = facts(&around, &calendars, tables);
    let form = json!({ "amount": { "amount": "500", "currency": "EUR" } });
    let simulation = simulate(&workflow, &form, around.people.id("ann").unwrap(), &facts);
    let shown = simulation.unwrap().to_json(Locale::En);
    let word = |json: &serde_json::Value, name: &str| json[name].as_str().unwrap().to_owned();
    let steps = shown["steps"].as_array().unwrap();
    let states: Vec<String> = steps
        .iter()
        .map(|step| format!("{} {}", word(step, "step"), word(step, "state")))
        .collect();
    format!("{}: {}", states.join(", "), word(&shown, "outcome"))
}

#[test]
fn the_table_as_it_is_decides_and_one_that_is_another_lets_nothing_pass() {
    let with = |file: &str| foreseen(&Tables::new([(read(file), Some(3))]));
    assert_eq!(with(ASKS), "size done, manager asked, finance asked: approved");
    assert_eq!(
        with(&ASKS.replace("under 100", "under 1000")),
        "size done, end-approved ends: approved"
    );
    let finance = ASKS.replace("any, manager", "any, finance");
    assert_eq!(
        with(&finance),
        "size done, manager skipped, finance asked: approved"
    );
    let more = "table: asks\ngiven: {amount: money}\ngives: [who, why]\nrows:\n  - [any, nobody, small]\n";
    assert_eq!(with(more), "size held: held");
    assert_eq!(foreseen(&Tables::none()), "size held: held");
}

#[test]
fn the_history_says_which_version_of_a_table_was_asked() {
    let mut around = Surroundings::default();
    let workflow = workflow(&mut around);
    let calendars = Calendars::default();
    let submit = Command::Submit {
        version: 1,
        number: "S-1".to_owned(),
        requester: None,
        starter: None,
        form: json!({ "amount": { "amount": "500", "currency": "EUR" } }),
    };
    let history = |version: Option<i64>| {
        let tables = Tables::new([(read(ASKS), version)]);
        let facts = facts(&around, &calendars, &tables);
        let state = State::new(RequestId(Uuid::nil()));
        let events = decide(&workflow, &state, &submit, &facts).unwrap();
        format!("{events:?}")
    };
    let version = "name: \"table('asks').version\", value: \"3\"";
    assert!(history(Some(3)).contains(version), "{}", history(Some(3)));
    assert!(!history(None).contains(".version"), "{}", history(None));
}

#[test]
fn what_a_text_asks_is_known_and_it_is_read_by_that_alone_for_ever() {
    let mut around = Surroundings::default();
    around.tables.insert(read(ASKS));
    let asks = check(DESK, &around).asks;
    assert_eq!(asks.keys().collect::<Vec<_>>(), ["asks"]);
    let kept: BTreeMap<String, Signature> =
        serde_json::from_str(&serde_json::to_string(&asks).unwrap()).unwrap();
    assert_eq!(kept, asks);
    let later = Surroundings {
        tables: Tables::remembered(kept),
        ..Surroundings::default()
    };
    assert!(check(DESK, &later).document.is_some());
    assert_eq!(foreseen(&later.tables), "size held: held");
    let none = "workflow: sample\ntitle: Sample\nowners: {role: finance}\nform: {}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
    assert!(check(none, &around).asks.is_empty());
}

#[test]
fn an_automation_and_a_text_ask_tables_too() {
    let mut around = crate::around::around();
    around.tables.insert(read(ASKS));
    let file = "automation: won\nwhen_event: crm.deal.won\nwhen: event.deal.amount is not empty and table('asks', event.deal.amount) == 'manager'\ndo:\n  - action: tell\n    do: notices.send\n    with: {to: \"{event.deal.owner}\", text: \"{if event.deal.amount is empty then '' else table('limits', 'travel', event.deal.amount).approver}\"}\n";
    let checked = check(file, &around);
    assert!(checked.is_ok(), "{:?}", checked.findings);
    assert_eq!(checked.asks.keys().collect::<Vec<_>>(), ["asks", "limits"]);
}
