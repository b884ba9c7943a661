//! What became of an action. The answer to an attempt that is not waited for any more is refused quietly.

use serde_json::Value as Json;

use crate::definition::{Action, StepKind};
use crate::machine::Judge;
use crate::reading::is_live;
use crate::refusal::Refusal;
use crate::state::{Kind, Scope};
use crate::step::action;
use crate::vocabulary::{Outcome, ScopeId, What};

pub(crate) fn done(
    judge: &mut Judge<'_>,
    scope: ScopeId,
    attempt: u32,
    output: &Json,
) -> Result<(), Refusal> {
    waited_for(judge, scope, attempt)?;
    judge.emit(What::ActionDone {
        scope,
        output: output.clone(),
    });
    judge.ended(scope, Outcome::Approved);
    Ok(())
}

pub(crate) fn failed(
    judge: &mut Judge<'_>,
    scope: ScopeId,
    attempt: u32,
    reason: &str,
) -> Result<(), Refusal> {
    let action = waited_for(judge, scope, attempt)?;
    judge.emit(What::ActionFailed {
        scope,
        reason: reason.to_owned(),
    });
    action::failed(judge, scope, action, reason);
    Ok(())
}

fn waited_for<'a>(judge: &Judge<'a>, scope: ScopeId, attempt: u32) -> Result<&'a Action, Refusal> {
    let found = judge
        .state
        .scope(scope)
        .filter(|scope| scope.is_running() && scope.held.is_none() && is_live(judge.state.status));
    let waits = |scope: &&Scope| matches!(scope.kind, Kind::Action { attempt: latest } if latest == attempt);
    let scope = found.filter(waits).ok_or(Refusal::Obsolete)?;
    match judge.definition.step(&scope.step).map(|step| &step.kind) {
        Some(StepKind::Action(action)) => Ok(action),
        _ => Err(Refusal::Obsolete),
    }
}
