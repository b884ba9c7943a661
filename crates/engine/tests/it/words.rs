//! What people read of a workflow and its requests: labels and sentences, no names, no JSON, nothing of the machine.

use countersign_engine::definition::Document;
use countersign_engine::{Command, Surroundings, Telling, check, mermaid, mermaid_of, prose, svg, svg_of};
use countersign_kernel::id::UserId;
use countersign_kernel::text::Locale;
use serde_json::{Value, json};

use crate::judgement::{Desk, submission};

const TRIP: &str = r#"
workflow: trip
title: Trip
owners: {role: finance}
summary: "{goal}"
number: T-{counter}
form:
  goal:     {type: text, required: true, label: {en: "What for?", zh-CN: 事由}}
  kind:     {type: choice, required: true, label: {en: Kind of trip, zh-CN: 类别}, options: {fair: {en: Trade fair, zh-CN: 展会}, visit: {en: Customer visit, zh-CN: 拜访}}}
  extras:   {type: choices, label: Extras, options: {rail: Rail card, bag: Bag}}
  dates:    {type: date_range, required: true, label: Days away}
  budget:   {type: money, required: true, label: {en: Budget, zh-CN: 预算}}
  guide:    {type: person, label: Guide}
  receipts: {type: file, label: Receipts}
  urgent:   {type: yes_no, default: false, label: {en: Urgent, zh-CN: 加急}}
  cost_id:  {type: text}
  costs:    {type: list, label: Costs, fields: {what: {type: text, label: What}, how: {type: choice, label: Paid by, options: {card: Company card, cash: Cash}}, cost: {type: money, label: Cost}}}
steps:
  - approval: ceo
    when: kind == 'fair' and budget >= 1000 or urgent
    by: {user: cleo@acme.example}
    on_reject: {return_to: requester, at_most: 2}
  - choose: by-budget
    cases:
      - when: not urgent and budget < 100
        steps:
          - end: approved
      - when: dates.working_days > 5 or extras contains 'rail'
        steps:
          - approval: it-team
            by: {role: finance}
            need: any
    otherwise: []
  - parallel: both
    branches:
      cfo:
        - approval: cfo
          by: {role: finance}
          need: any
          can_edit: [kind, budget]
          deadline: 2 hours
          if_late: [{after: 0 minutes, then: notify}, {after: 1 day, then: approve}]
      line:
        - approval: line
          by: {manager_of: requester}
"#;

fn trip(kind: &str, budget: &str) -> Value {
    json!({"goal": "Fair", "kind": kind, "budget": {"amount": budget, "currency": "EUR"}, "extras": ["rail", "bag"],
        "dates": {"start": "2026-02-02", "end": "2026-02-04", "start_half": true, "end_half": false}})
}

#[test]
fn conditions_are_told_by_labels_and_options() {
    let mut desk = Desk::of(TRIP);
    desk.act("ann", &submission("T-1", None, trip("visit", "1200.00")))
        .unwrap();
    let told = desk.told(Locale::En);
    for wanted in [
        "\"CEO\" is skipped, because it is asked only where (Kind of trip is Trade fair and Budget is at least 1000) or \
         Urgent is yes (Kind of trip: Customer visit; Budget: 1200.00 EUR; Urgent: no).",
        "\"By budget\" goes on where the working days of Days away is over 5 or Extras include Rail card \
         (Days away: 2026-02-02 to 2026-02-04; Extras: Rail card, Bag).",
        "\"IT team\" begins.",
    ] {
        assert!(told.iter().any(|line| line == wanted), "{wanted} in {told:#?}");
    }
    let told = desk.told(Locale::ZhCn).join("\n");
    assert!(told.contains("“CEO”已跳过：仅当(类别为展会且预算不少于 1000)或加急为是时才询问（类别：拜访；预算：1200.00 EUR；加急：否）。")
        || told.contains("仅当(类别为展会且预算不少于1000)或加急为是时才询问（类别：拜访；预算：1200.00 EUR；加急：否）。"), "{told}");
}

#[test]
fn what_was_changed_is_told_as_people_write_it() {
    let mut desk = Desk::of(TRIP);
    desk.act("ann", &submission("T-1", None, trip("fair", "1200.00")))
        .unwrap();
    let task = desk.task("cleo");
    let comment = Some("Too dear".to_owned());
    desk.act("cleo", &Command::Reject { task, comment }).unwrap();
    let mut form = trip("visit", "900.00");
    form["extras"] = json!([]);
    form["urgent"] = json!(true);
    form["guide"] = json!(desk.who("bo"));
    form["cost_id"] = json!("R7");
    form["receipts"] = json!(["file_06cxwpqe6d7rv9g1kq2tz8m4na"]);
    form["costs"] = json!([
        {"what": "Train", "how": "card", "cost": {"amount": "80.00", "currency": "EUR"}},
        {"what": "Taxi", "how": "cash", "cost": {"amount": "12.50", "currency": "EUR"}},
    ]);
    form["dates"] =
        json!({"start": "2026-02-02", "end": "2026-02-02", "start_half": false, "end_half": true});
    desk.act("ann", &Command::Resubmit { form, comment: None })
        .unwrap();
    let told = desk.told(Locale::En);
    let again = told.iter().find(|line| line.contains("submitted again")).unwrap();
    assert_eq!(
        again,
        "Ann Ames submitted again, changed: Budget 1200.00 EUR → 900.00 EUR; Cost ID – → R7; \
         Costs – → (Train, Company card, 80.00 EUR) (Taxi, Cash, 12.50 EUR); \
         Days away 2026-02-02 (from noon) to 2026-02-04 → 2026-02-02 (until noon); Extras Rail card, Bag → –; \
         Guide – → Bo Berg; Kind of trip Trade fair → Customer visit; Receipts – → 1 file; Urgent no → yes."
    );
    for line in told.iter().chain(&desk.told(Locale::ZhCn)) {
        assert!(
            !line.contains(['`', '{', '[']) && !line.contains("null") && !line.contains("file_"),
            "{line}"
        );
    }
}

#[test]
fn a_workflow_is_told_with_its_branches_numbered() {
    let document = check(TRIP, &Surroundings::default()).document.unwrap();
    let told = prose(&document, Locale::En);
    for line in [
        "1. CEO: cleo@acme.example decides; all must approve. A rejection returns it to the requester, at most 2 times.",
        "2. By budget: The first case that holds:",
        "   2a. Where Urgent is no and Budget is under 100:",
        "   2a.1. The request ends here: approved.",
        "   2b. Where the working days of Days away is over 5 or Extras include Rail card:",
        "   2b.1. IT team: whoever holds the role finance decides",
        "   2c. Otherwise: on with the next step.",
        "   3a. CFO:",
        "   3a.1. CFO: whoever holds",
        "   3b. Line:",
        "Due: 2 hours. Late: they, the requester and the owners are told. 1 day late: it is approved.",
    ] {
        assert!(told.contains(line), "{line} in\n{told}");
    }
    assert!(!told.contains('`') && !told.contains("0 seconds"), "{told}");
}

#[test]
fn the_rejected_end_is_drawn() {
    let Some(Document::Workflow(workflow)) = check(TRIP, &Surroundings::default()).document else {
        panic!("no workflow")
    };
    let drawn = mermaid(&workflow, Locale::En);
    for part in [
        "n2[\"CEO<br/>only where (Kind of trip is Trade fair and Budget is at least 1000) or Urgent is yes<br/>",
        "|\"Urgent is no and Budget is under 100\"|",
        "|\"CFO\"|",
        "within 2 hours; late: noted, 1 day later counts as approved<br/>may change Kind of trip, Budget",
        "([\"Rejected\"])\n    n2 -->|\"after 2 returns\"| n",
        "-->|\"rejected\"| n",
        "-->|\"not approved\"| n",
    ] {
        assert!(drawn.contains(part), "{part} in\n{drawn}");
    }
    let drawn = svg(&workflow, Locale::En);
    assert!(
        drawn.contains(">Rejected</text>") && drawn.contains(">after 2 returns</text>"),
        "{drawn}"
    );
    assert!(!drawn.contains("0 seconds"));

    let mut desk = Desk::expense();
    desk.submit("1800.00");
    let task = desk.task("bo");
    let comment = Some("No".to_owned());
    desk.act("bo", &Command::Reject { task, comment }).unwrap();
    let names = |id: UserId| id.to_string();
    let telling = Telling {
        names: &names,
        zone: chrono_tz::UTC,
        locale: Locale::En,
        workflow: None,
    };
    let drawn = mermaid_of(&desk.workflow, &desk.state, &telling);
    assert!(
        drawn.contains("([\"Approved\"]):::off") && drawn.contains("([\"Rejected\"]):::no"),
        "{drawn}"
    );
    assert!(svg_of(&desk.workflow, &desk.state, &telling).contains("✗ Rejected"));
}
