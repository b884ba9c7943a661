//! The judgement as `oa` uses it: one command, one outcome, and words for everybody else.

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::refusal::Class;
use countersign_engine::stored::belongs;
use countersign_engine::{
    Command, Event, Facts, Refusal, State, Surroundings, Telling, Verb, allowed, apply, check, decide,
    may_still_change, mermaid_of, possible, svg, svg_of, tell, why,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, TaskId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use serde_json::{Value, json};

use crate::around::NO_TABLES;

pub(crate) struct Desk {
    pub(crate) workflow: Workflow,
    directory: Directory,
    calendars: Calendars,
    pub(crate) state: State,
    events: Vec<Event>,
}

impl Desk {
    pub(crate) fn expense() -> Self {
        Self::of(include_str!("stories/expense.yaml"))
    }

    pub(crate) fn of(text: &str) -> Self {
        let checked = check(text, &Surroundings::default());
        let Some(Document::Workflow(workflow)) = checked.document else {
            panic!("{:?}", checked.findings)
        };
        let directory = countersign_engine::people::sample().directory;
        let id = RequestId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
        Self {
            workflow: *workflow,
            directory,
            calendars: Calendars::default(),
            state: State::new(id),
            events: Vec::new(),
        }
    }

    pub(crate) fn who(&self, name: &str) -> UserId {
        self.directory
            .by_email(&format!("{name}@acme.example"))
            .unwrap()
            .id
    }

    pub(crate) fn facts(&self, name: &str) -> Facts<'_> {
        Facts {
            now: "2026-01-05T08:00:00Z".parse().unwrap(),
            actor: Actor::User(self.who(name)),
            directory: &self.directory,
            calendars: &self.calendars,
            tables: &NO_TABLES,
            currency: Currency::EUR,
            zone: chrono_tz::Europe::Berlin,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        }
    }

    pub(crate) fn act(&mut self, name: &str, command: &Command) -> Result<(), Refusal> {
        let events = decide(&self.workflow, &self.state, command, &self.facts(name))?;
        for event in &events {
            apply(&mut self.state, event);
        }
        self.events.extend(events);
        Ok(())
    }

    pub(crate) fn submit(&mut self, amount: &str) {
        let submit = submission("EXP-2026-00042", None, form(amount));
        self.act("ann", &submit).unwrap();
    }

    pub(crate) fn task(&self, name: &str) -> TaskId {
        let who = self.who(name);
        self.state
            .seats
            .iter()
            .rev()
            .find(|seat| seat.holder == who)
            .unwrap()
            .task
    }

    pub(crate) fn approve(&mut self, name: &str) -> Result<(), Refusal> {
        let task = self.task(name);
        self.act(
            name,
            &Command::Approve {
                task,
                comment: None,
                form: None,
            },
        )
    }

    pub(crate) fn told(&self, locale: Locale) -> Vec<String> {
        let names = |id: UserId| self.directory.person(id).unwrap().name.clone();
        let telling = Telling {
            names: &names,
            zone: chrono_tz::Europe::Berlin,
            locale,
            workflow: Some(&self.workflow),
        };
        self.events
            .iter()
            .map(|event| tell(event, &self.state, &telling))
            .collect()
    }
}

pub(crate) fn submission(number: &str, requester: Option<UserId>, form: Value) -> Command {
    Command::Submit {
        version: 3,
        number: number.into(),
        requester,
        starter: None,
        form,
    }
}

pub(crate) fn form(amount: &str) -> Value {
    json!({"purpose": "Laptop", "amount": {"amount": amount, "currency": "EUR"}, "category": "equipment",
           "spent_on": "2026-01-02", "receipt": ["file_06cxwpqe6d7rv9g1kq2tz8m4na"]})
}

#[test]
fn the_second_of_two_is_told_what_happened() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    desk.approve("bo").unwrap();
    desk.approve("dan").unwrap();
    let refusal = desk.approve("eve").unwrap_err();
    assert_eq!(refusal.class(), Class::Conflict);
    assert_eq!(refusal.code(), "request_over");
    let text = "The request is approved. Dan Diaz approved \"Finance\" at 2026-01-05T08:00:00.000Z.";
    assert_eq!(refusal.text(Locale::En), text);
    assert!(refusal.text(Locale::ZhCn).contains("Dan Diaz"));
    let twice = desk.approve("dan").unwrap_err();
    assert_eq!(twice.happened().unwrap().verb, Verb::Approve);
}

#[test]
fn everything_wrong_with_a_form_is_said_at_once_with_pointers() {
    let mut desk = Desk::expense();
    let form =
        json!({"amount": {"amount": "-1", "currency": "EUR"}, "category": "tavel", "spent": "2026-01-02"});
    let submit = submission("EXP-1", None, form);
    let refusal = desk.act("ann", &submit).unwrap_err();
    assert_eq!(refusal.class(), Class::Invalid);
    let pointers: Vec<String> = refusal.faults().into_iter().map(|fault| fault.pointer).collect();
    for wanted in ["/form/purpose", "/form/category", "/form/spent", "/form/spent_on"] {
        assert!(
            pointers.iter().any(|pointer| pointer == wanted),
            "{wanted} in {pointers:?}"
        );
    }
}

#[test]
fn the_history_explains_each_step() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    desk.approve("bo").unwrap();
    let told = desk.told(Locale::En);
    for wanted in [
        "Ann Ames submitted EXP-2026-00042.",
        "\"By amount\": no case holds (Amount: 1800.00 EUR).",
        "\"Manager\" asks Bo Berg, as manager of Ann Ames. Due 2026-01-07 09:00.",
        "Bo Berg approved \"Manager\".",
        "\"Finance\" asks Dan Diaz, in the role finance.",
    ] {
        assert!(told.iter().any(|line| line == wanted), "{wanted} in {told:#?}");
    }
    let told = desk.told(Locale::ZhCn);
    assert!(
        told.iter()
            .any(|line| line == "“Manager”询问 Bo Berg（Ann Ames 的上级）。截止 2026-01-07 09:00。"),
        "{told:#?}"
    );
    let names = |id: UserId| desk.directory.person(id).unwrap().name.clone();
    let telling = Telling {
        names: &names,
        zone: chrono_tz::UTC,
        locale: Locale::En,
        workflow: Some(&desk.workflow),
    };
    let seat = desk.state.open_seats().next().unwrap();
    assert!(why(&desk.state, seat, &telling).ends_with("in the role finance."));
}

#[test]
fn what_people_wrote_is_kept_apart_and_can_be_erased() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    let task = desk.task("bo");
    desk.act(
        "bo",
        &Command::Reject {
            task,
            comment: Some("Too dear for me.".into()),
        },
    )
    .unwrap();
    let all: Vec<(Value, Option<Value>)> = desk.events.iter().map(|event| event.split().unwrap()).collect();
    let bodies: String = all.iter().map(|(body, _)| body.to_string()).collect();
    assert!(
        !bodies.contains("Too dear") && !bodies.contains("Ann Ames"),
        "{bodies}"
    );
    let with: Vec<&(Value, Option<Value>)> = all.iter().filter(|(_, private)| private.is_some()).collect();
    assert_eq!(with.len(), 2, "the requester's attributes, and the words");
    assert!(
        with.iter()
            .all(|(body, private)| belongs(body, private.as_ref().unwrap()))
    );
    assert!(!belongs(&with[0].0, &json!({"comment": "forged"})));
}

#[test]
fn verbs_are_offered_to_those_who_may_use_them() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    let seat = desk.state.open_seats().next().unwrap().clone();
    let verbs = [
        Verb::Approve,
        Verb::Reject,
        Verb::Return,
        Verb::Transfer,
        Verb::AddApprover,
        Verb::Comment,
    ];
    assert_eq!(
        allowed(&desk.workflow, &desk.state, &seat, &desk.facts("bo")),
        verbs
    );
    assert_eq!(
        allowed(&desk.workflow, &desk.state, &seat, &desk.facts("ann")),
        []
    );
    assert_eq!(
        possible(&desk.workflow, &desk.state, &desk.facts("ann")),
        [Verb::Withdraw, Verb::Comment, Verb::Recall, Verb::Urge]
    );
    desk.approve("bo").unwrap();
    assert_eq!(
        possible(&desk.workflow, &desk.state, &desk.facts("ann")),
        [Verb::Comment, Verb::Urge]
    );
    assert_eq!(possible(&desk.workflow, &desk.state, &desk.facts("hal")), []);
    let change = may_still_change(&desk.workflow, "manager");
    assert_eq!(
        change
            .iter()
            .map(|(field, step)| (*field, step.get(Locale::En)))
            .collect::<Vec<_>>(),
        [("category", "Finance")]
    );
}

#[test]
fn pictures_are_drawn_in_both_languages_with_marks() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    desk.approve("bo").unwrap();
    let names = |id: UserId| desk.directory.person(id).unwrap().name.clone();
    for locale in [Locale::En, Locale::ZhCn] {
        let telling = Telling {
            names: &names,
            zone: chrono_tz::Europe::Berlin,
            locale,
            workflow: Some(&desk.workflow),
        };
        let drawn = svg_of(&desk.workflow, &desk.state, &telling);
        assert!(drawn.contains("✓ Bo Berg, 2026-01-05 09:00") && drawn.contains("Dan Diaz"));
        assert!(mermaid_of(&desk.workflow, &desk.state, &telling).contains(":::open"));
    }
    assert!(svg(&desk.workflow, Locale::En).contains("Amount is under 500"));
}

#[test]
fn nobody_starts_a_request_for_somebody_else_but_hr_and_automations() {
    let mut desk = Desk::expense();
    let submit = submission("EXP-1", Some(desk.who("ann")), form("1800.00"));
    assert_eq!(desk.act("bo", &submit), Err(Refusal::ForSomebodyElse));
    let mut by_hr = Desk::expense();
    by_hr.act("fay", &submit).unwrap();
    let told = by_hr.told(Locale::En);
    assert!(told[0].contains("Fay Fox for Ann Ames submitted"), "{told:?}");
    assert_eq!(by_hr.state.starter, Some(by_hr.who("fay")));
    let facts = Facts {
        actor: Actor::Automation("won".into()),
        ..desk.facts("bo")
    };
    assert!(decide(&desk.workflow, &desk.state, &submit, &facts).is_ok());
}

#[test]
fn a_manager_is_looked_for_in_the_organisation_as_it_is_when_the_step_opens() {
    let mut desk = Desk::expense();
    let (ann, cleo) = (desk.who("ann"), desk.who("cleo"));
    let report_to = |desk: &mut Desk, manager: Option<UserId>| {
        desk.directory.people.get_mut(&ann).unwrap().manager = manager;
    };
    report_to(&mut desk, None);
    desk.submit("1800.00");
    assert_eq!(desk.state.status.word(), "held", "nobody manages Ann");
    report_to(&mut desk, Some(cleo));
    let repair = desk.task("dan");
    desk.act(
        "dan",
        &Command::Complete {
            task: repair,
            comment: None,
            form: None,
        },
    )
    .unwrap();
    assert_eq!(desk.state.status.word(), "open", "Cleo does since");
    assert!(desk.approve("cleo").is_ok());
}
