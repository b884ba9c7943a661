//! What would come: the same judgement on a copy, with everyone asked saying yes. What they would fill in is not known, and is
//! empty to what reads it. Nothing is saved.

mod answers;

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{RequestId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::apply::apply;
use crate::deadline::{Deadline, TooCostly};
use crate::definition::Workflow;
use crate::machine::{Facts, Judged, judge, suppose};
use crate::picking::{Missing, Standings};
use crate::reading::{Effort, Reading, trouble_text};
use crate::refusal::{Refusal, both};
use crate::state::{Seat, State};
use crate::tell::tell;
use crate::vocabulary::{Command, Event, Opened, ScopeId, Status, What};
use crate::why::{Telling, why};

/// So many answers are supposed at most.
const ANSWERS: usize = 1_000;

/// What would come of a request if everyone asked said yes.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    pub outcome: Status,
    pub steps: Vec<Foreseen>,
    /// What the submitter would be warned of.
    pub warnings: Vec<Text>,
    /// What was not known of those of whom a step asks one.
    pub missing: Vec<Missing>,
}

/// A step to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    pub step: String,
    pub title: Text,
    pub state: Foresight,
    pub who: Vec<Whom>,
    pub due: Option<Instant>,
    pub why: Option<Text>,
}

/// Someone who would be asked, and why them.
#[derive(Debug, Clone, PartialEq)]
pub struct Whom {
    pub user: UserId,
    pub why: Text,
}

/// What would become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foresight {
    /// People are asked already.
    Open,
    /// People would be asked.
    Asked,
    /// The request waits there, until [`Foreseen::due`].
    Waits,
    Skipped,
    Held,
    /// A case is taken, branches begin, an action is done.
    Done,
    /// The request ends there.
    Ends,
}

impl Foresight {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Waits => "waits",
            Self::Skipped => "skipped",
            Self::Held => "held",
            Self::Done => "done",
            Self::Ends => "ends",
        }
    }
}

impl Simulation {
    /// As the API shows it.
    pub fn to_json(&self, locale: Locale) -> Json {
        let who = |one: &Whom| json!({"user": one.user, "why": one.why.get(locale)});
        let step = |one: &Foreseen| {
            json!({
                "step": one.step, "title": one.title.get(locale), "state": one.state.word(),
                "who": one.who.iter().map(who).collect::<Vec<_>>(),
                "due_at": one.due, "why": one.why.as_ref().map(|why| why.get(locale)),
            })
        };
        json!({
            "outcome": self.outcome.word(),
            "steps": self.steps.iter().map(step).collect::<Vec<_>>(),
            "warnings": self.warnings.iter().map(|warning| warning.get(locale)).collect::<Vec<_>>(),
        })
    }
}

/// A submission that is not made: each step in order, who would be asked and why, and how it could end.
pub fn simulate(
    definition: &Workflow,
    form: &Json,
    requester: UserId,
    facts: &Facts<'_>,
) -> Result<Simulation, Refusal> {
    simulation(definition, form, requester, facts, &Deadline::none())
}

/// The same for whoever waits no longer than this.
pub fn simulate_within(
    definition: &Workflow,
    form: &Json,
    requester: UserId,
    facts: &Facts<'_>,
    deadline: &Deadline<'_>,
) -> Result<Result<Simulation, Refusal>, TooCostly> {
    deadline.kept(simulation(definition, form, requester, facts, deadline))
}

fn simulation(
    definition: &Workflow,
    form: &Json,
    requester: UserId,
    facts: &Facts<'_>,
    deadline: &Deadline<'_>,
) -> Result<Simulation, Refusal> {
    let mut state = State::new(RequestId(Uuid::nil()));
    let facts = Facts {
        actor: Actor::User(requester),
        ..facts.clone()
    };
    let command = Command::Submit {
        version: 0,
        number: String::new(),
        requester: None,
        starter: None,
        form: form.clone(),
    };
    let judged = judge(definition, &state, &command, &facts)?;
    let mut ahead = Ahead::new(definition, &facts, deadline);
    ahead.take(&mut state, judged);
    Ok(ahead.run(state))
}

/// What is still to come of a running request.
pub fn next(definition: &Workflow, state: &State, facts: &Facts<'_>) -> Simulation {
    ahead_of(definition, state, facts, &Deadline::none())
}

/// The same for whoever waits no longer than this.
pub fn next_within(
    definition: &Workflow,
    state: &State,
    facts: &Facts<'_>,
    deadline: &Deadline<'_>,
) -> Result<Simulation, TooCostly> {
    deadline.kept(ahead_of(definition, state, facts, deadline))
}

fn ahead_of(definition: &Workflow, state: &State, facts: &Facts<'_>, deadline: &Deadline<'_>) -> Simulation {
    let mut ahead = Ahead::new(definition, facts, deadline);
    for (id, scope) in &state.scopes {
        if let Some(waiting) = scope.waiting() {
            ahead.step(Some(*id), &scope.step, &scope.title, Foresight::Waits, None);
            ahead.due(waiting.until);
        }
        let seats: Vec<&Seat> = state.seats_of(*id).collect();
        if seats.is_empty() {
            continue;
        }
        let held = scope.held.as_ref().map(trouble_text);
        let foresight = if held.is_some() {
            Foresight::Held
        } else {
            Foresight::Open
        };
        ahead.step(Some(*id), &scope.step, &scope.title, foresight, held);
        for seat in seats {
            ahead.asked(state, seat.task);
        }
    }
    ahead.run(state.clone())
}

struct Ahead<'a> {
    definition: &'a Workflow,
    facts: &'a Facts<'a>,
    deadline: &'a Deadline<'a>,
    /// Later than now where something was waited for.
    now: Instant,
    standings: Standings,
    missing: Vec<Missing>,
    steps: Vec<Foreseen>,
    /// Which scope each of the steps is.
    places: Vec<Option<ScopeId>>,
}

impl<'a> Ahead<'a> {
    fn new(definition: &'a Workflow, facts: &'a Facts<'a>, deadline: &'a Deadline<'a>) -> Self {
        Self {
            definition,
            facts,
            deadline,
            now: facts.now,
            standings: facts.standings.clone(),
            missing: Vec::new(),
            steps: Vec::new(),
            places: Vec::new(),
        }
    }

    fn run(mut self, mut state: State) -> Simulation {
        for _ in 0..ANSWERS {
            if self.deadline.has_passed() {
                break;
            }
            let Some((actor, command)) = self.answer(&state) else {
                break;
            };
            let facts = Facts {
                actor,
                now: self.now,
                standings: self.standings.clone(),
                ..self.facts.clone()
            };
            let Ok(judged) = suppose(self.definition, &state, &command, &facts) else {
                break;
            };
            self.take(&mut state, judged);
        }
        Simulation {
            outcome: state.status,
            warnings: state.warnings.clone(),
            missing: self.missing,
            steps: self.steps,
        }
    }

    fn take(&mut self, state: &mut State, judged: Judged) {
        for event in &judged.events {
            apply(state, event);
            self.standings.follow(state, event);
            self.look(state, event);
        }
        for missing in judged.missing {
            if !self.missing.contains(&missing) {
                self.missing.push(missing);
            }
        }
    }

    fn look(&mut self, state: &State, event: &Event) {
        let id = state.version;
        match &event.what {
            What::Entered(entered) => {
                let (foresight, said) = match &entered.kind {
                    Opened::Approval { .. } => (Foresight::Asked, false),
                    Opened::Unclear => (Foresight::Held, false),
                    Opened::Wait { .. } => (Foresight::Waits, true),
                    Opened::Case { .. }
                    | Opened::Parallel { .. }
                    | Opened::Each { .. }
                    | Opened::Repeat
                    | Opened::Stage
                    | Opened::Action => (Foresight::Done, true),
                    Opened::Branch { .. } | Opened::Item { .. } => return,
                };
                let why = said.then(|| self.said(state, event));
                self.step(Some(id), &entered.step, &entered.title, foresight, why);
                if let Opened::Wait { until, .. } = &entered.kind {
                    self.due(*until);
                }
            }
            What::Skipped(skipped) => {
                let why = self.said(state, event);
                self.step(None, &skipped.step, &skipped.title, Foresight::Skipped, Some(why));
            }
            What::Copied(copied) => {
                let why = self.said(state, event);
                self.step(None, &copied.step, &copied.title, Foresight::Done, Some(why));
            }
            What::VariablesSet(set) => {
                let why = self.said(state, event);
                self.step(None, &set.step, &set.title, Foresight::Done, Some(why));
            }
            What::SeatOpened(opened) => self.asked(state, opened.task),
            What::Held { scope, why } => {
                if let Some(step) = self.of(*scope) {
                    step.state = Foresight::Held;
                    step.why = Some(trouble_text(why));
                }
            }
            What::Ended(ended) => {
                if let Some(step) = ended.step.as_deref().and_then(|key| self.definition.step(key))
                    && matches!(step.kind, crate::definition::StepKind::End(_))
                {
                    let why = self.said(state, event);
                    self.step(
                        None,
                        &step.key,
                        &crate::step::title(step),
                        Foresight::Ends,
                        Some(why),
                    );
                }
            }
            _ => {}
        }
    }

    fn step(
        &mut self,
        scope: Option<ScopeId>,
        step: &str,
        title: &Text,
        state: Foresight,
        why: Option<Text>,
    ) {
        self.steps.push(Foreseen {
            step: step.to_owned(),
            title: title.clone(),
            state,
            who: Vec::new(),
            due: None,
            why,
        });
        self.places.push(scope);
    }

    /// By when the latest of the steps is over.
    fn due(&mut self, due: Option<Instant>) {
        if let Some(step) = self.steps.last_mut() {
            step.due = due;
        }
    }

    fn of(&mut self, scope: ScopeId) -> Option<&mut Foreseen> {
        let place = self.places.iter().position(|one| *one == Some(scope))?;
        self.steps.get_mut(place)
    }

    fn asked(&mut self, state: &State, task: countersign_kernel::id::TaskId) {
        let Some(seat) = state.seat(task) else { return };
        let (scope, user, due) = (seat.scope, seat.holder, seat.due);
        let why = self.in_both(state, |telling| why(state, seat, telling));
        if let Some(step) = self.of(scope) {
            step.who.push(Whom { user, why });
            step.due = step.due.into_iter().chain(due).min();
        }
    }

    fn said(&self, state: &State, event: &Event) -> Text {
        self.in_both(state, |telling| tell(event, state, telling))
    }

    fn in_both(&self, state: &State, say: impl Fn(&Telling<'_>) -> String) -> Text {
        let effort = Effort::default();
        let reading = Reading::new(self.definition, state, self.facts, &effort);
        let names = |id: UserId| {
            reading
                .known(id)
                .map_or_else(|| id.to_string(), |person| person.name.clone())
        };
        let telling = |locale| Telling {
            names: &names,
            zone: self.facts.zone,
            locale,
            workflow: Some(self.definition),
        };
        both(say(&telling(Locale::En)), say(&telling(Locale::ZhCn)))
    }
}
