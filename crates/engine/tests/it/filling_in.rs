//! A form while it is being filled in.

use countersign_engine::definition::Workflow;
use countersign_engine::form::{accept, fill};
use serde_json::{Value as Json, json};

use crate::forms::{Submitted, of_fields};

const TRIP: &str = "
  kind: {type: choice, options: [fair, visit], required: true}
  client: {type: text, show_when: kind == 'visit', required: true}
  amount: {type: money, required: true}
  receipt: {type: text, required: amount > 25}
  lines:
    type: list
    fields:
      what: {type: text, required: true}
      why: {type: text, required: what == 'other'}
  twice: {type: computed, is: amount * 2}
  seats: {type: integer, default: 1}
";

fn states(trip: &Workflow, sent: &Json) -> Vec<(String, bool, bool)> {
    let filled = fill(&trip.form, sent.as_object().unwrap(), &Submitted);
    let fields = filled.fields.into_iter();
    fields
        .map(|field| (field.pointer, field.shown, field.required))
        .collect()
}

fn state(trip: &Workflow, sent: &Json, pointer: &str) -> (bool, bool) {
    let states = states(trip, sent);
    let found = states.iter().find(|(at, ..)| at == pointer);
    let (_, shown, required) = found.unwrap_or_else(|| panic!("no {pointer} in {states:?}"));
    (*shown, *required)
}

#[test]
fn what_is_shown_and_needed_follows_what_is_filled_in() {
    let trip = of_fields(TRIP);
    let empty = json!({});
    let names: Vec<String> = states(&trip, &empty).into_iter().map(|(at, ..)| at).collect();
    assert_eq!(
        names,
        [
            "/kind", "/client", "/amount", "/receipt", "/lines", "/twice", "/seats"
        ],
        "in the order of the form"
    );
    assert_eq!(state(&trip, &empty, "/kind"), (true, true));
    assert_eq!(state(&trip, &empty, "/client"), (false, false));
    let visit = json!({"kind": "visit", "amount": {"amount": "25.01"}, "lines": [{"what": "other"}, {}]});
    assert_eq!(state(&trip, &visit, "/client"), (true, true));
    assert_eq!(state(&trip, &visit, "/receipt"), (true, true));
    assert_eq!(state(&trip, &visit, "/lines/0/why"), (true, true));
    assert_eq!(state(&trip, &visit, "/lines/1/why"), (true, false));
    let given = json!({"amount": {"amount": "25.01"}, "receipt": "R-1"});
    assert_eq!(
        state(&trip, &given, "/receipt"),
        (true, true),
        "needed, though it is there"
    );
    let filled = fill(&trip.form, visit.as_object().unwrap(), &Submitted);
    assert_eq!(filled.content["twice"]["amount"], json!("50.02"));
    assert_eq!(filled.content["seats"], json!(1));
}

#[test]
fn it_says_of_what_is_wrong_what_a_submission_would_say() {
    let trip = of_fields(TRIP);
    for sent in [
        json!({}),
        json!({"kind": "fair", "client": "Nord", "amount": {"amount": "3"}}),
        json!({"kind": "party", "amount": 7, "lines": [{"wat": 1}, 5], "twice": 3}),
        json!({"kind": "fair", "amount": {"amount": "30.00"}, "receipt": "R-1"}),
    ] {
        let filled = fill(&trip.form, sent.as_object().unwrap(), &Submitted);
        match accept(&trip.form, &sent, &Submitted) {
            Ok(content) => assert_eq!((filled.content, filled.faults), (content, Vec::new())),
            Err(faults) => assert_eq!(filled.faults, faults, "{sent}"),
        }
    }
}
