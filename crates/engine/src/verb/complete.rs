//! **Complete**: an owner has mended what held a step; it is tried again, as if it began now.

use countersign_kernel::id::TaskId;

use super::words;
use crate::definition::StepKind;
use crate::machine::Judge;
use crate::reading::trouble_text;
use crate::refusal::Refusal;
use crate::state::{Kind, Verb};
use crate::step::action;
use crate::vocabulary::{Closing, Command, Purpose, Trouble, What};

pub(crate) fn run(judge: &mut Judge<'_>, task: TaskId, comment: Option<&str>) -> Result<(), Refusal> {
    let seat = judge.own_seat(task)?;
    if seat.purpose != Purpose::Repair {
        return Err(Refusal::NotForThisTask {
            verb: Verb::Complete,
            repair: false,
        });
    }
    let scope = judge.state.scope(seat.scope).ok_or(Refusal::NoSuchTask)?;
    let (parent, step, kind) = (scope.parent, scope.step.clone(), scope.kind.clone());
    judge.emit(What::Mended {
        task,
        comment: words(comment).map(str::to_owned),
    });
    judge.close_seats(|one| one == seat.scope, Closing::Mended);
    match (kind, judge.definition.step(&step).map(|step| &step.kind), parent) {
        (Kind::Action { attempt }, Some(StepKind::Action(what)), _) => {
            action::want(judge, seat.scope, attempt + 1, what);
        }
        (Kind::Whole(_) | Kind::Branch { .. } | Kind::Case { .. }, _, _) | (_, _, None) => {
            judge.go_on(seat.scope);
        }
        (_, _, Some(parent)) => {
            judge.close(seat.scope, Closing::Mended);
            judge.go_on(parent);
        }
    }
    Ok(())
}

/// Trying again must have helped: else nothing has changed, and the owner is told.
pub(crate) fn check(judge: &Judge<'_>, command: &Command) -> Result<(), Refusal> {
    let Command::Complete { task, .. } = command else {
        return Ok(());
    };
    let before = judge
        .state
        .seat(*task)
        .and_then(|seat| judge.state.scope_of(seat));
    let Some(before) = before else { return Ok(()) };
    let same = judge
        .state
        .scopes
        .values()
        .find(|scope| scope.is_running() && scope.step == before.step && scope.held.is_some());
    match same.and_then(|scope| scope.held.as_ref()) {
        None | Some(Trouble::Action { .. }) => Ok(()),
        Some(why) => Err(Refusal::StillHeld {
            why: trouble_text(why),
        }),
    }
}
