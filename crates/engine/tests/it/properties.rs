//! Random workflows, random people doing random things: nothing is stuck, doubled or lost, nobody decides their own
//! request, one person has one voice, and every history folds to its row.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::state::{Kind, Run, SeatStatus};
use countersign_engine::vocabulary::Purpose;
use countersign_engine::{
    Command, Event, Facts, State, Surroundings, Telling, apply, check, decide, fold, next, svg_of, tell,
};
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use proptest::prelude::*;
use serde_json::json;

use crate::around::NO_TABLES;

/// Choices, one after another; no more left is always the first.
struct Dice<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl Dice<'_> {
    fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % sides
    }

    fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.roll(all.len())]
    }
}

/// A workflow file made by dice.
struct Writer<'a, 'b> {
    dice: &'a mut Dice<'b>,
    text: String,
    count: usize,
}

impl Writer<'_, '_> {
    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.text, "{}{text}", "  ".repeat(depth)).unwrap();
    }

    fn steps(&mut self, depth: usize, level: usize) {
        for _ in 0..=self.dice.roll(3) {
            match self.dice.roll(if level < 2 { 14 } else { 7 }) {
                0..=3 => self.approval(depth),
                4 => self.action(depth),
                5 => self.task(depth),
                6 => self.wait(depth),
                7 => self.choose(depth, level),
                8 => self.repeat(depth, level),
                9 | 10 => self.each(depth, level),
                11 => self.stage(depth, level),
                _ => self.parallel(depth, level),
            }
        }
    }

    fn key(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}", self.count)
    }

    fn wait(&mut self, depth: usize) {
        let key = self.key("wait");
        self.line(depth, &format!("- wait: {key}"));
        let until = self.dice.pick(&[
            "after: 2 days",
            "after: 1 working day",
            "until: today + 1 day",
            "until: request.submitted_at",
        ]);
        self.line(depth + 1, until);
        if self.dice.roll(3) == 1 {
            self.line(depth + 1, "when: amount > 50");
        }
    }

    fn stage(&mut self, depth: usize, level: usize) {
        let key = self.key("stage");
        self.line(depth, &format!("- stage: {key}"));
        let stop = self
            .dice
            .pick(&["", "amount < 60", "request.round > 1", "100 / amount > 3"]);
        if !stop.is_empty() {
            self.line(depth + 1, &format!("stop_when: {stop}"));
        }
        self.line(depth + 1, "steps:");
        self.steps(depth + 2, level + 1);
    }

    fn repeat(&mut self, depth: usize, level: usize) {
        let key = self.key("repeat");
        self.line(depth, &format!("- repeat: {key}"));
        self.line(depth + 1, "while: request.round < 3 and amount > 50");
        self.line(depth + 1, "at_most: 2");
        self.line(depth + 1, "steps:");
        self.steps(depth + 2, level + 1);
    }

    fn each(&mut self, depth: usize, level: usize) {
        let key = self.key("each");
        let list = self
            .dice
            .pick(&["lines", "lines", "filter(lines, one.size > 3)", "people"]);
        self.line(depth, &format!("- each: {key}"));
        self.line(depth + 1, &format!("in: {list}"));
        self.line(depth + 1, &format!("as: item_{}", self.count));
        if list == "lines" && self.dice.roll(2) == 1 {
            self.line(depth + 1, &format!("group_by: item_{}.area", self.count));
        }
        let need = self
            .dice
            .pick(&["all", "any", "majority", "1", "each_decides", "each_decides"]);
        let rest = self.dice.pick(&["cancel", "keep"]);
        self.line(depth + 1, &format!("need: {need}"));
        self.line(depth + 1, &format!("rest: {rest}"));
        self.line(depth + 1, "steps:");
        if list == "people" {
            let (approval, item) = (self.key("approval"), self.count - 1);
            self.line(depth + 2, &format!("- approval: {approval}"));
            self.line(depth + 3, &format!("by: {{person: item_{item}}}"));
            self.line(depth + 3, "if_nobody: {ask: {role: board}}");
        }
        self.steps(depth + 2, level + 1);
    }

    fn task(&mut self, depth: usize) {
        let key = self.key("task");
        self.line(depth, &format!("- task: {key}"));
        let by = self
            .dice
            .pick(&["requester", "{role: finance}", "{user: bo@example.com}"]);
        self.line(depth + 1, &format!("by: {by}"));
        for (key, all) in [
            ("form", &["", "{ready: {type: yes_no}}"][..]),
            ("when", &["", "amount > 50"]),
            ("assign", &["", "pool"]),
            ("if_nobody", &["", "skip"]),
            ("remind", &["", "{every: 1 working day, at_most: 2}"]),
        ] {
            let value = self.dice.pick(all);
            if !value.is_empty() {
                self.line(depth + 1, &format!("{key}: {value}"));
            }
        }
    }

    fn approval(&mut self, depth: usize) {
        let key = self.key("approval");
        self.line(depth, &format!("- approval: {key}"));
        let by = self.dice.pick(&[
            "{manager_of: requester}",
            "{role: board}",
            "{role: finance}",
            "[{role: finance}, {user: bo@example.com}]",
            "{head_of: Sales}",
            "{managers_of: requester, up_to: 3}",
            "{role: board, where: person.grade == 'senior'}",
            "{group: empty}",
        ]);
        self.line(depth + 1, &format!("by: {by}"));
        let is_pool = by.contains("role") && self.dice.roll(5) == 1;
        if is_pool {
            self.line(depth + 1, "assign: pool");
        } else if by.contains("board}") {
            let need = self.dice.pick(&["all", "any", "majority", "2", "2/3", "50%"]);
            self.line(depth + 1, &format!("need: {need}"));
            let reject = self.dice.pick(&["one", "majority", "none_left"]);
            self.line(depth + 1, &format!("reject: {reject}"));
        }
        for (key, all) in [
            ("order", &["", "", if is_pool { "" } else { "one_by_one" }][..]),
            ("rest", &["", "", "keep"]),
            ("when", &["", "", "amount > 50", "100 / amount > 1"]),
            ("if_nobody", &["", "skip", "{ask: {role: board}}"]),
            ("if_requester", &["", "skip", "hold"]),
            ("on_reject", &["", "", "{return_to: requester, at_most: 2}"]),
            ("comment", &["optional"]),
            ("can_edit", &["", "{amount: new <= old}"]),
            ("if_same_approver", &["", "skip", "skip_if_last"]),
            ("veto", &["", "{role: board}"]),
            ("weights", &["", "[{who: {role: board}, votes: 2}]"]),
            ("allow", &["", "", "[]", "[return]"]),
            ("remind", &["", "{every: 1 working day, at_most: 2}"]),
        ] {
            let value = self.dice.pick(all);
            if !value.is_empty() {
                self.line(depth + 1, &format!("{key}: {value}"));
            }
        }
        if self.dice.roll(2) == 1 {
            let late = self.dice.pick(&[
                "notify",
                "{escalate_to: {manager_of: approver}}",
                "{transfer_to: {role: board}}",
                "approve",
                "reject",
            ]);
            self.line(depth + 1, "deadline: 1 working day");
            self.line(depth + 1, &format!("if_late: {late}"));
        }
    }

    fn action(&mut self, depth: usize) {
        let key = self.key("action");
        self.line(depth, &format!("- action: {key}"));
        self.line(depth + 1, "do: notices.send");
        self.line(depth + 1, "with: {to: \"{requester}\", text: Hello}");
    }

    fn choose(&mut self, depth: usize, level: usize) {
        let key = self.key("choose");
        let when = self
            .dice
            .pick(&["amount > 20", "amount * 2 > 100", "100 / amount > 3"]);
        self.line(depth, &format!("- choose: {key}"));
        let take = self.dice.pick(&["first", "first", "all"]);
        self.line(depth + 1, &format!("take: {take}"));
        self.line(depth + 1, "cases:");
        self.line(depth + 2, &format!("- when: {when}"));
        self.line(depth + 3, "steps:");
        self.steps(depth + 4, level + 1);
        if self.dice.roll(2) == 0 {
            self.line(depth + 1, "otherwise: []");
        } else {
            self.line(depth + 1, "otherwise:");
            self.steps(depth + 2, level + 1);
        }
    }

    fn parallel(&mut self, depth: usize, level: usize) {
        let key = self.key("parallel");
        self.line(depth, &format!("- parallel: {key}"));
        let need = self.dice.pick(&["all", "any", "majority", "1"]);
        let rest = self.dice.pick(&["cancel", "keep"]);
        self.line(depth + 1, &format!("need: {need}"));
        self.line(depth + 1, &format!("rest: {rest}"));
        self.line(depth + 1, "branches:");
        for branch in 0..2 + self.dice.roll(2) {
            self.line(depth + 2, &format!("branch-{branch}:"));
            self.steps(depth + 3, level + 1);
        }
    }
}

const HEAD: &str = "workflow: random
title: Random
owners: {role: owner}
people:
  ann: {manager: bo, department: Sales}
  bo: {manager: cleo, department: Sales, head_of: [Sales], roles: [board]}
  cleo: {roles: [board], grade: senior}
  dan: {manager: eve, roles: [finance, owner]}
  eve: {manager: cleo, roles: [finance, board], grade: senior}
  fay: {roles: [owner], groups: [others]}
  gus: {groups: [empty], roles: [hr, board]}
form:
  amount: {type: number, required: true}
  people: {type: people}
  lines:
    type: list
    fields:
      area: {type: text}
      size: {type: number, required: true}
steps:
";

const ACTIONS: [countersign_kernel::catalogue::ActionType; 1] = [countersign_kernel::catalogue::ActionType {
    name: "notices.send",
    about: "Sends a note to a person.",
    inputs: &[
        countersign_kernel::catalogue::Field {
            name: "to",
            of: countersign_kernel::catalogue::FieldType::Person,
            optional: false,
            about: "Who.",
        },
        countersign_kernel::catalogue::Field {
            name: "text",
            of: countersign_kernel::catalogue::FieldType::Text,
            optional: false,
            about: "What.",
        },
    ],
    outputs: &[],
    tells: &[],
}];

fn around() -> Surroundings {
    Surroundings {
        actions: ACTIONS.to_vec(),
        ..Surroundings::default()
    }
}

/// The workflow, unless the checker finds something wrong with what the dice made.
fn workflow(dice: &mut Dice<'_>) -> Option<Workflow> {
    let mut writer = Writer {
        dice,
        text: HEAD.to_owned(),
        count: 0,
    };
    writer.steps(1, 0);
    match check(&writer.text, &around()).document {
        Some(Document::Workflow(workflow)) => Some(*workflow),
        _ => None,
    }
}

struct Play<'a> {
    workflow: &'a Workflow,
    people: Vec<UserId>,
    /// Who published it, if a person did.
    publisher: Option<Publisher>,
    /// People leave and lose what they were asked for.
    directory: Directory,
    calendars: Calendars,
    now: Instant,
    state: State,
    events: Vec<Event>,
}

impl Play<'_> {
    fn facts(&self, actor: Actor) -> Facts<'_> {
        Facts {
            now: self.now,
            actor,
            directory: &self.directory,
            calendars: &self.calendars,
            tables: &NO_TABLES,
            currency: countersign_kernel::money::Currency::EUR,
            zone: chrono_tz::Europe::Berlin,
            publisher: self.publisher,
            looked_up: serde_json::Map::new(),
        }
    }

    fn try_it(&mut self, actor: Actor, command: &Command) {
        let Ok(events) = decide(self.workflow, &self.state, command, &self.facts(actor)) else {
            return;
        };
        assert!(!events.is_empty(), "what is accepted leaves a trace");
        for event in &events {
            apply(&mut self.state, event);
        }
        self.events.extend(events);
        self.look();
    }

    fn something(&mut self, dice: &mut Dice<'_>) {
        let person = self.people[dice.roll(self.people.len())];
        let seats = &self.state.seats;
        let own: Vec<_> = seats
            .iter()
            .filter(|seat| seat.status == SeatStatus::Open && dice.roll(4) > 0)
            .collect();
        let seat = own
            .get(dice.roll(own.len().max(1)))
            .copied()
            .or_else(|| seats.get(dice.roll(seats.len().max(1))))
            .cloned();
        let Some(seat) = seat else { return self.world(dice) };
        let actor = Actor::User(if dice.roll(5) == 0 { person } else { seat.holder });
        let (task, comment) = (seat.task, Some("because".to_owned()));
        let command = match dice.roll(18) {
            0..=5 => Command::Approve {
                task,
                comment,
                form: None,
            },
            6 => Command::Approve {
                task,
                comment,
                form: Some(json!({"amount": 1 + dice.roll(80)})),
            },
            7..=8 => Command::Reject { task, comment },
            9 => Command::Return {
                task,
                to: None,
                comment,
            },
            10 => {
                let steps = self.workflow.each_step();
                let to = steps[dice.roll(steps.len())].key.clone();
                Command::Return {
                    task,
                    to: Some(to),
                    comment,
                }
            }
            11 => Command::Transfer {
                task,
                to: person,
                comment,
            },
            12 => Command::Complete {
                task,
                comment,
                form: None,
            },
            13 => Command::Claim { task, comment },
            14 => Command::Release { task, comment },
            15 => Command::Comment {
                task: Some(task),
                text: "well".to_owned(),
            },
            _ => return self.world(dice),
        };
        self.try_it(actor, &command);
    }

    fn world(&mut self, dice: &mut Dice<'_>) {
        let requester = Actor::User(self.state.requester.unwrap());
        let waiting = self.state.scopes.iter().find_map(|(id, scope)| match scope.kind {
            Kind::Action { attempt } if scope.is_running() => Some((*id, attempt)),
            _ => None,
        });
        match (dice.roll(7), waiting) {
            (0 | 1, Some((scope, attempt))) => {
                self.try_it(
                    Actor::System,
                    &Command::ActionDone {
                        scope,
                        attempt,
                        output: json!(null),
                    },
                );
            }
            (2, Some((scope, attempt))) => {
                self.try_it(
                    Actor::System,
                    &Command::ActionFailed {
                        scope,
                        attempt,
                        reason: "no line".to_owned(),
                    },
                );
            }
            (3, _) if dice.roll(8) == 0 => self.try_it(requester, &Command::Withdraw { comment: None }),
            (5, _) => self.lose(dice),
            (4, _) => self.try_it(
                requester,
                &Command::Resubmit {
                    form: form(dice, &self.people),
                    comment: None,
                },
            ),
            _ => {
                let first = self.state.timers.iter().min_by_key(|timer| timer.due).cloned();
                let Some(timer) = first else { return };
                self.now = self.now.max(timer.due);
                self.try_it(
                    Actor::System,
                    &Command::Fire {
                        timer: timer.id,
                        event: None,
                    },
                );
            }
        }
    }

    /// Somebody leaves or loses everything but their line; the owners stay, so that there is always somebody to ask.
    fn lose(&mut self, dice: &mut Dice<'_>) {
        let (id, leaves) = (self.people[dice.roll(self.people.len())], dice.roll(2) == 0);
        let person = self.directory.people.get_mut(&id).unwrap();
        if person.roles.contains("owner") {
            return;
        }
        person.active &= !leaves;
        person.roles.clear();
        person.groups.clear();
        person.department = None;
        for department in &mut self.directory.departments {
            department.head = department.head.filter(|head| *head != id);
        }
        let open = self.state.open_seats().filter(|seat| seat.holder == id);
        let open: Vec<_> = open.map(|seat| seat.task).collect();
        for task in open {
            let refused = decide(
                self.workflow,
                &self.state,
                &Command::Approve {
                    task,
                    comment: Some("still".to_owned()),
                    form: None,
                },
                &self.facts(Actor::User(id)),
            );
            assert!(!leaves || refused.is_err(), "somebody who left decided");
            self.try_it(Actor::System, &Command::Reseat { task });
        }
        assert!(
            !leaves || self.state.open_seats().all(|seat| seat.holder != id),
            "somebody who left is still asked: {:?}",
            self.told()
        );
    }

    /// What is so at any time.
    fn look(&self) {
        let state = &self.state;
        let live = !state.status.is_end() && state.status.word() != "returned";
        let running = state.scopes.values().filter(|scope| scope.is_running()).count();
        let actions = state.scopes.values().any(|scope| {
            scope.is_running() && scope.held.is_none() && matches!(scope.kind, Kind::Action { .. })
        });
        let waits = state.timers.iter().any(|timer| timer.wait.is_some());
        if live {
            assert!(
                state.open_seats().next().is_some() || actions || waits,
                "stuck: {:?}",
                self.told()
            );
        } else {
            assert_eq!(
                state.open_seats().count(),
                0,
                "an open seat in what is over: {:?}",
                self.told()
            );
            assert_eq!(state.timers.len(), 0, "a timer in what is over");
            assert_eq!(running, 0, "something runs in what is over: {:?}", self.told());
        }
        for seat in state.open_seats() {
            let scope = state.scope_of(seat).unwrap();
            assert!(
                matches!(scope.status, Run::Running | Run::Ended(_)),
                "an open seat in a closed step: {:?}",
                self.told()
            );
            if seat.purpose != Purpose::Do {
                assert_ne!(Some(seat.holder), state.requester, "the requester is asked");
            }
            if seat.purpose == Purpose::Decide {
                assert_ne!(
                    Some(seat.holder),
                    state.starter,
                    "whoever submitted it for another is asked"
                );
                let rule = self.publisher.is_some_and(|publisher| publisher.is(seat.holder));
                assert!(!rule, "whoever published or proposed it is asked");
                assert_ne!(
                    Some(seat.holder),
                    state.second_starter,
                    "whoever proposed what started it is asked"
                );
            }
        }
        for timer in &state.timers {
            let seat = timer.task.map(|task| state.seat(task).unwrap().status);
            assert!(
                seat.is_none_or(|status| status == SeatStatus::Open),
                "a timer of a closed seat"
            );
            let wait = timer.wait.map(|wait| state.scope(wait).unwrap());
            assert!(
                wait.is_none_or(countersign_engine::state::Scope::is_running),
                "a timer of what is not waited for"
            );
        }
        for scope in state.scopes.values() {
            let Kind::Approval(ballot) = &scope.kind else {
                continue;
            };
            let by: Vec<_> = ballot
                .votes
                .iter()
                .filter(|vote| !vote.voided)
                .filter_map(|vote| vote.by)
                .collect();
            assert_eq!(
                by.iter().collect::<BTreeSet<_>>().len(),
                by.len(),
                "two voices of one person: {:?}",
                self.told()
            );
            let decides = self
                .workflow
                .step(&scope.step)
                .is_none_or(|step| step.kind.word() == "approval");
            assert!(
                !decides || by.iter().all(|user| Some(*user) != state.requester),
                "the requester decided"
            );
            let agreed = ballot.agreed.iter().map(|one| one.person);
            assert!(
                agreed
                    .clone()
                    .all(|user| Some(user) != state.requester && !by.contains(&user)),
                "the requester agreed, or somebody has two voices"
            );
            assert!(
                !decides
                    || by.iter().all(|user| !state.was_started_by(*user)
                        && self.publisher.is_none_or(|publisher| !publisher.is(*user))),
                "somebody decided who published, proposed or submitted it"
            );
            if scope.status == Run::Ended(countersign_engine::vocabulary::Outcome::Approved) {
                assert!(
                    agreed.count() > 0 || ballot.votes.iter().any(|vote| vote.counted && !vote.voided),
                    "approved without a voice"
                );
            }
        }
        let held = state
            .scopes
            .values()
            .any(|scope| scope.is_running() && scope.held.is_some());
        assert!(
            !live || held == (state.status.word() == "held"),
            "held or not: {:?}",
            self.told()
        );
        let repairs = state.open_seats().filter(|seat| seat.purpose == Purpose::Repair);
        for seat in repairs {
            assert!(
                state.scope_of(seat).unwrap().held.is_some(),
                "a repair of what is not held: {:?}",
                self.told()
            );
        }
    }

    fn told(&self) -> Vec<String> {
        let names = |id: UserId| {
            self.workflow
                .people
                .as_ref()
                .unwrap()
                .name(id)
                .unwrap_or("?")
                .to_owned()
        };
        let telling = Telling {
            names: &names,
            zone: chrono_tz::UTC,
            locale: Locale::En,
            workflow: None,
        };
        self.events
            .iter()
            .map(|event| tell(event, &self.state, &telling))
            .collect()
    }

    fn end(&self) {
        let id = self.state.id;
        assert_eq!(fold(id, &self.events), self.state, "a history folds to its row");
        let stored: Vec<_> = self.events.iter().map(|event| event.split().unwrap()).collect();
        let again: Vec<Event> = stored
            .iter()
            .cloned()
            .map(|(body, private)| Event::join(body, private).unwrap())
            .collect();
        assert_eq!(again, self.events, "events are kept as they are");
        let erased: Vec<Event> = stored
            .into_iter()
            .map(|(body, _)| Event::join(body, None).unwrap())
            .collect();
        let without = fold(id, &erased);
        assert_eq!(
            (without.status, without.version, without.round),
            (self.state.status, self.state.version, self.state.round)
        );
        let row = serde_json::to_string(&self.state).unwrap();
        assert_eq!(
            serde_json::from_str::<State>(&row).unwrap(),
            self.state,
            "a row is kept as it is"
        );
        assert!(self.told().iter().all(|line| !line.is_empty()));
        let names = |id: UserId| id.to_string();
        for locale in [Locale::En, Locale::ZhCn] {
            let telling = Telling {
                names: &names,
                zone: chrono_tz::UTC,
                locale,
                workflow: None,
            };
            assert!(svg_of(self.workflow, &self.state, &telling).ends_with("</svg>\n"));
            assert!(
                self.events
                    .iter()
                    .all(|event| !tell(event, &self.state, &telling).is_empty())
            );
        }
        let _ = next(self.workflow, &self.state, &self.facts(Actor::System));
    }
}

fn played(bytes: &[u8], acts: &[u8]) -> bool {
    let mut dice = Dice { bytes: bytes.iter() };
    let Some(workflow) = workflow(&mut dice) else {
        return false;
    };
    let people: Vec<UserId> = workflow
        .people
        .as_ref()
        .unwrap()
        .directory
        .people
        .keys()
        .copied()
        .collect();
    let mut dice = Dice { bytes: acts.iter() };
    let requester = people[dice.roll(people.len())];
    let sent = form(&mut dice, &people);
    let mut somebody = || people.get(dice.roll(people.len() * 2)).copied();
    let pair = |user: Option<UserId>, proposer| user.map(|user| Publisher { user, proposer });
    let publisher = pair(somebody(), somebody());
    let starters = pair(somebody(), somebody());
    let mut play = Play {
        workflow: &workflow,
        people,
        publisher,
        directory: workflow.people.as_ref().unwrap().directory.clone(),
        calendars: Calendars::default(),
        now: "2026-01-05T08:00:00Z".parse().unwrap(),
        state: State::new(RequestId(uuid())),
        events: Vec::new(),
    };
    let hr = play
        .people
        .iter()
        .copied()
        .find(|user| play.directory.person(*user).unwrap().acts_for_others());
    let starter = hr.filter(|_| dice.roll(2) == 0).unwrap_or(requester);
    let submit = Command::Submit {
        version: 1,
        number: "R-1".to_owned(),
        requester: Some(requester),
        starter: starters,
        form: sent,
    };
    let by = starters.map_or(Actor::User(starter), |_| Actor::Automation("starts".to_owned()));
    play.try_it(by, &submit);
    assert!(play.state.version > 0, "everyone may submit this");
    for _ in 0..acts.len() {
        play.now = play.now.plus(chrono::TimeDelta::minutes(1));
        play.something(&mut dice);
    }
    play.end();
    true
}

/// What is sent: an amount, and lists of few or no items.
fn form(dice: &mut Dice<'_>, people: &[UserId]) -> serde_json::Value {
    let amount = dice.roll(100);
    let lines: Vec<_> = (0..dice.roll(4))
        .map(|_| json!({"area": dice.pick(&["sales", "tech"]), "size": dice.roll(6)}))
        .collect();
    let asked = (0..dice.roll(4)).map(|_| people[dice.roll(people.len())]);
    let asked: BTreeSet<String> = asked.map(|one| one.to_string()).collect();
    json!({"amount": amount, "lines": lines, "people": asked})
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_stuck_doubled_or_lost(bytes in prop::collection::vec(any::<u8>(), 8..120), acts in prop::collection::vec(any::<u8>(), 20..300)) {
        played(&bytes, &acts);
    }
}

#[test]
fn most_of_what_the_dice_make_can_be_played() {
    let mut played_ones = 0;
    for seed in 0_u32..60 {
        let bytes: Vec<u8> = (0_u32..100)
            .map(|at| {
                (seed
                    .wrapping_mul(2_654_435_761)
                    .wrapping_add(at.wrapping_mul(40_503))
                    >> 11) as u8
            })
            .collect();
        played_ones += usize::from(played(&bytes, &bytes));
    }
    assert!(played_ones > 20, "only {played_ones} of 60 could be played");
}
