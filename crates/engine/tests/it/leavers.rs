//! Whoever leaves, or loses what they were asked for, decides nothing more, and somebody else is asked in their place.

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::refusal::{Membership, Restriction};
use countersign_engine::vocabulary::Purpose;
use countersign_engine::{
    Command, Event, Facts, Refusal, State, Status, Surroundings, Telling, apply, check, decide, tell, why,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::{Directory, Person};
use countersign_kernel::id::{RequestId, TaskId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use serde_json::json;

use crate::around::NO_TABLES;

const HEAD: &str = "workflow: w
title: W
owners: {role: admin}
people:
  cleo: {}
  bo: {manager: cleo}
  ann: {manager: bo}
  eve: {manager: cleo, roles: [finance, board]}
  dan: {manager: eve, roles: [finance]}
  gus: {manager: cleo, roles: [legal], department: Legal, head_of: [Legal]}
  hal: {manager: cleo}
  ada: {manager: cleo, roles: [admin]}
  amy: {manager: cleo, roles: [admin]}
form:
  amount: {type: number, required: true}
steps:
";

struct Play {
    workflow: Workflow,
    directory: Directory,
    calendars: Calendars,
    state: State,
    events: Vec<Event>,
}

impl Play {
    /// Ann's request of 10 through these steps.
    fn of(steps: &str) -> Self {
        let checked = check(&format!("{HEAD}{steps}"), &Surroundings::default());
        let Some(Document::Workflow(workflow)) = checked.document else {
            panic!("{:?}", checked.findings)
        };
        let directory = workflow.people.as_ref().unwrap().directory.clone();
        let id = RequestId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003));
        let mut play = Self {
            workflow: *workflow,
            directory,
            calendars: Calendars::default(),
            state: State::new(id),
            events: Vec::new(),
        };
        let submit = Command::Submit {
            version: 1,
            number: "W-1".into(),
            requester: None,
            starter: None,
            form: json!({"amount": 10}),
        };
        play.act(Actor::User(play.who("ann")), &submit).unwrap();
        play
    }

    fn who(&self, name: &str) -> UserId {
        self.directory
            .by_email(&format!("{name}@example.com"))
            .unwrap()
            .id
    }

    fn act(&mut self, actor: Actor, command: &Command) -> Result<(), Refusal> {
        let facts = Facts {
            now: "2026-01-05T08:00:00Z".parse().unwrap(),
            actor,
            directory: &self.directory,
            calendars: &self.calendars,
            tables: &NO_TABLES,
            currency: Currency::EUR,
            zone: chrono_tz::UTC,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        };
        let events = decide(&self.workflow, &self.state, command, &facts)?;
        for event in &events {
            apply(&mut self.state, event);
        }
        self.events.extend(events);
        Ok(())
    }

    /// The open task of somebody.
    fn task(&self, name: &str) -> TaskId {
        let who = self.who(name);
        self.state
            .open_seats()
            .find(|seat| seat.holder == who)
            .unwrap()
            .task
    }

    fn approve(&mut self, name: &str) -> Result<(), Refusal> {
        let (task, who) = (self.task(name), self.who(name));
        let approve = Command::Approve {
            task,
            comment: None,
            form: None,
        };
        self.act(Actor::User(who), &approve)
    }

    fn change(&mut self, name: &str, change: impl Fn(&mut Person)) {
        let who = self.who(name);
        change(self.directory.people.get_mut(&who).unwrap());
    }

    /// They leave, and what is open of them is judged again.
    fn leave(&mut self, name: &str) {
        self.change(name, |person| person.active = false);
        self.reseat(name).unwrap();
    }

    fn reseat(&mut self, name: &str) -> Result<(), Refusal> {
        let task = self.task(name);
        self.act(Actor::System, &Command::Reseat { task })
    }

    /// Who is asked to decide.
    fn asked(&self) -> Vec<&str> {
        self.holders(Purpose::Decide)
    }

    fn holders(&self, purpose: Purpose) -> Vec<&str> {
        let open = self.state.open_seats().filter(|seat| seat.purpose == purpose);
        let email = |user: UserId| {
            self.directory
                .person(user)
                .unwrap()
                .email
                .split_once('@')
                .unwrap()
                .0
        };
        let mut holders: Vec<&str> = open.map(|seat| email(seat.holder)).collect();
        holders.sort_unstable();
        holders
    }

    fn told(&self, locale: Locale) -> String {
        let names = |id: UserId| self.directory.person(id).unwrap().name.clone();
        let telling = Telling {
            names: &names,
            zone: chrono_tz::UTC,
            locale,
            workflow: None,
        };
        let told = self.events.iter().map(|event| tell(event, &self.state, &telling));
        let why = self
            .state
            .open_seats()
            .map(|seat| why(&self.state, seat, &telling));
        told.chain(why).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn the_next_in_the_line_decides_for_a_manager_who_left() {
    let mut play = Play::of("  - approval: manager\n    by: {manager_of: requester}\n");
    play.leave("bo");
    assert_eq!(play.asked(), ["cleo"]);
    let told = play.told(Locale::En);
    assert!(told.contains("they may not act here any more"), "{told}");
    assert!(told.contains("in the place of"), "{told}");
    assert!(play.told(Locale::ZhCn).contains("不能再在此处理"));
    play.approve("cleo").unwrap();
    assert_eq!(play.state.status, Status::Approved);
}

#[test]
fn whoever_lost_the_role_decides_nothing_even_before_somebody_else_is_asked() {
    let mut play = Play::of("  - approval: legal\n    by: {role: legal}\n");
    play.change("gus", |person| person.roles.clear());
    let refused = play.approve("gus").unwrap_err();
    let Refusal::Restricted { why, .. } = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(*why, Restriction::NoLonger(Membership::Role("legal".to_owned())));
    assert!(
        refused.text(Locale::En).contains("in the role legal"),
        "{}",
        refused.text(Locale::En)
    );
    play.reseat("gus").unwrap();
    assert_eq!(play.state.status, Status::Held, "nobody else is in the role");
    assert_eq!(play.holders(Purpose::Repair), ["ada", "amy"]);
}

#[test]
fn a_head_and_one_of_a_department_lose_it_with_the_place() {
    for (by, lost) in [
        ("{head_of: Legal}", Membership::HeadOf("Legal".to_owned())),
        ("{department: Legal}", Membership::Department("Legal".to_owned())),
    ] {
        let mut play = Play::of(&format!("  - approval: legal\n    by: {by}\n"));
        play.change("gus", |person| person.department = None);
        let hal = play.who("hal");
        play.directory.departments[0].head = Some(hal);
        match play.approve("gus").unwrap_err() {
            Refusal::Restricted { why, .. } => assert_eq!(why, Restriction::NoLonger(lost)),
            other => panic!("{other:?}"),
        }
        play.reseat("gus").unwrap();
        let expected: &[&str] = if by.contains("head") { &["hal"] } else { &[] };
        assert_eq!(play.asked(), expected, "{by}");
    }
}

#[test]
fn a_new_manager_changes_nothing_of_what_was_asked() {
    let mut play = Play::of("  - approval: manager\n    by: {manager_of: requester}\n");
    let hal = play.who("hal");
    play.change("ann", |person| person.manager = Some(hal));
    assert!(matches!(play.reseat("bo"), Err(Refusal::Obsolete)));
    play.approve("bo").unwrap();
}

#[test]
fn a_task_that_was_handed_on_stays_where_it_is() {
    let mut play = Play::of("  - approval: legal\n    by: {role: legal}\n");
    let (task, gus, hal) = (play.task("gus"), play.who("gus"), play.who("hal"));
    let transfer = Command::Transfer {
        task,
        to: hal,
        comment: None,
    };
    play.act(Actor::User(gus), &transfer).unwrap();
    assert!(
        matches!(play.reseat("hal"), Err(Refusal::Obsolete)),
        "hal never had the role"
    );
    play.leave("hal");
    assert_eq!(play.asked(), ["gus"], "it comes back to whom the rule finds");
}

#[test]
fn the_others_decide_without_one_who_left() {
    let mut play = Play::of("  - approval: finance\n    by: {role: finance}\n    need: all\n");
    play.approve("dan").unwrap();
    play.leave("eve");
    assert_eq!(play.state.status, Status::Approved, "dan was the only other");
    assert!(play.told(Locale::En).contains("the others decide without them"));
}

#[test]
fn one_of_several_parts_is_not_passed_over() {
    let mut play = Play::of("  - approval: both\n    by: [{role: legal}, {role: finance}]\n    need: all\n");
    play.approve("dan").unwrap();
    play.approve("eve").unwrap();
    play.leave("gus");
    assert_eq!(play.state.status, Status::Held, "legal is still to be heard");
    assert_eq!(play.asked(), [""; 0]);
}

#[test]
fn too_few_hold_the_step() {
    let mut play = Play::of("  - approval: finance\n    by: {role: finance}\n    need: 2\n");
    play.leave("dan");
    assert_eq!(play.state.status, Status::Held);
}

#[test]
fn whoever_has_the_role_since_takes_the_place() {
    let mut play = Play::of("  - approval: finance\n    by: {role: finance}\n    need: 2\n");
    play.change("hal", |person| {
        person.roles.insert("finance".to_owned());
    });
    play.leave("dan");
    assert_eq!(play.asked(), ["eve", "hal"]);
}

#[test]
fn one_who_left_is_not_called_in_their_turn() {
    let mut play =
        Play::of("  - approval: line\n    by: {managers_of: requester, up_to: 2}\n    order: one_by_one\n");
    assert_eq!(play.asked(), ["bo"]);
    play.change("cleo", |person| person.active = false);
    play.approve("bo").unwrap();
    assert_eq!(play.state.status, Status::Approved, "nobody is above bo any more");
}

#[test]
fn a_step_that_is_skipped_for_want_of_somebody_is_skipped_then_too() {
    let mut play = Play::of(
        "  - approval: legal\n    by: {role: legal}\n    if_nobody: skip\n  - approval: manager\n    by: {manager_of: requester}\n",
    );
    play.leave("gus");
    assert_eq!((play.asked(), play.state.status), (vec!["bo"], Status::Open));
}

#[test]
fn what_is_held_goes_to_another_owner() {
    let mut play = Play::of("  - approval: none\n    by: {role: legal, where: person.grade == 'x'}\n");
    assert_eq!(play.holders(Purpose::Repair), ["ada", "amy"]);
    play.change("ada", |person| person.roles.clear());
    let (task, ada) = (play.task("ada"), play.who("ada"));
    let refused = play.act(
        Actor::User(ada),
        &Command::Complete {
            task,
            comment: None,
            form: None,
        },
    );
    assert!(
        matches!(
            &refused,
            Err(Refusal::Restricted {
                why: Restriction::NoLonger(Membership::Owner),
                ..
            })
        ),
        "{refused:?}"
    );
    play.reseat("ada").unwrap();
    assert_eq!(play.holders(Purpose::Repair), ["amy"]);
    play.change("hal", |person| {
        person.roles.insert("admin".to_owned());
    });
    play.leave("amy");
    assert_eq!(play.holders(Purpose::Repair), ["hal"]);
}
