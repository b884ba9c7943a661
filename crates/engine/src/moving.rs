//! **Move**: a held request goes on by another version of its workflow. What stands in the way is said beforehand.

use countersign_kernel::text::{Locale, Text};

use crate::definition::{Branch, Required, Step, StepKind, Workflow};
use crate::explain::step_text;
use crate::form::fits;
use crate::machine::{Facts, Judge, Judged};
use crate::refusal::{Refusal, both};
use crate::state::{Kind, Scope, State};
use crate::step::title;
use crate::verb::complete::again;
use crate::verb::held::{held, mender};
use crate::verb::words;
use crate::vocabulary::{Moved, ScopeId, What};

/// What stands in the way of a request that shall go by another version; nothing: it can.
pub fn obstacles(
    old: &Workflow,
    new: &Workflow,
    version: i64,
    state: &State,
    facts: &Facts<'_>,
) -> Vec<Text> {
    if version <= state.workflow_version {
        let (at, to) = (state.workflow_version, version);
        return vec![both(
            format!("It goes by version {at} already, and {to} is not newer."),
            format!("它已采用版本 {at}，版本 {to} 并不更新。"),
        )];
    }
    let mut found = form(new, state, facts);
    found.extend(
        new.facts
            .iter()
            .filter(|fact| !state.facts.contains_key(&fact.name))
            .map(|fact| {
                let name = &fact.name;
                both(
                    format!("`{name}` is looked up at a submission there, and was not for this request."),
                    format!("该版本在提交时查询 `{name}`，而此申请未曾查询。"),
                )
            }),
    );
    found.extend(placed(old, new, state).err().unwrap_or_default());
    found
}

/// The events that bring a request to another version, in which what was held begins anew. `facts` are those of the new one.
pub fn move_to(
    old: &Workflow,
    new: &Workflow,
    version: i64,
    comment: Option<&str>,
    state: &State,
    facts: &Facts<'_>,
) -> Result<Judged, Refusal> {
    // Who may mend it is said by the version that it goes by.
    mender(&Judge::new(old, state, facts))?;
    let reasons = obstacles(old, new, version, state, facts);
    let places = placed(old, new, state).unwrap_or_default();
    if !reasons.is_empty() {
        return Err(Refusal::CannotMove { reasons });
    }
    let mut judge = Judge::new(new, state, facts);
    judge.emit(What::Moved(Moved {
        version,
        title: new.title.clone(),
        places: places.steps,
        nexts: places.nexts,
        cases: places.cases,
        comment: words(comment).map(str::to_owned),
    }));
    for scope in held(&judge) {
        again(&mut judge, scope);
    }
    judge.run();
    Ok(judge.into())
}

/// What the form lacks for another version.
fn form(new: &Workflow, state: &State, facts: &Facts<'_>) -> Vec<Text> {
    let mut found = Vec::new();
    for field in &new.form.fields {
        let filled = state.form.get(&field.name).filter(|value| !value.is_null());
        let label = |locale: Locale| match &field.label {
            Some(label) => label.get(locale).to_owned(),
            None => field.name.clone(),
        };
        let (en, zh) = (label(Locale::En), label(Locale::ZhCn));
        match filled {
            None if matches!(field.required, Required::Yes) && field.show_when.is_none() => found.push(both(
                format!("\"{en}\" must be filled in there, and is empty."),
                format!("该版本要求填写“{zh}”，而它为空。"),
            )),
            Some(value) if !fits(&field.kind, value, facts.currency) => found.push(both(
                format!("\"{en}\" is filled in with what it does not hold there."),
                format!("“{zh}”的内容不符合该版本。"),
            )),
            None | Some(_) => {}
        }
    }
    found
}

/// Where what runs stands in another version.
#[derive(Default)]
struct Places {
    steps: Vec<(ScopeId, u32)>,
    nexts: Vec<(ScopeId, u32)>,
    cases: Vec<(ScopeId, u32)>,
}

/// A walk over what runs, parents first, through both versions at once.
struct Walk<'a> {
    old: &'a Workflow,
    state: &'a State,
    places: Places,
    obstacles: Vec<Text>,
}

fn placed(old: &Workflow, new: &Workflow, state: &State) -> Result<Places, Vec<Text>> {
    let mut walk = Walk {
        old,
        state,
        places: Places::default(),
        obstacles: Vec::new(),
    };
    let whole = state
        .scopes
        .iter()
        .rfind(|(_, scope)| scope.is_running() && scope.parent.is_none());
    if let Some((id, scope)) = whole {
        walk.list(*id, scope, &old.steps, &new.steps);
    }
    if walk.obstacles.is_empty() {
        Ok(walk.places)
    } else {
        Err(walk.obstacles)
    }
}

impl Walk<'_> {
    fn inside(&self, id: ScopeId) -> Vec<(ScopeId, Scope)> {
        let all = self.state.scopes.iter();
        let inside = all.filter(|(_, scope)| scope.is_running() && scope.parent == Some(id));
        inside.map(|(id, scope)| (*id, scope.clone())).collect()
    }

    fn list(&mut self, id: ScopeId, scope: &Scope, old: &[Step], new: &[Step]) {
        let place = |key: &str| new.iter().position(|step| step.key == key);
        let Some(list) = scope.list() else { return };
        let inside = self.inside(id);
        if inside.is_empty() {
            // It stands before a step, or at its end.
            match old.get(list.next as usize) {
                None => self.places.nexts.push((id, new.len() as u32)),
                Some(step) => match place(&step.key) {
                    Some(next) => self.places.nexts.push((id, next as u32)),
                    None => self.gone(&title(step)),
                },
            }
        }
        for (inner, scope) in inside {
            let Some(index) = place(&scope.step) else {
                self.gone(&scope.title);
                continue;
            };
            self.places.steps.push((inner, index as u32));
            self.places.nexts.push((id, index as u32 + 1));
            if let (Some(before), Some(after)) = (self.old.step(&scope.step), new.get(index)) {
                self.step(inner, &scope, before, after);
            }
        }
    }

    fn step(&mut self, id: ScopeId, scope: &Scope, old: &Step, new: &Step) {
        match (&scope.kind, &old.kind, &new.kind) {
            (Kind::Case { case, .. }, StepKind::Choose(before), StepKind::Choose(after)) => match case {
                None => self.list(id, scope, &before.otherwise, &after.otherwise),
                Some(number) => {
                    let taken = before.cases.get(*number as usize);
                    let same = taken.and_then(|taken| {
                        let sources = after.cases.iter().map(|case| case.when.source());
                        let found = sources
                            .enumerate()
                            .find(|(_, source)| *source == taken.when.source())?;
                        Some((taken, found.0, after.cases.get(found.0)?))
                    });
                    let Some((taken, number, case)) = same else {
                        return self.changed(&scope.title);
                    };
                    self.places.cases.push((id, number as u32));
                    self.list(id, scope, &taken.steps, &case.steps);
                }
            },
            (Kind::Parallel { .. }, StepKind::Parallel(before), StepKind::Parallel(after)) => {
                if names(&before.branches) != names(&after.branches) {
                    return self.changed(&scope.title);
                }
                for (inner, branch) in self.inside(id) {
                    let Kind::Branch { name, .. } = &branch.kind else {
                        continue;
                    };
                    let one = |all: &'_ [Branch]| all.iter().position(|branch| branch.name == *name);
                    if let (Some(from), Some(to)) = (one(&before.branches), one(&after.branches)) {
                        self.places.steps.push((inner, to as u32));
                        if let (Some(from), Some(to)) = (before.branches.get(from), after.branches.get(to)) {
                            self.list(inner, &branch, &from.steps, &to.steps);
                        }
                    }
                }
            }
            (Kind::Parallel { .. }, StepKind::Each(before), StepKind::Each(after)) => {
                if !before.expressions().eq(after.expressions()) {
                    return self.changed(&scope.title);
                }
                for (inner, item) in self.inside(id) {
                    self.list(inner, &item, &before.steps, &after.steps);
                }
            }
            (Kind::Repeat { .. }, StepKind::Repeat(before), StepKind::Repeat(after)) => {
                self.list(id, scope, &before.steps, &after.steps);
            }
            (Kind::Stage(_), StepKind::Stage(before), StepKind::Stage(after)) => {
                self.list(id, scope, &before.steps, &after.steps);
            }
            // What is held begins anew, whatever it is by then.
            _ if scope.held.is_some() => {}
            _ if step_text(old) == step_text(new) => {}
            _ => self.changed(&scope.title),
        }
    }

    fn gone(&mut self, step: &Text) {
        let (en, zh) = (step.get(Locale::En), step.get(Locale::ZhCn));
        self.obstacles.push(both(
            format!("\"{en}\" does not stand in that version where it stands in this one."),
            format!("“{zh}”在该版本中不在相同的位置。"),
        ));
    }

    fn changed(&mut self, step: &Text) {
        let (en, zh) = (step.get(Locale::En), step.get(Locale::ZhCn));
        self.obstacles.push(both(
            format!("\"{en}\" is under way, and goes otherwise in that version."),
            format!("“{zh}”正在进行，而该版本对它的规定不同。"),
        ));
    }
}

/// The names of branches, in an order of their own.
fn names(branches: &[Branch]) -> Vec<&str> {
    let mut names: Vec<&str> = branches.iter().map(|branch| branch.name.as_str()).collect();
    names.sort_unstable();
    names
}
