//! **Complete**: some work is done; or an owner has mended what held a step, and it is tried again, as if it began now.

use countersign_kernel::id::TaskId;
use serde_json::{Map, Value as Json};

use super::{need_words, words};
use crate::definition::StepKind;
use crate::filling;
use crate::machine::Judge;
use crate::reading::trouble_text;
use crate::refusal::{Fault, Refusal};
use crate::state::{Kind, Verb};
use crate::step::action;
use crate::step::approval::{self, Voice};
use crate::vocabulary::{Closing, Purpose, ScopeId, Trouble, Verdict, What};

pub(crate) fn run(
    judge: &mut Judge<'_>,
    task: TaskId,
    comment: Option<&str>,
    form: Option<&Json>,
) -> Result<(), Refusal> {
    let seat = judge.own_seat(task)?;
    if seat.purpose != Purpose::Repair {
        return done(judge, task, comment, form);
    }
    if form.is_some() {
        return Err(Refusal::Form(vec![no_form()]));
    }
    judge.state.scope(seat.scope).ok_or(Refusal::NoSuchTask)?;
    judge.emit(What::Mended {
        task,
        comment: words(comment).map(str::to_owned),
    });
    again(judge, seat.scope);
    Ok(())
}

/// Some work is done, and this was filled in.
fn done(
    judge: &mut Judge<'_>,
    task: TaskId,
    comment: Option<&str>,
    form: Option<&Json>,
) -> Result<(), Refusal> {
    let (seat, approval) = judge.deciding(task, Verb::Complete)?;
    need_words(approval, Verb::Complete, comment)?;
    let nothing = Json::Object(Map::new());
    let filled = match approval.work().filter(|form| !form.fields.is_empty()) {
        None if form.is_some() => return Err(Refusal::Form(vec![no_form()])),
        None => Map::new(),
        Some(_) if judge.supposes => Map::new(),
        Some(wanted) => {
            let filled = filling::accept(wanted, form.unwrap_or(&nothing), &judge.reading_in(seat.scope));
            filled.map_err(Refusal::Form)?
        }
    };
    approval::vote(
        judge,
        &seat,
        Verdict::Approve,
        words(comment),
        Voice::Done(filled),
    );
    Ok(())
}

fn no_form() -> Fault {
    Fault::new(
        "/form".to_owned(),
        "unknown_field",
        "This task has no form to fill in.".to_owned(),
        "此任务没有需要填写的表单。".to_owned(),
    )
}

/// Begins what was held anew: an action is asked for again, a list goes on, any other step is a new one in its place.
pub(crate) fn again(judge: &mut Judge<'_>, held: ScopeId) {
    let Some(scope) = judge.state.scope(held) else {
        return;
    };
    let (parent, step, kind) = (scope.parent, scope.step.clone(), scope.kind.clone());
    judge.close_seats(|one| one == held, Closing::Mended);
    match (kind, judge.definition.step(&step).map(|step| &step.kind), parent) {
        (Kind::Action { attempt }, Some(StepKind::Action(what)), _) => {
            action::want(judge, held, attempt + 1, what);
        }
        (
            Kind::Whole(_)
            | Kind::Branch { .. }
            | Kind::Case { .. }
            | Kind::Item { .. }
            | Kind::Repeat { .. }
            | Kind::Stage(_),
            _,
            _,
        )
        | (_, _, None) => {
            judge.go_on(held);
        }
        (_, _, Some(parent)) => {
            judge.close(held, Closing::Mended);
            judge.go_on(parent);
        }
    }
}

/// Trying again must have helped: else nothing has changed, and whoever tried is told.
pub(crate) fn check(judge: &Judge<'_>) -> Result<(), Refusal> {
    let tried = judge.events.iter().filter_map(|event| match &event.what {
        What::Mended { task, .. } => judge.state.seat(*task).map(|seat| seat.scope),
        What::Retried { scope, .. } => Some(*scope),
        _ => None,
    });
    let tried: Vec<String> = tried.map(|scope| judge.state.key_of(scope)).collect();
    let same = judge.state.scopes.iter().find(|(id, scope)| {
        scope.is_running() && scope.held.is_some() && tried.contains(&judge.state.key_of(**id))
    });
    let same = same.map(|(_, scope)| scope);
    match same.and_then(|scope| scope.held.as_ref()) {
        None | Some(Trouble::Action { .. }) => Ok(()),
        Some(why) => Err(Refusal::StillHeld {
            why: trouble_text(why),
        }),
    }
}
