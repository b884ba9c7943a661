//! A judgement under way: it folds its own events as it goes, until nothing more follows of itself.

mod seats;

use countersign_kernel::id::UserId;
use countersign_kernel::text::Text;

use crate::apply::apply;
use crate::definition::{Rest, Step, StepKind, Workflow};
use crate::machine::Facts;
use crate::picking::{Missing, Standings};
use crate::reading::{Effort, Reading};
use crate::refusal::Named;
use crate::state::{Kind, Run, Scope, State};
use crate::vocabulary::{
    Closing, Ended, Entered, Event, Opened, Outcome, ScopeId, Skip, Skipped, Status, Trouble, What,
};
use crate::{ballot, step};

/// So many things happen of themselves after one command at most.
const BUDGET: u32 = 20_000;

/// A judgement under way: a copy of the state, the events so far, and what is still to be looked at.
pub(crate) struct Judge<'a> {
    pub definition: &'a Workflow,
    pub facts: &'a Facts<'a>,
    pub state: State,
    pub events: Vec<Event>,
    /// Nobody really acts: what they would fill in is not known, and asked for by nothing.
    pub supposes: bool,
    /// Of those of whom a step asks one; it follows what is said here.
    pub standings: Standings,
    pub missing: Vec<Missing>,
    todo: Vec<Todo>,
    pub effort: Effort,
}

/// What is still to be looked at; the latest first.
#[derive(Debug, Clone, Copy)]
enum Todo {
    /// A list goes on with its next step.
    GoOn(ScopeId),
    /// A step, branch or case has come to this.
    Ended(ScopeId, Outcome),
}

impl<'a> Judge<'a> {
    pub(crate) fn new(definition: &'a Workflow, state: &State, facts: &'a Facts<'a>) -> Self {
        let (state, effort) = (state.clone(), Effort::default());
        Self {
            definition,
            facts,
            state,
            events: Vec::new(),
            supposes: false,
            standings: facts.standings.clone(),
            missing: Vec::new(),
            todo: Vec::new(),
            effort,
        }
    }

    /// Says that something is so; the state follows at once. Gives the event's number.
    pub(crate) fn emit(&mut self, what: What) -> u64 {
        let event = Event {
            at: self.facts.now,
            by: self.facts.actor.clone(),
            what,
        };
        apply(&mut self.state, &event);
        self.standings.follow(&self.state, &event);
        self.events.push(event);
        self.state.version
    }

    /// What is seen from outside every `each`.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading::new(self.definition, &self.state, self.facts, &self.effort)
    }

    /// What is seen in a scope: inside `each`, its item.
    pub(crate) fn reading_in(&self, scope: ScopeId) -> Reading<'_> {
        self.reading().within(scope)
    }

    /// The number that the next event will have.
    pub(crate) fn next_number(&self) -> u64 {
        self.state.version + 1
    }

    pub(crate) fn named(&self, id: UserId) -> Named {
        let known = self.facts.directory.person(id).map(|person| person.name.clone());
        Named {
            id: Some(id),
            name: known.unwrap_or_else(|| id.to_string()),
        }
    }

    /// What people read of a step that stands here.
    pub(crate) fn title(&self, place: ScopeId, step: &Step) -> Text {
        self.reading_in(place).title(step)
    }

    pub(crate) fn go_on(&mut self, list: ScopeId) {
        self.todo.push(Todo::GoOn(list));
    }

    pub(crate) fn ended(&mut self, scope: ScopeId, outcome: Outcome) {
        self.todo.push(Todo::Ended(scope, outcome));
    }

    /// Until nothing more follows of itself.
    pub(crate) fn run(&mut self) {
        for _ in 0..BUDGET {
            match self.todo.pop() {
                None if step::stage::stop_one(self) || step::added::resume_one(self) => {}
                None => return,
                Some(Todo::GoOn(list)) => self.next_of(list),
                Some(Todo::Ended(scope, outcome)) => self.step_ended(scope, outcome),
            }
        }
        self.todo.clear();
        if let Some(whole) = self.whole() {
            self.hold(
                whole,
                Trouble::Definition {
                    reason: "the request ran on without coming to rest.".into(),
                },
            );
        }
    }

    fn whole(&self) -> Option<ScopeId> {
        let running = self
            .state
            .scopes
            .iter()
            .rev()
            .find(|(_, scope)| scope.parent.is_none() && scope.is_running());
        running.map(|(id, _)| *id)
    }

    /// The steps of a scope that is a list.
    pub(crate) fn steps_of(&self, scope: &Scope) -> Option<&'a [Step]> {
        let inside = |key: &str| self.definition.step(key).map(|step| &step.kind);
        match &scope.kind {
            Kind::Whole(_) => Some(&self.definition.steps),
            Kind::Case { case, .. } => match (inside(&scope.step)?, case) {
                (StepKind::Choose(choose), Some(case)) => {
                    choose.cases.get(*case as usize).map(|case| case.steps.as_slice())
                }
                (StepKind::Choose(choose), None) => Some(&choose.otherwise),
                _ => None,
            },
            Kind::Branch { name, .. } => match inside(&scope.step)? {
                StepKind::Parallel(parallel) => parallel
                    .branches
                    .iter()
                    .find(|branch| branch.name == *name)
                    .map(|branch| branch.steps.as_slice()),
                StepKind::Choose(choose) => choose.steps_of(name),
                _ => None,
            },
            Kind::Repeat { .. } => match inside(&scope.step)? {
                StepKind::Repeat(repeat) => Some(&repeat.steps),
                _ => None,
            },
            Kind::Item { .. } => match inside(&scope.step)? {
                StepKind::Each(each) => Some(&each.steps),
                _ => None,
            },
            Kind::Stage(_) => match inside(&scope.step)? {
                StepKind::Stage(stage) => Some(&stage.steps),
                _ => None,
            },
            Kind::Parallel { .. }
            | Kind::Wait(_)
            | Kind::Approval(_)
            | Kind::Action { .. }
            | Kind::Unclear => None,
        }
    }

    fn next_of(&mut self, id: ScopeId) {
        let Some(scope) = self.state.scope(id).filter(|scope| scope.is_running()) else {
            return;
        };
        let Some(list) = scope.list().copied() else { return };
        let Some(steps) = self.steps_of(scope) else {
            return self.hold(
                id,
                Trouble::Definition {
                    reason: format!("the definition has no step {:?}.", scope.step),
                },
            );
        };
        match steps.get(list.next as usize) {
            Some(step) => self.begin(id, list.next, step),
            None => {
                if step::repeat::begins_again(self, id) {
                    return;
                }
                let outcome = if list.done {
                    Outcome::Approved
                } else {
                    Outcome::Skipped
                };
                self.ended(id, outcome);
            }
        }
    }

    fn begin(&mut self, parent: ScopeId, index: u32, step: &'a Step) {
        let mut doubt = None;
        if let Some(when) = &step.when {
            let reading = self.reading_in(parent);
            match reading.holds(when) {
                Ok(true) => {}
                Ok(false) => {
                    let why = Skip::When {
                        source: when.source().to_owned(),
                        reads: reading.reads(when),
                    };
                    return self.skip(parent, index, step, why);
                }
                Err(trouble) => doubt = Some(trouble),
            }
        }
        let at = Place {
            parent,
            index,
            step,
            doubt,
        };
        match &step.kind {
            StepKind::Approval(approval) => step::approval::begin(self, at, approval),
            StepKind::Choose(choose) => step::choose::begin(self, at, choose),
            StepKind::Parallel(parallel) => step::parallel::begin(self, at, parallel),
            StepKind::Repeat(_) => step::repeat::begin(self, at),
            StepKind::Each(each) => step::each::begin(self, at, each),
            StepKind::Stage(_) => step::stage::begin(self, at),
            StepKind::Wait(wait) => step::wait::begin(self, at, wait),
            StepKind::Action(action) => step::action::begin(self, at, action),
            StepKind::Cc(to) => step::cc::begin(self, at, to),
            StepKind::Set(fields) => step::set::begin(self, at, fields),
            StepKind::End(end) => step::end::begin(self, at, end),
        }
    }

    pub(crate) fn skip(&mut self, parent: ScopeId, index: u32, step: &Step, why: Skip) {
        self.emit(What::Skipped(Skipped {
            parent,
            index,
            step: step.key.clone(),
            title: self.title(parent, step),
            why,
        }));
        self.go_on(parent);
    }

    pub(crate) fn enter(&mut self, at: &Place<'_>, kind: Opened, from: u32) -> ScopeId {
        let step = at.step.key.clone();
        let title = match kind {
            Opened::Item { number } => self.reading().title_of_item(at.step, at.parent, number),
            _ => self.title(at.parent, at.step),
        };
        self.emit(What::Entered(Entered {
            parent: at.parent,
            index: at.index,
            step,
            title,
            kind,
            from,
            doubt: at.doubt.clone(),
        }))
    }

    /// A step ends; what it stands in hears of it.
    fn step_ended(&mut self, id: ScopeId, outcome: Outcome) {
        let Some(scope) = self.state.scope(id).filter(|scope| scope.is_running()) else {
            return;
        };
        let (parent, step) = (scope.parent, scope.step.clone());
        let Some(parent) = parent else {
            return self.whole_ended(outcome, None);
        };
        self.emit(What::StepEnded { scope: id, outcome });
        let Some(above) = self.state.scope(parent) else {
            return;
        };
        match (&above.kind, above.status) {
            (_, Run::Ended(_) | Run::Closed(_)) => {}
            (
                Kind::Parallel {
                    need,
                    rest,
                    branches,
                    results,
                    each_decides,
                },
                Run::Running,
            ) => {
                let (rest, results) = (*rest, results.values().copied());
                let outcome = if *each_decides {
                    ballot::each_decided(*branches, results)
                } else {
                    ballot::branches(*need, *branches, results)
                };
                if let Some(outcome) = outcome {
                    self.block_decided(parent, outcome, rest);
                }
            }
            (Kind::Whole(_), Run::Running) if outcome == Outcome::Rejected => {
                self.whole_ended(outcome, Some(step));
            }
            (_, Run::Running) if outcome == Outcome::Rejected => self.ended(parent, outcome),
            (_, Run::Running) => self.go_on(parent),
        }
    }

    /// A `parallel` has its outcome; what is open in it is closed, or kept and not counted.
    fn block_decided(&mut self, block: ScopeId, outcome: Outcome, rest: Rest) {
        if rest == Rest::Cancel || outcome == Outcome::Rejected {
            let open: Vec<ScopeId> = self
                .state
                .scopes
                .iter()
                .filter(|(_, one)| one.parent == Some(block) && one.is_running())
                .map(|(id, _)| *id)
                .collect();
            for branch in open {
                self.close(branch, Closing::Decided);
            }
        }
        self.ended(block, outcome);
    }

    /// When the list has run to its end the request is approved; a rejection at the top rejects it.
    fn whole_ended(&mut self, outcome: Outcome, step: Option<String>) {
        let status = if outcome == Outcome::Rejected {
            Status::Rejected
        } else {
            Status::Approved
        };
        self.end(Ended {
            status,
            step,
            note: None,
            comment: None,
        });
    }
}

/// Where a step stands.
pub(crate) struct Place<'a> {
    pub parent: ScopeId,
    pub index: u32,
    pub step: &'a Step,
    pub doubt: Option<Trouble>,
}
