//! Random workflows, random people doing random things: nothing is stuck, doubled or lost, nobody decides their own
//! request, one person has one voice, and every history folds to its row.

mod writer;

use std::collections::BTreeSet;

use countersign_engine::definition::Workflow;
use countersign_engine::state::{Ballot, Kind, Run, Seat, SeatStatus};
use countersign_engine::vocabulary::{AddApprover, Outcome, Position, Purpose};
use countersign_engine::{Command, Event, Facts, State, Telling, apply, decide, fold, next, svg_of, tell};
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use proptest::prelude::*;
use serde_json::json;

use crate::around::NO_TABLES;
use writer::{Dice, workflow};

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
            standings: countersign_engine::Standings::default(),
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
        let command = match dice.roll(22) {
            16..=18 => Command::AddApprover(AddApprover {
                task,
                who: person,
                position: [Position::Before, Position::After, Position::Beside][dice.roll(3)],
                comment,
            }),
            19 => Command::RemoveApprover {
                task,
                who: self.added(&seat, dice).unwrap_or(person),
                comment,
            },
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

    /// Somebody who was added where a seat stands.
    fn added(&self, seat: &Seat, dice: &mut Dice<'_>) -> Option<UserId> {
        let Kind::Approval(ballot) = &self.state.scope_of(seat)?.kind else {
            return None;
        };
        ballot
            .added
            .get(dice.roll(ballot.added.len().max(1)))
            .map(|added| added.who)
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
            (3, _) if dice.roll(4) == 0 => self.try_it(requester, &Command::Recall { comment: None }),
            (3, _) if dice.roll(4) == 0 => self.try_it(requester, &Command::Urge { comment: None }),
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
            let can_act = |seat: &Seat| state.waits_for(seat).is_none();
            assert!(
                state.open_seats().any(can_act) || actions || waits,
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
            if scope.status == Run::Ended(Outcome::Approved) {
                self.look_at_added(ballot);
                assert!(
                    agreed.count() > 0 || ballot.votes.iter().any(|vote| vote.counted && !vote.voided),
                    "approved without a voice"
                );
            }
        }
        for seat in state.open_seats() {
            assert_eq!(
                seat.paused,
                state.waits_for(seat).is_some(),
                "who waits, and for nobody: {:?}",
                self.told()
            );
            let has_clock = state.timers.iter().any(|timer| timer.task == Some(seat.task));
            assert!(!seat.paused || !has_clock, "a clock of whoever can do nothing");
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

    /// What was approved, everybody approved who was added; and of the others as many as without them.
    fn look_at_added(&self, ballot: &Ballot) {
        let counted = || ballot.votes.iter().filter(|vote| vote.counted && !vote.voided);
        for added in &ballot.added {
            let mut own = counted().filter(|vote| vote.place == added.place);
            assert!(
                own.next().is_some(),
                "approved without whoever was added: {:?}",
                self.told()
            );
            assert_ne!(Some(added.who), self.state.requester, "the requester was added");
        }
        let of_the_rule = Ballot {
            added: Vec::new(),
            votes: counted()
                .filter(|vote| ballot.added.iter().all(|added| added.place != vote.place))
                .cloned()
                .collect(),
            ..ballot.clone()
        };
        assert_eq!(
            of_the_rule.outcome(),
            Some(Outcome::Approved),
            "adding made it easier: {:?}",
            self.told()
        );
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
