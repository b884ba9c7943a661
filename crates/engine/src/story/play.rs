//! Playing a story, sentence by sentence.

use std::collections::BTreeMap;

use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::{Calendars, civil_instant};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RequestId, UserId, derive};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::form::sent;
use super::happening::Happening;
use super::report::{Failure, Reached, StoryReport, StoryResult};
use crate::apply::apply;
use crate::deadline::{Deadline, TooCostly};
use crate::definition::{Expectation, Lookup, People, Sentence, Story, Workflow};
use crate::lookup;
use crate::machine::{Facts, decide};
use crate::picking::Standings;
use crate::refusal::{Refusal, both};
use crate::state::{Kind, State};
use crate::surroundings::Surroundings;
use crate::tell::tell;
use crate::vocabulary::{Command, Event, ScopeId, What};
use crate::why::Telling;

/// Plays every story of a definition.
pub fn play(definition: &Workflow, around: &Surroundings) -> StoryReport {
    played(definition, around, &Deadline::none())
}

/// The same for whoever waits no longer than this.
pub fn play_within(
    definition: &Workflow,
    around: &Surroundings,
    deadline: &Deadline<'_>,
) -> Result<StoryReport, TooCostly> {
    deadline.kept(played(definition, around, deadline))
}

fn played(definition: &Workflow, around: &Surroundings, deadline: &Deadline<'_>) -> StoryReport {
    let calendars = Calendars::new(around.calendars.clone());
    let mut reached = Reached::default();
    let one = |story: &Story, reached: &mut Reached| {
        let mut stage = Stage::new(definition, around, &calendars, story, deadline);
        let failure = stage.tell(story).err().map(|failure| *failure);
        reached.note(&stage.events);
        StoryResult {
            name: story.name.clone(),
            line: story.line,
            failure,
        }
    };
    let stories = definition
        .tests
        .iter()
        .take_while(|_| !deadline.has_passed())
        .map(|story| one(story, &mut reached))
        .collect();
    StoryReport {
        stories,
        unreached: reached.missing(definition),
    }
}

pub(super) struct Stage<'a> {
    pub(super) definition: &'a Workflow,
    pub(super) around: &'a Surroundings,
    pub(super) calendars: &'a Calendars,
    pub(super) people: &'a People,
    pub(super) directory: Directory,
    pub(super) requester: Option<UserId>,
    /// What the story says of earlier requests, and nothing where it says nothing.
    pub(super) looked_up: Map<String, Json>,
    /// How those stand of whom steps ask one; who is not given has nothing to do, and nobody was asked before.
    pub(super) standings: Standings,
    pub(super) failing: &'a [String],
    pub(super) now: Instant,
    pub(super) state: State,
    pub(super) events: Vec<Event>,
    /// What happened elsewhere so far.
    pub(super) happenings: Vec<Happening>,
    /// The items or branches that a sentence is about; none: all.
    pub(super) within: Option<Vec<ScopeId>>,
    pub(super) deadline: &'a Deadline<'a>,
}

pub(super) type Told = Result<(), Box<Failure>>;

impl<'a> Stage<'a> {
    pub(super) fn new(
        definition: &'a Workflow,
        around: &'a Surroundings,
        calendars: &'a Calendars,
        story: &'a Story,
        deadline: &'a Deadline<'a>,
    ) -> Self {
        let people = definition.people.as_ref().unwrap_or(&around.people);
        let now = civil_instant(around.zone, story.at);
        let id = RequestId(derive("story", Uuid::nil(), story.name.as_bytes(), now));
        Self {
            definition,
            around,
            calendars,
            people,
            directory: people.directory.clone(),
            requester: people.id(&story.given.requester),
            looked_up: looked_up(definition, around, &story.given.facts),
            standings: standings(people, &story.given.open_tasks),
            failing: &story.given.failing,
            now,
            state: State::new(id),
            events: Vec::new(),
            happenings: Vec::new(),
            within: None,
            deadline,
        }
    }

    pub(super) fn tell(&mut self, story: &Story) -> Told {
        let submitted = self.submit(&story.given.requester, &story.given.form);
        match (&story.expect, submitted) {
            (Expectation::Refused(words), result) => return self.refused(story, words, result),
            (_, Err(refusal)) => {
                let expected = both("the request is accepted", "申请被接受");
                return self.fail(story.expect_line, &story.name, expected, refusal.told());
            }
            (_, Ok(())) => {}
        }
        if let Expectation::Warned(words) = &story.expect {
            self.warned(story, words)?;
        }
        for sentence in &story.then {
            if self.deadline.has_passed() {
                return Ok(());
            }
            self.sentence(sentence)?;
        }
        self.end(story)
    }

    pub(super) fn submit(&mut self, who: &str, form: &Map<String, Json>) -> Result<(), Refusal> {
        let requester = self
            .people
            .id(who)
            .ok_or(Refusal::NoSuchPerson { at: "/requester" })?;
        let person = self.directory.person(requester);
        let zone = self.calendars.zone_of(person, self.around.zone);
        let local = self.now.utc().with_timezone(&zone).date_naive();
        let number =
            self.definition
                .number
                .number(chrono::Datelike::year(&local), chrono::Datelike::month(&local), 1);
        let form = Json::Object(sent(
            &self.definition.form,
            form,
            self.people,
            self.around.currency,
        ));
        self.command(
            requester,
            Command::Submit {
                version: 1,
                number,
                requester: None,
                starter: None,
                form,
            },
        )
    }

    pub(super) fn command(&mut self, actor: UserId, command: Command) -> Result<(), Refusal> {
        self.decide(Actor::User(actor), &command)?;
        self.act();
        Ok(())
    }

    pub(super) fn decide(&mut self, actor: Actor, command: &Command) -> Result<(), Refusal> {
        let events = decide(self.definition, &self.state, command, &self.facts(actor))?;
        for event in &events {
            apply(&mut self.state, event);
            self.standings.follow(&self.state, event);
        }
        self.events.extend(events);
        Ok(())
    }

    pub(super) fn facts(&self, actor: Actor) -> Facts<'_> {
        Facts {
            now: self.now,
            actor,
            directory: &self.directory,
            calendars: self.calendars,
            tables: &self.around.tables,
            currency: self.around.currency,
            zone: self.around.zone,
            publisher: None,
            looked_up: self.looked_up.clone(),
            standings: self.standings.clone(),
        }
    }

    /// Actions are done at once, or fail where the story says so; what happened before ends the waits that count it.
    pub(super) fn act(&mut self) {
        for _ in 0..1_000 {
            if self.deadline.has_passed() {
                return;
            }
            let waiting = self.state.scopes.iter().find_map(|(id, scope)| match scope.kind {
                Kind::Action { attempt } if scope.is_running() && scope.held.is_none() => {
                    Some((*id, attempt, scope.step.clone()))
                }
                _ => None,
            });
            let Some((scope, attempt, step)) = waiting else {
                if self.look_back() {
                    continue;
                }
                return;
            };
            let name = self.events.iter().rev().find_map(|event| match &event.what {
                What::ActionWanted {
                    scope: of, action, ..
                } if *of == scope => Some(action.clone()),
                _ => None,
            });
            let fails = self
                .failing
                .iter()
                .any(|one| *one == step || Some(one) == name.as_ref());
            let command = if fails {
                Command::ActionFailed {
                    scope,
                    attempt,
                    reason: "the story says that it fails".into(),
                }
            } else {
                Command::ActionDone {
                    scope,
                    attempt,
                    output: Json::Null,
                }
            };
            if self.decide(Actor::System, &command).is_err() {
                return;
            }
        }
    }

    pub(super) fn person(&self, name: &str) -> Option<UserId> {
        if name == "requester" {
            self.requester
        } else {
            self.people.id(name)
        }
    }

    pub(super) fn short(&self, id: UserId) -> String {
        self.people.name(id).map_or_else(|| id.to_string(), str::to_owned)
    }

    pub(super) fn status(&self) -> Text {
        let status = self.state.status;
        both(format!("it is {}", status.word()), status.zh())
    }

    pub(super) fn told(&self, event: &Event, locale: Locale) -> String {
        let names = |id: UserId| {
            self.directory
                .person(id)
                .map_or_else(|| id.to_string(), |person| person.name.clone())
        };
        tell(
            event,
            &self.state,
            &Telling {
                names: &names,
                zone: self.around.zone,
                locale,
                workflow: Some(self.definition),
            },
        )
    }

    pub(super) fn expect(&self, sentence: &Sentence, so: bool, expected: Text, happened: Text) -> Told {
        if so {
            Ok(())
        } else {
            self.fail(sentence.line, &sentence.text, expected, happened)
        }
    }

    pub(super) fn fail(&self, line: usize, sentence: &str, expected: Text, happened: Text) -> Told {
        let history = self
            .events
            .iter()
            .map(|event| both(self.told(event, Locale::En), self.told(event, Locale::ZhCn)))
            .collect();
        Err(Box::new(Failure {
            line,
            sentence: sentence.to_owned(),
            expected,
            happened,
            history,
        }))
    }
}

fn standings(people: &People, open_tasks: &BTreeMap<String, u32>) -> Standings {
    let mut standings = Standings::default();
    for (name, open) in open_tasks {
        if let Some(id) = people.id(name) {
            standings.know_open_tasks(id, *open);
        }
    }
    standings
}

fn looked_up(definition: &Workflow, around: &Surroundings, given: &Map<String, Json>) -> Map<String, Json> {
    let one = |fact: &Lookup| {
        let nothing = || lookup::nothing(fact, definition, around.currency).to_json();
        (
            fact.name.clone(),
            given.get(&fact.name).cloned().unwrap_or_else(nothing),
        )
    };
    definition.facts.iter().map(one).collect()
}

pub(super) fn list(names: &[String], locale: Locale) -> String {
    if names.is_empty() {
        locale.pick("nobody", "无人").to_owned()
    } else {
        names.join(locale.pick(", ", "、"))
    }
}
