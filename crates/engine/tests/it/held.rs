//! What becomes of a held request: tried again, gone on without the step, moved to a newer version.

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::refusal::Restriction;
use countersign_engine::stored::EVENT_FORMAT;
use countersign_engine::{
    Command, Event, Facts, Refusal, State, Status, Surroundings, Telling, Verb, apply, check, decide, fold,
    mermaid_of, move_to, obstacles, possible, tell,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use serde_json::json;
use uuid::Uuid;

use crate::around::NO_TABLES;

const HEAD: &str = "workflow: w
title: W
owners: {role: finance}
people:
  cleo: {}
  bo: {manager: cleo}
  ann: {manager: bo}
  dan: {manager: cleo, roles: [finance]}
  eve: {manager: cleo, roles: [finance]}
  ada: {roles: [admin]}
form:
  amount: {type: number, required: true}
";
const STEPS: &str = "steps:
  - {approval: boss, title: Boss, by: {manager_of: requester}}
  - {approval: lawyer, title: Lawyer, by: {role: legal}}
  - {approval: finance, title: Finance, by: {role: finance}, need: any}
";

struct Play {
    workflow: Workflow,
    directory: Directory,
    calendars: Calendars,
    publisher: Option<UserId>,
    state: State,
    events: Vec<Event>,
}

impl Play {
    /// Ann's request, held where nobody has the role that is asked, after Bo has approved.
    fn held() -> Self {
        let mut play = Self::of(STEPS);
        let task = play.state.open_seats().next().unwrap().task;
        let approve = Command::Approve {
            task,
            comment: None,
            form: None,
        };
        play.act("bo", &approve).unwrap();
        assert_eq!(play.state.status, Status::Held);
        play
    }

    fn of(steps: &str) -> Self {
        let workflow = read(steps);
        let directory = workflow.people.as_ref().unwrap().directory.clone();
        let mut play = Self {
            workflow,
            directory,
            calendars: Calendars::default(),
            publisher: None,
            state: State::new(RequestId(Uuid::from_u128(
                0x0190_0000_0000_7000_8000_0000_0000_0005,
            ))),
            events: Vec::new(),
        };
        let submit = Command::Submit {
            version: 1,
            number: "W-1".into(),
            requester: None,
            starter: None,
            form: json!({"amount": 10}),
        };
        play.act("ann", &submit).unwrap();
        play
    }

    fn who(&self, name: &str) -> UserId {
        let found = self.directory.by_email(&format!("{name}@example.com"));
        found.unwrap().id
    }

    fn facts(&self, name: &str) -> Facts<'_> {
        Facts {
            now: "2026-01-05T08:00:00Z".parse().unwrap(),
            actor: Actor::User(self.who(name)),
            directory: &self.directory,
            calendars: &self.calendars,
            tables: &NO_TABLES,
            currency: Currency::EUR,
            zone: chrono_tz::UTC,
            publisher: self.publisher.map(Into::into),
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        }
    }

    fn act(&mut self, name: &str, command: &Command) -> Result<(), Refusal> {
        let events = decide(&self.workflow, &self.state, command, &self.facts(name))?;
        self.keep(events);
        Ok(())
    }

    fn keep(&mut self, events: Vec<Event>) {
        for event in &events {
            apply(&mut self.state, event);
        }
        self.events.extend(events);
        assert_eq!(
            self.state,
            fold(self.state.id, &self.events),
            "the history leads there"
        );
    }

    fn gives(&mut self, name: &str, role: &str) {
        let who = self.who(name);
        self.directory
            .people
            .get_mut(&who)
            .unwrap()
            .roles
            .insert(role.into());
    }

    fn asked(&self) -> Vec<String> {
        let holder = |id: UserId| self.directory.person(id).unwrap().name.clone();
        let mut asked: Vec<String> = self.state.open_seats().map(|seat| holder(seat.holder)).collect();
        asked.sort();
        asked
    }

    fn told(&self, locale: Locale) -> String {
        let names = |id: UserId| self.directory.person(id).unwrap().name.clone();
        let telling = Telling {
            names: &names,
            zone: chrono_tz::UTC,
            locale,
            workflow: None,
        };
        let all = self.events.iter().map(|event| tell(event, &self.state, &telling));
        all.collect::<Vec<_>>().join("\n")
    }

    fn verbs(&self, name: &str) -> Vec<Verb> {
        possible(&self.workflow, &self.state, &self.facts(name))
    }
}

fn read(steps: &str) -> Workflow {
    let checked = check(&format!("{HEAD}{steps}"), &Surroundings::default());
    match checked.document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{:?}", checked.findings),
    }
}

fn retry() -> Command {
    Command::Retry {
        step: None,
        comment: None,
    }
}

fn skip() -> Command {
    Command::Skip {
        step: Some("lawyer".into()),
        comment: Some("The contract is a standard one.".into()),
    }
}

#[test]
fn what_is_mended_is_tried_again_by_an_owner_or_an_admin() {
    let mut play = Play::held();
    assert!(matches!(
        play.act("ada", &retry()),
        Err(Refusal::StillHeld { .. })
    ));
    assert_eq!(play.act("bo", &retry()), Err(Refusal::NotAnOwner));
    assert_eq!(play.act("ann", &retry()), Err(Refusal::OwnRequest));
    play.gives("cleo", "legal");
    play.act("ada", &retry()).unwrap();
    assert_eq!(
        (play.state.status, play.asked()),
        (Status::Open, vec!["Cleo".to_owned()])
    );
    assert!(play.told(Locale::En).contains("Ada had \"Lawyer\" tried again."));
    assert_eq!(
        play.act("ada", &retry()),
        Err(Refusal::NotHeld { status: Status::Open })
    );
}

#[test]
fn a_step_is_left_out_with_a_reason_that_stands_in_the_history() {
    let mut play = Play::held();
    let wordless = Command::Skip {
        step: None,
        comment: Some(" ".into()),
    };
    assert_eq!(
        play.act("dan", &wordless),
        Err(Refusal::CommentNeeded { verb: Verb::Skip })
    );
    assert_eq!(play.act("ann", &skip()), Err(Refusal::OwnRequest));
    assert!(
        play.verbs("dan")
            .ends_with(&[Verb::Retry, Verb::Skip, Verb::Move])
    );
    play.act("dan", &skip()).unwrap();
    assert_eq!(play.asked(), ["Dan", "Eve"], "finance is next");
    let told = play.told(Locale::En);
    assert!(
        told.contains("Dan went on without \"Lawyer\": The contract is a standard one."),
        "{told}"
    );
    assert!(play.told(Locale::ZhCn).contains("Dan 跳过了“Lawyer”"));
    let names = |id: UserId| play.directory.person(id).unwrap().name.clone();
    let telling = Telling {
        names: &names,
        zone: chrono_tz::UTC,
        locale: Locale::En,
        workflow: None,
    };
    let drawn = mermaid_of(&play.workflow, &play.state, &telling);
    assert!(drawn.contains("skipped by Dan"), "{drawn}");
    let newest: Vec<bool> = play
        .events
        .iter()
        .map(|event| event.format() > EVENT_FORMAT)
        .collect();
    assert_eq!(newest.iter().filter(|newest| **newest).count(), 1);
    assert!(play.events.iter().all(|event| event.format() >= EVENT_FORMAT));
    assert!(play.state.outcomes["lawyer"].by == [play.who("dan")]);
}

#[test]
fn nobody_leaves_out_a_step_of_a_version_that_they_published() {
    let mut play = Play::held();
    play.publisher = Some(play.who("dan"));
    assert!(!play.verbs("dan").contains(&Verb::Skip) && play.verbs("eve").contains(&Verb::Skip));
    assert!(matches!(
        play.act("dan", &skip()),
        Err(Refusal::Restricted {
            why: Restriction::OwnRule,
            ..
        })
    ));
}

#[test]
fn a_newer_version_takes_a_held_request_over() {
    let mut play = Play::held();
    let newer = read(&STEPS.replace("role: legal", "user: cleo@example.com").replace(
        "  - {approval: lawyer",
        "  - {approval: new, by: {role: admin}}\n  - {approval: lawyer",
    ));
    assert!(obstacles(&play.workflow, &newer, 2, &play.state, &play.facts("dan")).is_empty());
    let other = move_to(&play.workflow, &newer, 2, None, &play.state, &play.facts("bo"));
    assert_eq!(other, Err(Refusal::NotAnOwner));
    let events = move_to(&play.workflow, &newer, 2, None, &play.state, &play.facts("dan")).unwrap();
    play.workflow = newer;
    play.keep(events.events);
    assert_eq!(
        (play.state.workflow_version, play.state.status),
        (2, Status::Open)
    );
    assert_eq!(
        play.asked(),
        ["Cleo"],
        "the step begins anew, and what is new before it is past"
    );
    assert!(
        play.told(Locale::En)
            .contains("Dan moved the request to version 2 of its workflow.")
    );
    let task = play.state.open_seats().next().unwrap().task;
    let approve = Command::Approve {
        task,
        comment: None,
        form: None,
    };
    play.act("cleo", &approve).unwrap();
    assert_eq!(play.asked(), ["Dan", "Eve"], "it goes on behind it");
}

#[test]
fn a_move_says_what_stands_in_its_way() {
    let both = "steps:
  - parallel: both
    title: Both
    need: all
    branches:
      one: [{approval: boss, title: Boss, by: {manager_of: requester}}]
      two: [{approval: lawyer, title: Lawyer, by: {role: legal}}]
";
    let play = Play::of(both);
    let why = |steps: &str| -> Vec<String> {
        let all = obstacles(&play.workflow, &read(steps), 2, &play.state, &play.facts("dan"));
        all.iter()
            .map(|reason| reason.get(Locale::En).to_owned())
            .collect()
    };
    assert_eq!(why(&both.replace("role: legal", "role: finance")), [""; 0]);
    assert_eq!(
        why(&both.replace("{manager_of: requester}", "{role: finance}")),
        ["\"Boss\" is under way, and goes otherwise in that version."]
    );
    assert_eq!(
        why(&both.replace("approval: lawyer", "approval: counsel")),
        ["\"Lawyer\" does not stand in that version where it stands in this one."]
    );
    assert_eq!(
        why(&both.replace(
            "      two:",
            "      three: [{approval: third, by: {role: finance}}]\n      two:"
        )),
        ["\"Both\" is under way, and goes otherwise in that version."]
    );
}
