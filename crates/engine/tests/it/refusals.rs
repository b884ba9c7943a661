//! Every refusal is provoked once, as its caller meets it, and says its sentence in both languages.

mod approvers;
mod by_request;
mod pools;

use std::collections::BTreeSet;

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::vocabulary::{Asked, Purpose, SeatOpened, Trouble, What};
use countersign_engine::{
    Command, Event, Facts, Refusal, State, Surroundings, apply, check, decide, move_to,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, TaskId, TimerId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::around::NO_TABLES;

/// Those that are no judgement of the engine's: who may touch a draft is asked before there is anything to judge.
const ELSEWHERE: [(&str, &str); 1] = [("not_your_draft", include_str!("../../../oa/tests/it/drafts.rs"))];

const HEAD: &str = "workflow: w
title: W
owners: {role: admin}
people:
  cleo: {}
  bo: {manager: cleo}
  ann: {manager: bo}
  eve: {manager: cleo, roles: [finance]}
  dan: {manager: eve, roles: [finance]}
  hal: {manager: cleo}
  gone: {}
  ada: {roles: [admin]}
form:
  amount: {type: number, required: true}
checks:
  - {when: amount > 1000, refuse: {en: Too much., zh-CN: 太多。}}
steps:
";
const BOSS: &str = "  - {approval: boss, by: {manager_of: requester}, deadline: 2 days, if_late: notify}\n";
const FINANCE: &str = "  - {approval: finance, by: {role: finance}, need: any}\n";
const HELD: &str = "  - {approval: lawyer, by: {role: legal}}\n";

struct Play {
    workflow: Workflow,
    directory: Directory,
    calendars: Calendars,
    state: State,
}

impl Play {
    fn draft(steps: &str) -> Self {
        let workflow = read(&format!("{HEAD}{steps}"));
        let mut directory = workflow.people.as_ref().unwrap().directory.clone();
        let gone = directory.by_email("gone@example.com").unwrap().id;
        directory.people.get_mut(&gone).unwrap().active = false;
        Self {
            workflow,
            directory,
            calendars: Calendars::default(),
            state: State::new(RequestId(Uuid::from_u128(
                0x0190_0000_0000_7000_8000_0000_0000_0004,
            ))),
        }
    }

    /// Ann's request of 10 through these steps.
    fn of(steps: &str) -> Self {
        let mut play = Self::draft(steps);
        play.act("ann", &submit(10)).unwrap();
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
            zone: chrono_tz::Europe::Berlin,
            publisher: None,
            looked_up: serde_json::Map::new(),
            standings: countersign_engine::Standings::default(),
        }
    }

    fn act(&mut self, name: &str, command: &Command) -> Result<(), Refusal> {
        for event in decide(&self.workflow, &self.state, command, &self.facts(name))? {
            apply(&mut self.state, &event);
        }
        Ok(())
    }

    fn task(&self, name: &str) -> TaskId {
        let who = self.who(name);
        let found = self.state.seats.iter().rev().find(|seat| seat.holder == who);
        found.unwrap().task
    }

    fn approve(&mut self, name: &str) -> Result<(), Refusal> {
        let task = self.task(name);
        self.act(name, &approve(task))
    }

    fn give_back(&mut self, name: &str, to: Option<&str>) -> Result<(), Refusal> {
        let (task, to) = (self.task(name), to.map(str::to_owned));
        let comment = Some("Not like this.".into());
        self.act(name, &Command::Return { task, to, comment })
    }

    fn transfer(&mut self, name: &str, to: UserId) -> Result<(), Refusal> {
        let (task, comment) = (self.task(name), None);
        self.act(name, &Command::Transfer { task, to, comment })
    }

    fn complete(&mut self, name: &str) -> Result<(), Refusal> {
        let (task, comment) = (self.task(name), None);
        self.act(
            name,
            &Command::Complete {
                task,
                comment,
                form: None,
            },
        )
    }

    /// Another seat in the step that a person is asked in.
    fn seat_beside(&mut self, name: &str, holder: &str) {
        let beside = self.state.seat(self.task(name)).unwrap().clone();
        let opened = SeatOpened {
            task: TaskId(Uuid::from_u128(9)),
            scope: beside.scope,
            purpose: Purpose::Decide,
            asked: Asked {
                place: 1,
                part: 0,
                holder: self.who(holder),
                chain: Vec::new(),
                votes: 1,
            },
            due: None,
        };
        self.happens(What::SeatOpened(opened));
    }

    fn happens(&mut self, what: What) {
        let event = Event {
            at: "2026-01-05T08:00:00Z".parse().unwrap(),
            by: Actor::System,
            what,
        };
        apply(&mut self.state, &event);
    }
}

fn read(text: &str) -> Workflow {
    let checked = check(text, &Surroundings::default());
    match checked.document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{:?}", checked.findings),
    }
}

fn submit(amount: i64) -> Command {
    sent(&json!({"amount": amount}), None)
}

fn sent(form: &Value, requester: Option<UserId>) -> Command {
    Command::Submit {
        version: 1,
        number: "W-1".into(),
        requester,
        starter: None,
        form: form.clone(),
    }
}

fn approve(task: TaskId) -> Command {
    Command::Approve {
        task,
        comment: None,
        form: None,
    }
}

const WITHDRAW: Command = Command::Withdraw { comment: None };
const RECALL: Command = Command::Recall { comment: None };
const URGE: Command = Command::Urge { comment: None };

fn resubmit() -> Command {
    Command::Resubmit {
        form: json!({}),
        comment: None,
    }
}

fn refused(outcome: Result<(), Refusal>) -> Refusal {
    outcome.unwrap_err()
}

/// Of whoever submits, and of the form.
fn submissions() -> Vec<Refusal> {
    let mut draft = Play::draft(BOSS);
    let for_ann = sent(&json!({"amount": 1}), Some(draft.who("ann")));
    let mut closed = Play::draft(BOSS);
    closed.workflow =
        read(&format!("{HEAD}{BOSS}").replace("owners:", "submitters: {role: finance}\nowners:"));
    vec![
        refused(draft.act("bo", &for_ann)),
        refused(draft.act("gone", &submit(1))),
        refused(closed.act("ann", &submit(1))),
        refused(draft.act("ann", &sent(&json!({"amount": "much"}), None))),
        refused(draft.act("ann", &submit(1001))),
        refused(Play::of(BOSS).act("ann", &submit(1))),
        refused(draft.act("ann", &WITHDRAW)),
    ]
}

/// Of the requester's own verbs, and of comments.
fn requesters() -> Vec<Refusal> {
    let mut decided = Play::of(&format!("{BOSS}{FINANCE}"));
    decided.approve("bo").unwrap();
    let mut ended = Play::of(BOSS);
    ended.approve("bo").unwrap();
    let (mut urged, mut open) = (Play::of(BOSS), Play::of(BOSS));
    urged.act("ann", &URGE).unwrap();
    let empty = Command::Comment {
        task: None,
        text: " ".into(),
    };
    vec![
        refused(decided.act("ann", &WITHDRAW)),
        refused(decided.act("ann", &RECALL)),
        refused(Play::of("  - task: pack\n    by: requester\n").act("ann", &URGE)),
        refused(urged.act("ann", &URGE)),
        refused(ended.act("ann", &WITHDRAW)),
        refused(open.act("bo", &WITHDRAW)),
        refused(open.act("ann", &resubmit())),
        refused(open.act("ann", &empty)),
    ]
}

/// Of whoever decides a task that is not, or is not any more, theirs to decide.
fn tasks() -> Vec<Refusal> {
    let mut open = Play::of(BOSS);
    let task = open.task("bo");
    let mut handed = Play::of(BOSS);
    handed.transfer("bo", handed.who("hal")).unwrap();
    let mut over = Play::of(&format!("{FINANCE}{BOSS}"));
    over.approve("dan").unwrap();
    let mut returned = Play::of(BOSS);
    returned.give_back("bo", None).unwrap();
    let mut own = Play::of(&BOSS.replace("{manager_of: requester}", "requester, if_requester: allow"));
    own.workflow = read(&format!("{HEAD}{BOSS}"));
    let mut twice = Play::of(&FINANCE.replace("any", "all"));
    twice.approve("dan").unwrap();
    twice.seat_beside("eve", "dan");
    let requester = open.who("ann");
    vec![
        refused(open.act("ann", &approve(TaskId(Uuid::from_u128(1))))),
        refused(open.act("ann", &approve(task))),
        refused(open.transfer("bo", requester)),
        refused(open.complete("bo")),
        refused(handed.act("bo", &approve(task))),
        refused(over.approve("eve")),
        refused(returned.approve("bo")),
        refused(own.approve("ann")),
        refused(twice.approve("dan")),
    ]
}

/// Of what is said with a decision, and of whom it names.
fn decisions() -> Vec<Refusal> {
    let mut open = Play::of(FINANCE);
    let (dan, eve) = (open.who("dan"), open.who("eve"));
    let mut wordless = Play::of(&BOSS.replace("deadline", "comment: required, deadline"));
    let mut again = Play::of(&BOSS.replace(
        "deadline",
        "on_reject: {return_to: requester, at_most: 1}, deadline",
    ));
    again.give_back("bo", None).unwrap();
    again.act("ann", &resubmit()).unwrap();
    let mut bound = Play::of(&BOSS.replace("deadline", "allow: [], deadline"));
    let hal = bound.who("hal");
    vec![
        refused(bound.transfer("bo", hal)),
        refused(open.transfer("dan", dan)),
        refused(open.transfer("dan", eve)),
        refused(open.transfer("dan", UserId(Uuid::from_u128(7)))),
        refused(open.give_back("dan", Some("nowhere"))),
        refused(wordless.approve("bo")),
        refused(again.give_back("bo", None)),
    ]
}

/// Of what the world asks: repairs and timers.
fn machines() -> Vec<Refusal> {
    let mut open = Play::of(BOSS);
    let timer = open.state.timers[0].id;
    let fire = |timer| Command::Fire { timer, event: None };
    vec![
        refused(Play::of(HELD).complete("ada")),
        refused(open.act("bo", &fire(timer))),
        refused(open.act("bo", &fire(TimerId(Uuid::from_u128(5))))),
    ]
}

/// Of whoever mends what is held.
fn menders() -> Vec<Refusal> {
    let skip = |step: Option<&str>| Command::Skip {
        step: step.map(str::to_owned),
        comment: Some("Nobody there.".into()),
    };
    let retry = Command::Retry {
        step: None,
        comment: None,
    };
    let mut held = Play::of(HELD);
    let two = "  - parallel: both\n    need: all\n    branches:\n      one: [{approval: a, by: {role: legal}}]\n      two: [{approval: b, by: {role: legal}}]\n";
    let mut lost = Play::of(HELD);
    let whole = What::Held {
        scope: 1,
        why: Trouble::Definition {
            reason: "it ran on.".into(),
        },
    };
    lost.happens(whole);
    let moved = move_to(
        &held.workflow,
        &held.workflow,
        1,
        None,
        &held.state,
        &held.facts("ada"),
    );
    vec![
        refused(held.act("hal", &retry)),
        refused(Play::of(BOSS).act("ada", &retry)),
        refused(Play::of(two).act("ada", &skip(None))),
        refused(lost.act("ada", &skip(Some("")))),
        refused(moved.map(drop)),
    ]
}

#[test]
fn every_code_is_provoked_and_says_its_sentence() {
    let all: Vec<Refusal> = [
        submissions(),
        requesters(),
        tasks(),
        pools::all(),
        approvers::all(),
        decisions(),
        machines(),
        menders(),
        by_request::all(),
    ]
    .concat();
    for refusal in &all {
        let (en, zh) = (refusal.text(Locale::En), refusal.text(Locale::ZhCn));
        assert!(
            en.ends_with(['.', '?']) && en.is_ascii(),
            "{}: {en}",
            refusal.code()
        );
        assert!(
            zh.chars().any(|letter| letter > '\u{2E80}'),
            "{}: {zh}",
            refusal.code()
        );
    }
    for (code, text) in ELSEWHERE {
        assert!(
            text.contains(&format!("\"{code}\"")),
            "{code} is provoked there no more"
        );
    }
    let provoked: BTreeSet<&str> = all
        .iter()
        .map(Refusal::code)
        .chain(ELSEWHERE.map(|(code, _)| code))
        .collect();
    let known: BTreeSet<&str> = Refusal::CODES.into_iter().collect();
    let missing: Vec<&&str> = known.difference(&provoked).collect();
    assert!(missing.is_empty(), "no test provokes {missing:?}");
}
