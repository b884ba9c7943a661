//! `repeat`: the same steps again, while a condition holds at their end.

use crate::definition::{Repeat, StepKind};
use crate::machine::{Judge, Place};
use crate::state::Kind;
use crate::vocabulary::{Opened, ScopeId, Trouble, What};

pub(crate) fn begin(judge: &mut Judge<'_>, at: Place<'_>) {
    let scope = judge.enter(&at, Opened::Repeat, 0);
    judge.go_on(scope);
}

/// At the end of the steps of a `repeat`: whether they begin again, or the step is held, so that it does not end now.
pub(crate) fn begins_again(judge: &mut Judge<'_>, id: ScopeId) -> bool {
    let Some((round, repeat)) = of(judge, id) else {
        return false;
    };
    let reading = judge.reading_in(id);
    match reading.holds(&repeat.again) {
        Ok(false) => return false,
        Ok(true) if round < repeat.at_most => {
            let reads = reading.reads(&repeat.again);
            judge.emit(What::Repeated {
                scope: id,
                round: round + 1,
                reads,
            });
            judge.go_on(id);
        }
        Ok(true) => {
            let at_most = repeat.at_most;
            judge.hold(id, Trouble::Repeated { at_most });
        }
        Err(trouble) => judge.hold(id, trouble),
    }
    true
}

fn of<'a>(judge: &Judge<'a>, id: ScopeId) -> Option<(u32, &'a Repeat)> {
    let scope = judge.state.scope(id)?;
    match (&scope.kind, &judge.definition.step(&scope.step)?.kind) {
        (Kind::Repeat { round, .. }, StepKind::Repeat(repeat)) => Some((*round, repeat)),
        _ => None,
    }
}
