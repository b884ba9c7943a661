//! **Approve**: "I have seen this, and it may be so." With it may come changes that the step's `can_edit` allows.

use countersign_kernel::id::TaskId;
use countersign_kernel::text::Locale;
use serde_json::{Map, Value as Json};

use super::{need_words, words};
use crate::apply::changes;
use crate::definition::{Approval, FieldKind, Workflow};
use crate::expr::Expr;
use crate::filling;
use crate::machine::Judge;
use crate::reading::Reading;
use crate::refusal::{Fault, Refusal};
use crate::state::{Run, Seat, Verb};
use crate::step::approval::{self, Voice};
use crate::verb::submit;
use crate::vocabulary::{Change, Verdict, What};
use crate::why::Telling;

pub(crate) fn run(
    judge: &mut Judge<'_>,
    task: TaskId,
    comment: Option<&str>,
    form: Option<&Json>,
) -> Result<(), Refusal> {
    let (seat, approval) = judge.deciding(task, Verb::Approve)?;
    need_words(approval, Verb::Approve, comment)?;
    if let Some(form) = form {
        let edits = edits(judge, &seat, approval, form)?;
        if let Some(change) = edits.first().filter(|_| is_decided(judge, &seat)) {
            return Err(Refusal::Form(vec![too_late(judge.definition, &change.field)]));
        }
        edit(judge, &seat, edits);
    }
    let missing = missing(judge, approval);
    if !missing.is_empty() && !judge.supposes {
        return Err(Refusal::Form(missing));
    }
    approval::vote(judge, &seat, Verdict::Approve, words(comment), Voice::Spoken);
    Ok(())
}

/// With `rest: keep`, a voice after the decision is noted; what was decided on stays as it was.
fn is_decided(judge: &Judge<'_>, seat: &Seat) -> bool {
    let scope = judge.state.scopes.get(&seat.scope);
    scope.is_some_and(|scope| scope.status != Run::Running)
}

/// The changes, if each is within what the step may edit and the form stays right.
fn edits(
    judge: &Judge<'_>,
    seat: &Seat,
    approval: &Approval,
    changed: &Json,
) -> Result<Vec<Change>, Refusal> {
    let after = filling::change(
        &judge.definition.form,
        &judge.state.form,
        changed,
        &judge.reading(),
    );
    let after = after.map_err(Refusal::Form)?;
    let computed = |field: &str| {
        matches!(
            judge.definition.form.field(field).map(|field| &field.kind),
            Some(FieldKind::Computed { .. })
        )
    };
    let mut faults: Vec<Fault> = Vec::new();
    let changes = changes(&judge.state.form, &after);
    for change in changes.iter().filter(|change| !computed(&change.field)) {
        match approval.can_edit.iter().find(|(field, _)| *field == change.field) {
            None => faults.push(not_editable(judge.definition, &change.field, approval)),
            Some((_, Some(bound))) => {
                let read = |form: &Map<String, Json>| {
                    filling::read(&judge.definition.form, &change.field, form, &judge.reading())
                };
                let reading = judge.reading_in(seat.scope);
                let reading = reading.change(read(&judge.state.form), read(&after));
                if !matches!(reading.holds(bound), Ok(true)) {
                    faults.push(out_of_bound(judge.definition, &change.field, bound));
                }
            }
            Some((_, None)) => {}
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Form(faults));
    }
    Ok(changes)
}

/// Fields that must be filled in to approve here, and are not.
fn missing(judge: &Judge<'_>, approval: &Approval) -> Vec<Fault> {
    let empty = approval.require.iter().filter(|field| {
        let value = filling::read(&judge.definition.form, field, &judge.state.form, &judge.reading());
        value.is_empty()
    });
    empty.map(|field| not_filled(judge.definition, field)).collect()
}

fn not_filled(workflow: &Workflow, field: &str) -> Fault {
    fault(field, "required", |locale| {
        let field = Telling::of(workflow, locale).field(field);
        locale.pick(
            format!("{field} must be filled in to approve here."),
            format!("在此批准须填写 {field}。"),
        )
    })
}

fn edit(judge: &mut Judge<'_>, seat: &Seat, changes: Vec<Change>) {
    if changes.is_empty() {
        return;
    }
    let mut seen = judge.state.clone();
    for change in &changes {
        seen.form.insert(change.field.clone(), change.to.clone());
    }
    let summary = submit::summary(&Reading {
        state: &seen,
        ..judge.reading()
    });
    judge.emit(What::Edited {
        task: seat.task,
        changes,
        summary,
    });
    approval::void_what_changed(judge, seat.scope);
}

fn not_editable(workflow: &Workflow, field: &str, approval: &Approval) -> Fault {
    if approval.can_edit.is_empty() {
        let en = "Nothing can be changed at this step; return the request instead.";
        let zh = "此步骤不能修改任何字段；请退回申请。";
        return fault(field, "not_editable", |locale| locale.pick(en, zh).to_owned());
    }
    fault(field, "not_editable", |locale| {
        let telling = Telling::of(workflow, locale);
        let may: Vec<String> = approval
            .can_edit
            .iter()
            .map(|(field, _)| telling.field(field))
            .collect();
        let (field, may) = (telling.field(field), may.join(", "));
        locale.pick(
            format!("{field} cannot be changed at this step, only: {may}."),
            format!("此步骤不能修改 {field}，只能修改：{may}。"),
        )
    })
}

fn too_late(workflow: &Workflow, field: &str) -> Fault {
    fault(field, "not_editable", |locale| {
        let field = Telling::of(workflow, locale).field(field);
        locale.pick(
            format!("{field} cannot be changed any more: this step is decided."),
            format!("此步骤已有决定，不能再修改 {field}。"),
        )
    })
}

fn out_of_bound(workflow: &Workflow, field: &str, bound: &Expr) -> Fault {
    fault(field, "out_of_bound", |locale| {
        let telling = Telling::of(workflow, locale);
        let (field, bound) = (telling.field(field), bound.spoken(&telling));
        locale.pick(
            format!("{field} may be changed here only so that {bound}."),
            format!("在此修改 {field} 须满足：{bound}。"),
        )
    })
}

/// About a field, in both languages.
fn fault(field: &str, code: &'static str, say: impl Fn(Locale) -> String) -> Fault {
    Fault::new(format!("/form/{field}"), code, say(Locale::En), say(Locale::ZhCn))
}
