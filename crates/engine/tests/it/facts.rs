//! Facts: which earlier requests a submission asks for, what they come to, and what is wrong with how they are written.

use std::collections::BTreeMap;

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::lookup::{LOOKED_AT_MOST, Submission, earlier};
use countersign_engine::state::State;
use countersign_engine::{Facts, Refusal, Status, Surroundings, check, explain, form, prose};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::id::RequestId;
use countersign_kernel::text::Locale;
use serde_json::{Map, Value as Json, json};

use crate::around::{NO_TABLES, around as shipped};

/// The sample company, with a workflow whose days are a number.
fn around() -> Surroundings {
    const ABSENCE: &str = "workflow: absence\ntitle: Absence\nowners: {role: hr}\nform:\n  days: {type: number, required: true}\n  kind: {type: choice, options: [annual, sick], required: true}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
    let mut around = shipped();
    let summary = form::summary(&in_(ABSENCE, &around));
    around.workflows.insert("absence".to_owned(), summary);
    around
}

const CLAIM: &str = include_str!("stories/facts.yaml");

fn workflow(text: &str) -> Workflow {
    in_(text, &around())
}

fn in_(text: &str, around: &Surroundings) -> Workflow {
    let checked = check(text, around);
    match checked.document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{:#?}", checked.findings),
    }
}

/// Asks about ann's submission of this form at this instant.
fn ask<T>(workflow: &Workflow, now: &str, form: &Json, ask: impl FnOnce(&Submission<'_>) -> T) -> T {
    let around = around();
    let calendars = Calendars::new(around.calendars.clone());
    let ann = around.people.id("ann").unwrap();
    let facts = Facts {
        now: now.parse().unwrap(),
        actor: Actor::User(ann),
        directory: &around.people.directory,
        calendars: &calendars,
        tables: &NO_TABLES,
        currency: around.currency,
        zone: around.zone,
        publisher: None,
        looked_up: Map::new(),
        standings: countersign_engine::Standings::default(),
    };
    ask(&Submission {
        definition: workflow,
        state: &State::new(RequestId(uuid::Uuid::nil())),
        form,
        requester: ann,
        facts: &facts,
    })
}

fn forms(all: &[Json]) -> Vec<Map<String, Json>> {
    all.iter().map(|form| form.as_object().unwrap().clone()).collect()
}

/// What facts of these earlier forms are.
fn known(form: &Json, found: &[(&str, &[Json])]) -> Result<Map<String, Json>, Refusal> {
    let found: BTreeMap<String, Vec<Map<String, Json>>> = found
        .iter()
        .map(|(fact, all)| ((*fact).to_owned(), forms(all)))
        .collect();
    ask(&workflow(CLAIM), "2026-03-02T09:00:00Z", form, |one| {
        one.facts(&found)
    })
}

#[test]
fn a_submission_asks_for_the_requests_of_its_periods() {
    let claim = workflow(CLAIM);
    // Half an hour past midnight in Berlin, where ann works, is still the day before by the clock of the world.
    let asked = ask(&claim, "2026-03-01T23:30:00Z", &json!({}), earlier);
    let told: Vec<(&str, &str, String)> = asked
        .iter()
        .map(|one| (one.fact.as_str(), one.workflow.as_str(), one.since.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            ("this_month", "claim", "2026-02-28T23:00:00.000Z".to_owned()),
            ("claims", "claim", "2025-12-01T23:30:00.000Z".to_owned()),
            ("days_away", "absence", "2025-12-31T23:00:00.000Z".to_owned()),
        ],
        "of a colleague who is not named nothing is asked"
    );
    let live = [Status::Open, Status::Returned, Status::Held, Status::Approved];
    assert_eq!(asked[0].statuses, [Status::Approved]);
    assert_eq!(asked[1].statuses, live);
    let bo = around().people.id("bo").unwrap();
    let of_bo = ask(&claim, "2026-03-01T23:30:00Z", &json!({"colleague": bo}), earlier);
    assert!(
        of_bo
            .iter()
            .any(|one| one.fact == "of_kind" && one.requester == bo)
    );
}

#[test]
fn sums_count_what_the_condition_lets_through() {
    let eur =
        |amount: &str, kind: &str| json!({"kind": kind, "amount": {"amount": amount, "currency": "EUR"}});
    let earlier = [
        eur("10.00", "meals"),
        eur("9.99", "meals"),
        eur("20.50", "travel"),
        eur("30.01", "meals"),
    ];
    let facts = known(
        &json!({"kind": "meals", "amount": {"amount": "1.00", "currency": "EUR"}}),
        &[
            ("this_month", &earlier),
            ("claims", &earlier),
            ("of_kind", &earlier),
            (
                "days_away",
                &[
                    json!({"days": "2.5"}),
                    json!({"days": 3}),
                    json!({"reason": "of an older form"}),
                ],
            ),
        ],
    );
    let facts = facts.unwrap();
    assert_eq!(facts["this_month"], json!({"amount": "70.50", "currency": "EUR"}));
    assert_eq!(facts["of_kind"], json!({"amount": "40.01", "currency": "EUR"}));
    assert_eq!(
        (facts["claims"].to_string(), facts["days_away"].to_string()),
        ("4".to_owned(), "5.5".to_owned())
    );
    let none = known(&json!({}), &[]).unwrap();
    assert_eq!(none["this_month"], json!({"amount": "0.00", "currency": "EUR"}));
    assert_eq!(none["claims"].to_string(), "0");
}

#[test]
fn what_cannot_be_known_refuses_the_submission() {
    let dollars = json!({"kind": "meals", "amount": {"amount": "1.00", "currency": "USD"}});
    let refused = known(&json!({}), &[("this_month", &[dollars])]).unwrap_err();
    let text = refused.text(Locale::En);
    assert!(
        text.contains("`this_month` cannot be known: USD and EUR do not compare"),
        "{text}"
    );
    let many = vec![json!({}); LOOKED_AT_MOST + 1];
    let text = known(&json!({}), &[("claims", &many)])
        .unwrap_err()
        .text(Locale::En);
    assert!(text.contains("more than 10000 earlier requests"), "{text}");
}

#[test]
fn a_file_is_told_again_with_its_facts() {
    let claim = Document::Workflow(Box::new(workflow(CLAIM)));
    let again = explain(&claim);
    assert!(
        again.contains("    status: [open, returned, held, approved]"),
        "{again}"
    );
    assert_eq!(explain(&Document::Workflow(Box::new(workflow(&again)))), again);
    let said = prose(&claim, Locale::En);
    for sentence in [
        "Looked up at each submission: Claimed this month, the sum of \"Amount\" of the requests like this the requester submitted in the same month (approved).",
        "Looked up at each submission: Claims, how many requests like this the requester submitted in the 90 days before (open, returned, held, approved).",
        "Refused where (Claimed this month",
    ] {
        assert!(said.contains(sentence), "{sentence}\n{said}");
    }
    assert!(prose(&claim, Locale::ZhCn).contains("每次提交时查询"));
}

#[test]
fn slips_are_told_with_the_remedy() {
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        ("{of: sample, in: month}", "missing-key", "`sum` or `count`", "`count: requests`"),
        ("{sum: amount, count: requests, of: sample, in: month}", "two-kinds", "not both", "two facts"),
        ("{sum: amuont, of: sample, in: month}", "unknown-name", "no field `amuont`", "`amount`"),
        ("{sum: purpose, of: sample, in: month}", "type-mismatch", "is a text", "Amounts and numbers"),
        ("{sum: days, of: absence, in: month}", "type-mismatch", "is a number", "`type: number`"),
        ("{count: requests, of: absense, in: month}", "unknown-workflow", "`absense`", "`absence`"),
        ("{count: requests, of: sample, in: months}", "bad-duration", "`months`", "`month`"),
        ("{count: requests, of: sample, in: 2 working days}", "bad-duration", "`2 working days`", "`90 days`"),
        ("{count: requests, of: sample, in: 4000 days}", "bad-duration", "ten years", "`90 days`"),
        ("{count: requests, of: sample, in: month, status: aproved}", "unknown-word", "`aproved`", "`approved`"),
        ("{count: requests, of: sample, in: month, for: requestor}", "unknown-name", "`requestor`", "`requester`"),
        ("{count: requests, of: sample, in: month, where: amount > 5}", "", "", ""),
        ("{count: requests, of: sample, in: month, where: other.amuont > 5}", "unknown-name", "no `.amuont`", "`other.amount`"),
        ("{count: requests, of: absence, in: month, where: other.knd == 'annual'}", "unknown-name", "no field `knd`", "`kind`"),
        ("{count: requests, of: sample, in: month, where: earlier > 5}", "unknown-name", "`earlier`", ""),
        ("{counts: requests, of: sample, in: month}", "unknown-key", "`counts`", "`count`"),
    ];
    for (fact, code, words, hint) in table {
        let text = format!(
            "workflow: sample\ntitle: Sample\nowners: {{role: finance}}\nform:\n  amount: {{type: money, required: true}}\n  purpose: {{type: text}}\nfacts:\n  earlier: {fact}\nchecks:\n  - when: earlier == 5\n    warn: Five\nsteps:\n  - approval: manager\n    by: {{manager_of: requester}}\n"
        );
        let found = check(&text, &around()).findings;
        let fits = |one: &countersign_engine::finding::Finding| {
            let said = one.hint.as_ref().map_or("", |hint| hint.en.as_str());
            one.code == code && one.line == 8 && one.message.en.contains(words) && said.contains(hint)
        };
        let right = if code.is_empty() {
            found.is_empty()
        } else {
            found.len() == 1 && fits(&found[0])
        };
        assert!(right, "{fact}\n{found:#?}");
    }
}
