//! Whether a list of steps ends the request for certain, and whether something can pass with nobody having decided.

use std::collections::HashMap;

use crate::definition::{Form, IfNobody, IfRequester, Outcome, Step, StepKind};
use crate::expr::{Cover, Range, Reference, range};

/// Whether nothing goes on after a step.
pub(super) fn always_ends(step: &Step) -> bool {
    if step.when.is_some() {
        return false;
    }
    match &step.kind {
        StepKind::End(_) => true,
        StepKind::Choose(choose) => {
            let ends = |steps: &[Step]| steps.iter().any(always_ends);
            ends(&choose.otherwise) && choose.cases.iter().all(|case| ends(&case.steps))
        }
        StepKind::Repeat(repeat) => repeat.steps.iter().any(always_ends),
        StepKind::Stage(stage) => stage.stop_when.is_none() && stage.steps.iter().any(always_ends),
        StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Parallel(_)
        | StepKind::Approval(_)
        | StepKind::Action(_)
        | StepKind::Cc(_)
        | StepKind::Set(_) => false,
    }
}

/// Whether a list can come to its end with nobody having decided.
pub(super) fn passes_undecided(steps: &[Step], form: &Form) -> bool {
    // Steps with conditions that together take everything leave nothing undecided.
    let mut skippable: HashMap<Reference, Cover> = HashMap::new();
    for step in steps {
        if decides(step, form) {
            match &step.when {
                None => return false,
                Some(when) if when.is_unread() => return false,
                Some(when) => {
                    if let Some((reference, range)) = range(when) {
                        skippable.entry(reference).or_default().add(&range);
                    }
                }
            }
        }
    }
    !skippable.values().any(|cover| cover.covers(&Range::everything()))
}

/// Whether a step, where it is not skipped, lets nothing pass undecided.
fn decides(step: &Step, form: &Form) -> bool {
    match &step.kind {
        StepKind::Approval(approval) => {
            !approval.is_work()
                && approval.if_nobody != IfNobody::Skip
                && approval.if_requester != IfRequester::Skip
        }
        StepKind::End(end) => matches!(
            end.outcome,
            Outcome::Approved | Outcome::Rejected | Outcome::Cancelled
        ),
        StepKind::Choose(choose) => {
            choose
                .cases
                .iter()
                .all(|case| !passes_undecided(&case.steps, form))
                && !passes_undecided(&choose.otherwise, form)
        }
        StepKind::Parallel(parallel) => parallel
            .branches
            .iter()
            .any(|branch| !passes_undecided(&branch.steps, form)),
        StepKind::Repeat(repeat) => !passes_undecided(&repeat.steps, form),
        StepKind::Each(each) => each.is_never_empty(form) && !passes_undecided(&each.steps, form),
        // Where it is stopped, what decides inside may not have decided.
        StepKind::Stage(stage) => stage.stop_when.is_none() && !passes_undecided(&stage.steps, form),
        StepKind::Wait(_) | StepKind::Action(_) | StepKind::Cc(_) | StepKind::Set(_) => false,
    }
}
