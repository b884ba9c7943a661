//! Dates are read where the person works: in the zone of their place, else in the tenant's.

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::{Command, Facts, Refusal, State, Surroundings, apply, check, decide};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::{Calendar, Calendars, Place};
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use serde_json::{Value as Json, json};

use crate::around::NO_TABLES;

const CLAIM: &str = "workflow: claim
title: Claim
owners: {role: admin}
number: C-{counter}
people:
  cleo: {}
  wei: {country: CN}
  mei: {country: CN, manager: cleo}
  hal: {manager: wei}
  ada: {roles: [admin]}
form:
  spent_on: {type: date, required: true, max: today}
  filed_on: {type: date, max: request.submitted_at}
checks:
  - when: filed_on is not empty and request.submitted_at < filed_on
    refuse: Filed in the future.
steps:
  - approval: manager
    by: {manager_of: requester}
    deadline: spent_on + 3 days
";

struct Company {
    workflow: Workflow,
    calendars: Calendars,
}

impl Company {
    fn new() -> Self {
        let checked = check(CLAIM, &Surroundings::default());
        let Some(Document::Workflow(workflow)) = checked.document else {
            panic!("{:?}", checked.findings)
        };
        let china = Calendar {
            place: Some(Place::Country("CN".into())),
            ..Calendar::nine_to_five("china", chrono_tz::Asia::Shanghai)
        };
        let calendars = Calendars::new(vec![Calendar::nine_to_five("default", chrono_tz::UTC), china]);
        Self {
            workflow: *workflow,
            calendars,
        }
    }

    fn who(&self, name: &str) -> UserId {
        let directory = &self.workflow.people.as_ref().unwrap().directory;
        directory.by_email(&format!("{name}@example.com")).unwrap().id
    }

    /// Submitted at this instant by a tenant of Berlin.
    fn submit(&self, who: &str, now: &str, form: Json) -> Result<State, Refusal> {
        let facts = Facts {
            now: now.parse().unwrap(),
            actor: Actor::User(self.who(who)),
            directory: &self.workflow.people.as_ref().unwrap().directory,
            calendars: &self.calendars,
            tables: &NO_TABLES,
            currency: Currency::EUR,
            zone: chrono_tz::Europe::Berlin,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        };
        let submit = Command::Submit {
            version: 1,
            number: "C-1".into(),
            requester: None,
            starter: None,
            form,
        };
        let mut state = State::new(RequestId(uuid::Uuid::from_u128(7)));
        for event in decide(&self.workflow, &state, &submit, &facts)? {
            apply(&mut state, &event);
        }
        Ok(state)
    }
}

#[test]
fn today_is_the_day_where_the_requester_works() {
    let company = Company::new();
    for (who, now, day, fits) in [
        ("hal", "2027-05-10T22:30:00Z", "2027-05-11", true), // past midnight in Berlin
        ("hal", "2027-05-10T22:30:00Z", "2027-05-12", false),
        ("hal", "2027-05-10T17:00:00Z", "2027-05-11", false),
        ("mei", "2027-05-10T17:00:00Z", "2027-05-11", true), // one o'clock in Shanghai
        ("mei", "2027-05-10T17:00:00Z", "2027-05-12", false),
        ("mei", "2027-05-10T15:59:00Z", "2027-05-11", false),
        ("hal", "2027-03-28T00:30:00Z", "2027-03-28", true), // the night in which Berlin's clocks go forward
    ] {
        for field in ["spent_on", "filed_on"] {
            let mut form = json!({"spent_on": "2027-01-01"});
            form[field] = json!(day);
            let done = company.submit(who, now, form);
            assert_eq!(done.is_ok(), fits, "{who} {now} {field} {day}: {done:?}");
        }
    }
}

#[test]
fn a_bound_is_told_as_the_day_that_it_is_there() {
    let company = Company::new();
    let form = json!({"spent_on": "2027-01-01", "filed_on": "2027-05-12"});
    let Err(Refusal::Form(faults)) = company.submit("mei", "2027-05-10T17:00:00Z", form) else {
        panic!("it is in the future")
    };
    assert_eq!(faults[0].text.get(Locale::En), "At most 2027-05-11.");
}

#[test]
fn a_day_by_which_to_answer_ends_where_the_approver_works() {
    let company = Company::new();
    for (who, due) in [("hal", "2027-05-04T16:00:00Z"), ("mei", "2027-05-04T22:00:00Z")] {
        let form = json!({"spent_on": "2027-05-01"});
        let state = company.submit(who, "2027-05-03T09:00:00Z", form).unwrap();
        let seat = state.open_seats().next().unwrap();
        assert_eq!(seat.due, Some(due.parse().unwrap()), "{who}");
    }
}
