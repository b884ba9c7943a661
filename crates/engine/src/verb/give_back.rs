//! **Return**: "Not like this: …", to the requester or to an earlier step. Safe anywhere: what is open inside is
//! closed, what runs again is new, and into a finished `parallel` only the one branch runs again.

use countersign_kernel::id::TaskId;

use super::{need_words, words};
use crate::definition::{Choose, OnReject, Step, StepKind, Take, Workflow};
use crate::machine::{Judge, Place};
use crate::places::{Turn, keys, way};
use crate::refusal::Refusal;
use crate::state::{Kind, Record, Seat, State, Verb};
use crate::step::{choose, parallel};
use crate::vocabulary::{Closing, Opened, Outcome, Purpose, Returned, ScopeId, What};

/// How often a step may return a request where the file does not say.
const AT_MOST: u32 = 20;

pub(crate) fn run(
    judge: &mut Judge<'_>,
    task: TaskId,
    to: Option<&str>,
    comment: Option<&str>,
) -> Result<(), Refusal> {
    let (seat, at_most) = may_return(judge, task, comment)?;
    if returns(judge, seat.scope) >= at_most {
        return Err(Refusal::TooManyReturns { at_most });
    }
    match to.filter(|to| *to != "requester") {
        None => to_requester(judge, seat.scope, Some(task), words(comment)),
        Some(to) => {
            let found = way_back(judge, seat.scope, to).ok_or_else(|| Refusal::NoWayBack {
                to: to.to_owned(),
                possible: possible(judge.definition, &judge.state, seat.scope),
            })?;
            to_step(judge, seat.scope, Some(task), found, words(comment));
        }
    }
    Ok(())
}

fn may_return(judge: &Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(Seat, u32), Refusal> {
    let seat = judge.own_seat(task)?;
    if !judge.state.counts(seat.scope) {
        return Err(Refusal::TaskOver {
            happened: judge.happened(&seat),
        });
    }
    if seat.purpose == Purpose::Repair {
        words(comment).ok_or(Refusal::CommentNeeded { verb: Verb::Return })?;
        return Ok((seat, u32::MAX));
    }
    let (seat, approval) = judge.deciding(task, Verb::Return)?;
    if !approval.allow.give_back {
        return Err(Refusal::NotAllowedHere { verb: Verb::Return });
    }
    need_words(approval, Verb::Return, comment)?;
    let at_most = match approval.on_reject {
        OnReject::Return { at_most, .. } => at_most,
        OnReject::End => AT_MOST,
    };
    Ok((seat, at_most))
}

/// How often a step has returned the request.
fn returns(judge: &Judge<'_>, scope: ScopeId) -> u32 {
    let before = judge.state.returns.get(&judge.state.key_of(scope));
    before.copied().unwrap_or(0)
}

/// A return to the requester, by the step that a scope is.
fn returned(
    judge: &Judge<'_>,
    from: ScopeId,
    task: Option<TaskId>,
    again: Vec<String>,
    comment: Option<&str>,
) -> Returned {
    let step = judge.state.scope(from).map(|scope| scope.step.clone());
    let step = step.unwrap_or_default();
    let in_item = judge.state.key_of(from) != step;
    Returned {
        step,
        from: in_item.then_some(from),
        task,
        to: None,
        list: None,
        index: 0,
        again,
        comment: comment.map(str::to_owned),
    }
}

/// `on_reject: {return_to: …}`. False: it may not return again, and so the rejection stands.
pub(crate) fn after_rejection(
    judge: &mut Judge<'_>,
    scope: ScopeId,
    to: Option<&str>,
    at_most: u32,
    comment: Option<&str>,
) -> bool {
    if returns(judge, scope) >= at_most {
        return false;
    }
    match to {
        None => to_requester(judge, scope, None, comment),
        Some(to) => match way_back(judge, scope, to) {
            None => return false,
            Some(found) => to_step(judge, scope, None, found, comment),
        },
    }
    true
}

fn to_requester(judge: &mut Judge<'_>, from: ScopeId, task: Option<TaskId>, comment: Option<&str>) {
    let again = to_the_requester(judge, task);
    let to_requester = returned(judge, from, task, again, comment);
    judge.emit(What::Returned(to_requester));
}

/// Closes all that is open, but the task that is given back: the requester has the request now. The steps that run again once it
/// is submitted again.
pub(super) fn to_the_requester(judge: &mut Judge<'_>, task: Option<TaskId>) -> Vec<String> {
    judge.close_seats_but(|_| true, task, Closing::Returned);
    let whole: Vec<ScopeId> = judge
        .state
        .scopes
        .iter()
        .filter(|(_, scope)| scope.parent.is_none() && scope.is_running())
        .map(|(id, _)| *id)
        .collect();
    for scope in whole {
        judge.emit(What::Closed {
            scope,
            why: Closing::Returned,
        });
    }
    keys(&judge.definition.steps)
}

/// A way back: the list that goes on, from which of its steps, and the turns inside that step.
struct WayBack<'a> {
    list: ScopeId,
    steps: &'a [Step],
    turns: Vec<Turn>,
    to: String,
    /// The step of the list that is open now.
    now: usize,
}

/// From the innermost list outwards: the first in which `to` stands before what is open.
fn way_back<'a>(judge: &Judge<'a>, from: ScopeId, to: &str) -> Option<WayBack<'a>> {
    judge
        .state
        .record(to, Some(from))
        .filter(|record| was_done(record))?;
    let target = judge.definition.step(to)?;
    if !matches!(target.kind, StepKind::Approval(_)) {
        return None;
    }
    let path = judge.state.path(from);
    for pair in path.windows(2) {
        let [below, list] = pair else { continue };
        let (Some(below), Some(scope)) = (judge.state.scope(*below), judge.state.scope(*list)) else {
            continue;
        };
        let Some(steps) = judge.steps_of(scope) else {
            continue;
        };
        let now = below.index as usize;
        if let Some(turns) = way(steps, to).filter(|turns| {
            turns.first().is_some_and(|turn| turn.index < now) && !turns.iter().any(|turn| turn.items)
        }) {
            return Some(WayBack {
                list: *list,
                steps,
                turns,
                to: to.to_owned(),
                now,
            });
        }
    }
    None
}

fn was_done(record: &Record) -> bool {
    record.outcome != Outcome::Skipped
}

/// The earlier steps that a seat's holder may return to.
pub(crate) fn possible(definition: &Workflow, state: &State, from: ScopeId) -> Vec<String> {
    let path: Vec<(usize, Option<&Kind>, &str)> = state
        .path(from)
        .iter()
        .filter_map(|id| state.scope(*id))
        .map(|scope| (scope.index as usize, Some(&scope.kind), scope.step.as_str()))
        .collect();
    let mut all = Vec::new();
    for pair in path.windows(2) {
        let [(now, _, _), (_, Some(kind), step)] = pair else {
            continue;
        };
        for earlier in list_of(definition, kind, step).iter().take(*now) {
            let approvals = definition_steps(earlier)
                .into_iter()
                .filter(|step| matches!(step.kind, StepKind::Approval(_)));
            all.extend(
                approvals
                    .filter(|step| state.record(&step.key, Some(from)).is_some_and(was_done))
                    .map(|step| step.key.clone()),
            );
        }
    }
    all
}

fn list_of<'a>(definition: &'a Workflow, kind: &Kind, step: &str) -> &'a [Step] {
    let lists = || definition.step(step).map(Step::lists).unwrap_or_default();
    match kind {
        Kind::Whole(_) => &definition.steps,
        Kind::Case { case: Some(case), .. } => lists().get(*case as usize).copied().unwrap_or_default(),
        Kind::Case { case: None, .. } => lists().last().copied().unwrap_or_default(),
        Kind::Branch { name, .. } => match definition.step(step).map(|step| &step.kind) {
            Some(StepKind::Parallel(parallel)) => parallel
                .branches
                .iter()
                .find(|branch| branch.name == *name)
                .map(|branch| branch.steps.as_slice())
                .unwrap_or_default(),
            Some(StepKind::Choose(choose)) => choose.steps_of(name).unwrap_or_default(),
            _ => &[],
        },
        Kind::Repeat { .. } | Kind::Item { .. } | Kind::Stage(_) => {
            lists().first().copied().unwrap_or_default()
        }
        Kind::Parallel { .. } | Kind::Wait(_) | Kind::Approval(_) | Kind::Action { .. } | Kind::Unclear => {
            &[]
        }
    }
}

fn definition_steps(step: &Step) -> Vec<&Step> {
    let mut all = vec![step];
    for list in step.lists_to_return_into() {
        all.extend(list.iter().flat_map(definition_steps));
    }
    all
}

fn to_step(
    judge: &mut Judge<'_>,
    from: ScopeId,
    task: Option<TaskId>,
    back: WayBack<'_>,
    comment: Option<&str>,
) {
    let index = back.turns.first().map_or(0, |turn| turn.index);
    let children: Vec<ScopeId> = judge
        .state
        .scopes
        .iter()
        .filter(|(_, scope)| scope.parent == Some(back.list) && scope.index as usize >= index)
        .map(|(id, _)| *id)
        .collect();
    for child in children {
        let inside = judge.state.within(child);
        judge.close_seats_but(|seat| inside.contains(&seat), task, Closing::Returned);
        for scope in inside {
            if judge
                .state
                .scope(scope)
                .is_some_and(crate::state::Scope::is_running)
            {
                judge.emit(What::Closed {
                    scope,
                    why: Closing::Returned,
                });
            }
        }
    }
    let again = again(back.steps, &back.turns, back.now);
    let to_step = Returned {
        to: Some(back.to.clone()),
        list: Some(back.list),
        index: index as u32,
        ..returned(judge, from, task, again, comment)
    };
    judge.emit(What::Returned(to_step));
    reopen(judge, back.list, back.steps, &back.turns);
}

/// What runs again: from the target on, in its own list and in each around it, up to what is open now.
fn again(steps: &[Step], turns: &[Turn], now: usize) -> Vec<String> {
    let Some((turn, rest)) = turns.split_first() else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let begins = match (turn.inside, steps.get(turn.index)) {
        (Some(inside), Some(step)) => {
            all.push(step.key.clone());
            if let Some(list) = step.lists().get(inside) {
                all.extend(again(list, rest, list.len()));
            }
            turn.index + 1
        }
        _ => turn.index,
    };
    all.extend(keys(
        steps
            .get(begins..=now.min(steps.len().saturating_sub(1)))
            .unwrap_or_default(),
    ));
    all
}

/// Goes to the target, opening again the blocks around it: of a `parallel` only the one branch runs, its siblings
/// keep their outcomes.
fn reopen(judge: &mut Judge<'_>, list: ScopeId, steps: &[Step], turns: &[Turn]) {
    let Some((turn, rest)) = turns.split_first() else {
        return;
    };
    let (Some(inside), Some(step)) = (turn.inside, steps.get(turn.index)) else {
        return judge.go_on(list);
    };
    let (lists, first) = (step.lists(), rest.first().map_or(0, |turn| turn.index as u32));
    let Some(inner) = lists.get(inside) else {
        return judge.go_on(list);
    };
    let at = Place {
        parent: list,
        index: turn.index as u32,
        step,
        doubt: None,
    };
    let scope = match &step.kind {
        StepKind::Repeat(_) => judge.enter(&at, Opened::Repeat, first),
        StepKind::Stage(_) => judge.enter(&at, Opened::Stage, first),
        StepKind::Choose(choose) if choose.take == Take::All => {
            let case = (inside < choose.cases.len()).then_some(inside);
            let kept = kept(&judge.state, &step.key, &Choose::branch(case));
            let block = choose::open_all(judge, &at, kept.len() + 1, kept);
            choose::open_case(judge, block, &at, choose, case, first)
        }
        StepKind::Choose(choose) => {
            let case = (inside < choose.cases.len()).then_some(inside as u32);
            judge.enter(
                &at,
                Opened::Case {
                    case,
                    when: None,
                    reads: Vec::new(),
                },
                first,
            )
        }
        StepKind::Parallel(block) => {
            let Some(branch) = block.branches.get(inside) else {
                return judge.go_on(list);
            };
            let kept = kept(&judge.state, &step.key, &branch.name);
            let opened = parallel::open(judge, &at, block, kept, true);
            parallel::open_branch(judge, opened, inside as u32, &at, &branch.name, first)
        }
        // Nothing leads into an `each` from outside.
        StepKind::Each(_)
        | StepKind::Approval(_)
        | StepKind::Wait(_)
        | StepKind::Action(_)
        | StepKind::Cc(_)
        | StepKind::Set(_)
        | StepKind::End(_) => {
            return judge.go_on(list);
        }
    };
    reopen(judge, scope, inner, rest);
}

/// What the other branches of a block had come to.
fn kept(state: &State, step: &str, but: &str) -> Vec<(String, Outcome)> {
    let latest = state.scopes.values().rev().find_map(|scope| match &scope.kind {
        Kind::Parallel { results, .. } if scope.step == step => Some(results),
        _ => None,
    });
    let others = latest
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.as_str() != but);
    others.map(|(name, outcome)| (name.clone(), *outcome)).collect()
}
