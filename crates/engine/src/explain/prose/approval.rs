//! An approval as sentences.

use super::{need, who};
use crate::definition::{
    Approval, Assign, Deadline, Field, IfNobody, IfRequester, IfSameApprover, LateAct, OnReject, ReturnTo,
};
use crate::step::words;
use crate::why::Telling;

pub(super) fn approval_sentence(approval: &Approval, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    if approval.is_work() {
        return work_sentence(approval, telling);
    }
    let (asked, count) = (who(&approval.by, telling), need(approval.need, locale));
    let mut text = locale.pick(
        format!("{asked} decides; {count} must approve."),
        format!("由{asked}决定；须{count}批准。"),
    );
    let mut add = |en: String, zh: String| text.push_str(&locale.pick(format!(" {en}"), zh));
    match &approval.on_reject {
        OnReject::End => add("A rejection ends it.".to_owned(), "拒绝即结束。".to_owned()),
        OnReject::Return { to, at_most } => {
            let to = match to {
                ReturnTo::Requester => locale.pick("the requester", "申请人").to_owned(),
                ReturnTo::Step(step) => {
                    let step = telling.step(step);
                    locale.pick(format!("\"{step}\""), format!("“{step}”"))
                }
            };
            add(
                format!("A rejection returns it to {to}, at most {at_most} times."),
                format!("拒绝则退回{to}，最多 {at_most} 次。"),
            );
        }
    }
    assign(approval, &mut add);
    if_nobody(approval, telling, &mut add);
    match &approval.if_requester {
        IfRequester::Ask(other) => {
            let other = who(other, telling);
            add(
                format!("In the requester's own place: {other}."),
                format!("若审批人即申请人：{other}。"),
            );
        }
        IfRequester::Skip => add(
            "In the requester's own place nobody is asked.".to_owned(),
            "若审批人即申请人，则跳过。".to_owned(),
        ),
        IfRequester::Hold => add(
            "If the requester would be asked, it waits.".to_owned(),
            "若审批人即申请人，则暂停。".to_owned(),
        ),
        IfRequester::Allow => add(
            "The requester may decide their own request.".to_owned(),
            "申请人可审批自己的申请。".to_owned(),
        ),
    }
    same_approver(approval, &mut add);
    voices(approval, telling, &mut add);
    deadline(approval, telling, &mut add);
    text
}

/// Work that is to be done.
fn work_sentence(task: &Approval, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let (asked, count) = (who(&task.by, telling), need(task.need, locale));
    let mut text = locale.pick(
        format!("{asked} does this; {count} must say that it is done."),
        format!("由{asked}办理；须{count}确认完成。"),
    );
    let mut add = |en: String, zh: String| text.push_str(&locale.pick(format!(" {en}"), zh));
    let fields = task.work().map(|form| form.fields.as_slice()).unwrap_or_default();
    if !fields.is_empty() {
        let label = |field: &Field| match &field.label {
            Some(label) => label.get(locale).to_owned(),
            None => words(&field.name),
        };
        let labels: Vec<String> = fields.iter().map(label).collect();
        let (en, zh) = (labels.join(", "), labels.join("、"));
        add(format!("To be filled in: {en}."), format!("须填写：{zh}。"));
    }
    assign(task, &mut add);
    if_nobody(task, telling, &mut add);
    deadline(task, telling, &mut add);
    text
}

fn assign(approval: &Approval, add: &mut impl FnMut(String, String)) {
    let (en, zh) = match approval.assign {
        Assign::Everyone => return,
        Assign::Pool => ("Whoever claims it has it alone.", "认领者单独处理。"),
        Assign::LeastBusy => (
            "Only the one of them with the fewest open tasks is asked.",
            "只询问其中待办任务最少的一人。",
        ),
        Assign::InTurn => (
            "They are asked in turn: only the one who was asked least recently.",
            "轮流询问：只询问其中最久未被询问的一人。",
        ),
    };
    add(en.to_owned(), zh.to_owned());
}

fn if_nobody(approval: &Approval, telling: &Telling<'_>, add: &mut impl FnMut(String, String)) {
    match &approval.if_nobody {
        IfNobody::Hold => add(
            "If nobody can be asked, it waits and the owners get a task.".to_owned(),
            "若无人可询问，则暂停并通知负责人。".to_owned(),
        ),
        IfNobody::Skip => add(
            "If nobody can be asked, the step is skipped.".to_owned(),
            "若无人可询问，则跳过。".to_owned(),
        ),
        IfNobody::Ask(other) => {
            let other = who(other, telling);
            add(
                format!("If nobody can be asked: {other}."),
                format!("若无人可询问：{other}。"),
            );
        }
    }
}

/// By when, and what happens until then and after.
fn deadline(approval: &Approval, telling: &Telling<'_>, add: &mut impl FnMut(String, String)) {
    reminders(approval, telling, add);
    if let Some(deadline) = &approval.deadline {
        let due = match deadline {
            Deadline::After(span) => telling.span(*span),
            Deadline::At(expr) => expr.spoken(telling),
        };
        add(format!("Due: {due}."), format!("期限：{due}。"));
        for line in &approval.if_late {
            let then = late(&line.then, telling);
            match line.waits().map(|after| telling.span(after)) {
                Some(after) => add(
                    format!("{after} late: {then}."),
                    format!("逾期 {after}：{then}。"),
                ),
                None => add(format!("Late: {then}."), format!("逾期：{then}。")),
            }
        }
    }
}

/// Who is not asked again.
fn same_approver(approval: &Approval, add: &mut impl FnMut(String, String)) {
    match approval.if_same_approver {
        IfSameApprover::AskAgain => {}
        IfSameApprover::Skip => add(
            "Whoever has approved an earlier step, with nothing changed since, is not asked again: their approval counts."
                .to_owned(),
            "已通过前面步骤且此后内容未变的人不再询问，其通过计入。".to_owned(),
        ),
        IfSameApprover::SkipIfLast => add(
            "Whoever has approved the step just before, with nothing changed since, is not asked again: their approval counts."
                .to_owned(),
            "刚通过上一步骤且此后内容未变的人不再询问，其通过计入。".to_owned(),
        ),
    }
}

/// Whose voice counts otherwise than others', and what must be filled in.
fn voices(approval: &Approval, telling: &Telling<'_>, add: &mut impl FnMut(String, String)) {
    for weight in &approval.weights {
        let (whose, votes) = (who(&weight.who, telling), weight.votes);
        add(
            format!("The voice of {whose} counts {votes} times."),
            format!("{whose}的一票计 {votes} 票。"),
        );
    }
    if let Some(veto) = &approval.veto {
        let whose = who(veto, telling);
        add(
            format!("A rejection by {whose} decides at once."),
            format!("{whose}拒绝即否决。"),
        );
    }
    if !approval.require.is_empty() {
        let fields: Vec<String> = approval
            .require
            .iter()
            .map(|field| telling.field(field))
            .collect();
        let (en, zh) = (fields.join(", "), fields.join("、"));
        add(
            format!("To approve, {en} must be filled in."),
            format!("批准前须填写 {zh}。"),
        );
    }
}

fn reminders(approval: &Approval, telling: &Telling<'_>, add: &mut impl FnMut(String, String)) {
    let Some(remind) = &approval.remind else { return };
    if let Some((span, at_most)) = remind.every {
        let span = telling.span(span);
        add(
            format!("They are reminded every {span}, at most {at_most} times."),
            format!("每 {span} 提醒一次，最多 {at_most} 次。"),
        );
    }
    if let Some(span) = remind.before {
        let span = telling.span(span);
        add(
            format!("They are reminded {span} before the deadline."),
            format!("期限前 {span} 提醒。"),
        );
    }
}

fn late(act: &LateAct, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    match act {
        LateAct::Notify => locale
            .pick(
                "they, the requester and the owners are told",
                "通知审批人、申请人和负责人",
            )
            .to_owned(),
        LateAct::Approve => locale.pick("it is approved", "视为批准").to_owned(),
        LateAct::Reject => locale.pick("it is rejected", "视为拒绝").to_owned(),
        LateAct::EscalateTo(other) => {
            let other = who(other, telling);
            locale.pick(format!("{other} joins"), format!("{other}加入"))
        }
        LateAct::TransferTo(other) => {
            let other = who(other, telling);
            locale.pick(format!("{other} takes over"), format!("由{other}接手"))
        }
    }
}
