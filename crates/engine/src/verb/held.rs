//! **Retry** and **skip**: what whoever may mend a held request does with it, whether or not a task asks them to.

use super::complete::again;
use super::words;
use crate::machine::Judge;
use crate::refusal::{Refusal, Restriction};
use crate::state::{Kind, Scope, Verb};
use crate::vocabulary::{Closing, Outcome, ScopeId, Status, What};

pub(crate) fn retry(judge: &mut Judge<'_>, step: Option<&str>, comment: Option<&str>) -> Result<(), Refusal> {
    mender(judge)?;
    let held = held(judge);
    let meant: Vec<ScopeId> = match step {
        None => held,
        Some(_) => vec![one(judge, &held, step)?],
    };
    for scope in meant {
        judge.emit(What::Retried {
            scope,
            comment: words(comment).map(str::to_owned),
        });
        again(judge, scope);
    }
    Ok(())
}

pub(crate) fn skip(judge: &mut Judge<'_>, step: Option<&str>, comment: Option<&str>) -> Result<(), Refusal> {
    may_skip(judge)?;
    let scope = one(judge, &held(judge), step)?;
    if !is_step(judge, scope) {
        return Err(Refusal::NotSkippable);
    }
    let comment = words(comment).ok_or(Refusal::CommentNeeded { verb: Verb::Skip })?;
    let inside = judge.state.within(scope);
    judge.close_seats(|seat| inside.contains(&seat), Closing::Mended);
    judge.emit(What::Bypassed {
        scope,
        comment: Some(comment.to_owned()),
    });
    judge.ended(scope, Outcome::Skipped);
    Ok(())
}

/// What of it `facts.actor` may do now.
pub(crate) fn possible(judge: &Judge<'_>) -> Vec<Verb> {
    if mender(judge).is_err() {
        return Vec::new();
    }
    let some_step = held(judge).into_iter().any(|scope| is_step(judge, scope));
    let skip = some_step && may_skip(judge).is_ok();
    let mut verbs = vec![Verb::Retry];
    verbs.extend(skip.then_some(Verb::Skip));
    verbs.push(Verb::Move);
    verbs
}

/// Whether the actor owns the workflow or is an admin, and the request is held and not theirs.
pub(crate) fn mender(judge: &Judge<'_>) -> Result<(), Refusal> {
    let (actor, state) = (judge.actor()?, &judge.state);
    let requester = state.requester.ok_or(Refusal::NotSubmitted)?;
    let who = || judge.named(actor);
    if requester == actor {
        return Err(Refusal::OwnRequest);
    }
    if state.starter == Some(actor) {
        return Err(Refusal::Restricted {
            who: who(),
            why: Restriction::Starter,
        });
    }
    let person = judge.facts.directory.person(actor);
    let active = person.filter(|person| person.active);
    let person = active.ok_or_else(|| Refusal::NotActive { who: who() })?;
    let owners = judge.reading().find(&judge.definition.owners).unwrap_or_default();
    if !person.roles.contains("admin") && !owners.iter().any(|owner| owner.user == actor) {
        return Err(Refusal::NotAnOwner);
    }
    match state.status {
        Status::Held => Ok(()),
        status if status.is_end() => Err(Refusal::Over {
            status,
            happened: judge.happened_last(),
        }),
        status => Err(Refusal::NotHeld { status }),
    }
}

/// To leave a step out decides as much as to approve there: whoever published the version does not.
fn may_skip(judge: &Judge<'_>) -> Result<(), Refusal> {
    mender(judge)?;
    let actor = judge.actor()?;
    if judge.facts.publisher.is_some_and(|publisher| publisher.is(actor)) {
        return Err(Refusal::Restricted {
            who: judge.named(actor),
            why: Restriction::OwnRule,
        });
    }
    Ok(())
}

/// What is held, in order of beginning.
pub(crate) fn held(judge: &Judge<'_>) -> Vec<ScopeId> {
    let is_held = |scope: &Scope| scope.is_running() && scope.held.is_some();
    let all = judge.state.scopes.iter();
    all.filter(|(_, scope)| is_held(scope))
        .map(|(id, _)| *id)
        .collect()
}

/// The one that is named, else the only one.
fn one(judge: &Judge<'_>, held: &[ScopeId], step: Option<&str>) -> Result<ScopeId, Refusal> {
    let key = |id: &ScopeId| judge.state.scope(*id).map_or("", |scope| scope.step.as_str());
    let mut meant = held.iter().filter(|id| step.is_none_or(|step| key(id) == step));
    match (meant.next(), meant.next()) {
        (Some(only), None) => Ok(*only),
        _ => Err(Refusal::WhichStep {
            steps: held
                .iter()
                .map(|id| key(id).to_owned())
                .filter(|key| !key.is_empty())
                .collect(),
        }),
    }
}

/// Whether it is a step that is held, and not a list that cannot go on.
fn is_step(judge: &Judge<'_>, scope: ScopeId) -> bool {
    let kind = judge.state.scope(scope).map(|scope| &scope.kind);
    matches!(
        kind,
        Some(Kind::Parallel { .. } | Kind::Approval(_) | Kind::Action { .. } | Kind::Unclear)
    )
}
