//! `stage`: steps under one title, which stop as soon as a condition holds.

use crate::definition::{Stage, StepKind};
use crate::machine::{Judge, Place};
use crate::state::{Kind, Scope};
use crate::vocabulary::{Closing, Opened, Outcome, ScopeId, What};

pub(crate) fn begin(judge: &mut Judge<'_>, at: Place<'_>) {
    let scope = judge.enter(&at, Opened::Stage, 0);
    if !stop(judge, scope) {
        judge.go_on(scope);
    }
}

/// Stops a stage whose time has come, the outermost first; whether there was one.
pub(crate) fn stop_one(judge: &mut Judge<'_>) -> bool {
    let stages = judge
        .state
        .scopes
        .iter()
        .filter(|(_, scope)| matches!(scope.kind, Kind::Stage(_)));
    let running: Vec<ScopeId> = stages
        .filter(|(_, scope)| scope.is_running())
        .map(|(id, _)| *id)
        .collect();
    running.into_iter().any(|id| stop(judge, id))
}

fn stop(judge: &mut Judge<'_>, id: ScopeId) -> bool {
    let Some(stop_when) = of(judge, id).and_then(|stage| stage.stop_when.as_ref()) else {
        return false;
    };
    let reading = judge.reading_in(id);
    if !reading.holds(stop_when).unwrap_or(false) {
        return false;
    }
    let reads = reading.reads(stop_when);
    judge.emit(What::Stopped { scope: id, reads });
    let inside = judge
        .state
        .scopes
        .iter()
        .filter(|(_, scope)| scope.parent == Some(id) && scope.is_running());
    let inside: Vec<ScopeId> = inside.map(|(id, _)| *id).collect();
    for scope in inside {
        judge.close(scope, Closing::Stopped);
    }
    judge.ended(id, Outcome::Approved);
    true
}

fn of<'a>(judge: &Judge<'a>, id: ScopeId) -> Option<&'a Stage> {
    let key = judge
        .state
        .scope(id)
        .filter(|scope| scope.is_running())
        .map(|scope: &Scope| &scope.step)?;
    match &judge.definition.step(key)?.kind {
        StepKind::Stage(stage) => Some(stage),
        _ => None,
    }
}
