//! What would come of a request.

use countersign_engine::{next, simulate};
use countersign_kernel::text::Locale;
use serde_json::json;

use crate::judgement::{Desk, form, submission};

#[test]
fn a_simulation_says_who_would_be_asked_and_why() {
    let desk = Desk::expense();
    let told = simulate(
        &desk.workflow,
        &form("1800.00"),
        desk.who("ann"),
        &desk.facts("ann"),
    )
    .unwrap()
    .to_json(Locale::En);
    assert_eq!(told["outcome"], "approved");
    let states: Vec<(&str, &str)> = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["step"].as_str().unwrap(), step["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [("by-amount", "done"), ("manager", "asked"), ("finance", "asked")]
    );
    assert_eq!(
        told["steps"][1]["who"][0]["why"],
        "Bo Berg, as manager of Ann Ames."
    );
    assert_eq!(told["steps"][2]["who"].as_array().unwrap().len(), 2);
    let mut desk = Desk::expense();
    desk.submit("700.00");
    desk.approve("bo").unwrap();
    let told = next(&desk.workflow, &desk.state, &desk.facts("ann")).to_json(Locale::En);
    assert_eq!(
        told["steps"][0]["state"], "open",
        "equipment is finance's too: {told}"
    );
}

#[test]
fn a_simulation_lets_time_pass_and_supposes_what_is_filled_in() {
    let mut desk = Desk::of(include_str!("stories/waits.yaml"));
    let form = json!({"start": "2026-02-02", "amount": {"amount": "2000.00", "currency": "EUR"}});
    let told = simulate(&desk.workflow, &form, desk.who("ann"), &desk.facts("ann")).unwrap();
    let steps: Vec<(&str, &str)> = told
        .steps
        .iter()
        .map(|one| (one.step.as_str(), one.state.word()))
        .collect();
    assert_eq!(
        steps,
        [
            ("manager", "asked"),
            ("cooling-off", "waits"),
            ("preparation", "done"),
            ("rooms", "done"),
            ("desk", "asked"),
            ("check", "asked"),
            ("painted", "waits"),
            ("move", "asked"),
            ("begin", "waits"),
            ("welcome", "asked"),
            ("end-approved", "ends"),
        ]
    );
    assert_eq!(told.outcome.word(), "approved");
    let due = |step: &str| {
        told.steps
            .iter()
            .find(|one| one.step == step)
            .unwrap()
            .due
            .unwrap()
            .to_string()
    };
    assert_eq!(due("cooling-off"), "2026-01-08T08:00:00.000Z");
    assert_eq!(due("painted"), "2026-01-10T08:00:00.000Z");
    assert_eq!(due("begin"), "2026-02-01T23:00:00.000Z");
    let command = submission("HIR-1", None, form);
    desk.act("ann", &command).unwrap();
    desk.approve("bo").unwrap();
    let to_come = next(&desk.workflow, &desk.state, &desk.facts("ann"));
    assert_eq!(to_come.steps[0].state.word(), "waits");
    assert_eq!(to_come.steps[0].due, told.steps[1].due);
    assert_eq!(to_come.outcome.word(), "approved");
    let current = desk.state.current();
    assert_eq!(
        (current[0].step, current[0].due),
        ("cooling-off", told.steps[1].due)
    );
    assert!(current[0].seats.is_empty());
}
