//! What a file says, in words short enough for a box.

use countersign_kernel::text::Locale;

use crate::definition::{
    Approval, Assign, Deadline, IfNobody, IfRequester, Late, LateAct, Need, OnReject, Order, Outcome,
    PersonRef, ReturnTo, Who, WhoKind,
};
use crate::expr::Expr;
use crate::spoken::span_zh;
use crate::why::Telling;

/// What names are given, a line for each.
pub(super) fn set(fields: &[(String, Expr)], telling: &Telling<'_>) -> Vec<String> {
    let one = |(name, expr): &(String, Expr)| {
        let (name, value) = (telling.field(name), expr.spoken(telling));
        telling
            .locale
            .pick(format!("{name}: {value}"), format!("{name}：{value}"))
    };
    fields.iter().map(one).collect()
}

pub(super) fn who(who: &Who, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let all: Vec<String> = who
        .parts
        .iter()
        .map(|part| {
            let kind = kind(&part.kind, telling);
            match &part.filter {
                None => kind,
                Some(filter) => locale.pick(
                    format!("{kind}, where {}", filter.spoken(telling)),
                    format!("{kind}，且{}", filter.spoken(telling)),
                ),
            }
        })
        .collect();
    all.join(locale.pick(" and ", "、"))
}

fn kind(kind: &WhoKind, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let (en, zh) = match kind {
        WhoKind::Everyone => ("everyone".to_owned(), "所有人".to_owned()),
        WhoKind::Requester => ("the requester".to_owned(), "申请人".to_owned()),
        WhoKind::User(name) => (name.clone(), name.clone()),
        WhoKind::Role(name) => (format!("role {name}"), format!("角色 {name}")),
        WhoKind::Group(name) => (format!("group {name}"), format!("小组 {name}")),
        WhoKind::Department(name) => (format!("department {name}"), format!("部门 {name}")),
        WhoKind::HeadOf(name) => (format!("head of {name}"), format!("{name} 负责人")),
        WhoKind::HeadOfValue(expr) => (
            format!("head of {}", expr.spoken(telling)),
            format!("{} 负责人", expr.spoken(telling)),
        ),
        WhoKind::ManagerOf { person, level } => {
            let (en, zh) = person_ref(person, telling);
            match level {
                0 | 1 => (format!("manager of {en}"), format!("{zh}的上级")),
                _ => (
                    format!("manager of {en}, level {level}"),
                    format!("{zh}的第 {level} 级上级"),
                ),
            }
        }
        WhoKind::ManagersOf { person, up_to, until } => {
            let (en, zh) = person_ref(person, telling);
            let most = up_to
                .map(|up_to| (format!(", up to {up_to}"), format!("，最多 {up_to} 级")))
                .unwrap_or_default();
            let until = until.as_ref().map(|until| {
                (
                    format!(", until {}", until.spoken(telling)),
                    format!("，直到 {}", until.spoken(telling)),
                )
            });
            let until = until.unwrap_or_default();
            (
                format!("managers of {en}{}{}", most.0, until.0),
                format!("{zh}的各级上级{}{}", most.1, until.1),
            )
        }
        WhoKind::ApproverOf(step) => {
            let step = telling.step(step);
            (format!("who approved \"{step}\""), format!("“{step}”的审批人"))
        }
        WhoKind::Person(expr) => (expr.spoken(telling), expr.spoken(telling)),
    };
    locale.pick(en, zh)
}

fn person_ref(person: &PersonRef, telling: &Telling<'_>) -> (String, String) {
    match person {
        PersonRef::Requester => ("the requester".to_owned(), "申请人".to_owned()),
        PersonRef::Approver => ("the approver".to_owned(), "审批人".to_owned()),
        PersonRef::Field(name) => (telling.field(name), telling.field(name)),
    }
}

/// How many must approve; nothing where it goes without saying.
pub(super) fn need(need: Need, locale: Locale) -> String {
    let (en, zh) = match need {
        Need::All => ("all must approve".to_owned(), "须全部通过".to_owned()),
        Need::Any => ("any one decides".to_owned(), "任一人决定".to_owned()),
        Need::Majority => (
            "more than half must approve".to_owned(),
            "须过半数通过".to_owned(),
        ),
        Need::Count(count) => (format!("{count} must approve"), format!("须 {count} 人通过")),
        Need::Share { part, whole: 100 } => (format!("{part}% must approve"), format!("须 {part}% 通过")),
        Need::Share { part, whole } => (
            format!("{part}/{whole} must approve"),
            format!("须 {part}/{whole} 通过"),
        ),
    };
    locale.pick(en, zh)
}

/// How many must say that some work is done.
fn done(need: Need, locale: Locale) -> String {
    let (en, zh) = match need {
        Need::All => ("all must have done it".to_owned(), "须全部办结".to_owned()),
        Need::Any => ("any one does it".to_owned(), "任一人办理".to_owned()),
        Need::Majority => (
            "more than half must have done it".to_owned(),
            "须过半数办结".to_owned(),
        ),
        Need::Count(count) => (format!("{count} must have done it"), format!("须 {count} 人办结")),
        Need::Share { part, whole: 100 } => {
            (format!("{part}% must have done it"), format!("须 {part}% 办结"))
        }
        Need::Share { part, whole } => (
            format!("{part}/{whole} must have done it"),
            format!("须 {part}/{whole} 办结"),
        ),
    };
    locale.pick(en, zh)
}

/// For branches.
pub(super) fn branches(need: Need, locale: Locale) -> String {
    let (en, zh) = match need {
        Need::All => (
            "at once; all must be approved".to_owned(),
            "同时进行，须全部通过".to_owned(),
        ),
        Need::Any => (
            "at once; one approved is enough".to_owned(),
            "同时进行，任一通过即可".to_owned(),
        ),
        Need::Majority => (
            "at once; more than half must be approved".to_owned(),
            "同时进行，须过半数通过".to_owned(),
        ),
        Need::Count(count) => (
            format!("at once; {count} must be approved"),
            format!("同时进行，须 {count} 个通过"),
        ),
        Need::Share { part, whole: 100 } => (
            format!("at once; {part}% must be approved"),
            format!("同时进行，须 {part}% 通过"),
        ),
        Need::Share { part, whole } => (
            format!("at once; {part}/{whole} must be approved"),
            format!("同时进行，须 {part}/{whole} 通过"),
        ),
    };
    locale.pick(en, zh)
}

/// To whom of those found it goes, unless to all.
fn assigned(assign: Assign, locale: Locale) -> Option<&'static str> {
    match assign {
        Assign::Everyone => None,
        Assign::Pool => Some(locale.pick("whoever claims it", "先认领者")),
        Assign::LeastBusy => Some(locale.pick("whoever has the least to do", "待办最少者")),
        Assign::InTurn => Some(locale.pick("in turn", "轮流")),
    }
}

/// The lines of an approval's box, under its title.
pub(super) fn approval(approval: &Approval, telling: &Telling<'_>) -> Vec<String> {
    let locale = telling.locale;
    let mut lines = vec![who(&approval.by, telling)];
    let single = matches!(approval.by.parts.as_slice(), [one] if !matches!(one.kind, WhoKind::ManagersOf { .. }) && one.kind.names_one_person());
    if !single {
        let order = match approval.order {
            Order::Together => String::new(),
            Order::OneByOne => locale.pick("one by one; ", "依次；").to_owned(),
        };
        lines.push(match approval.work() {
            Some(_) => done(approval.need, locale),
            None => format!("{order}{}", need(approval.need, locale)),
        });
    }
    lines.extend(assigned(approval.assign, locale).map(str::to_owned));
    if let (Some(_), true) = (approval.work(), single) {
        lines.push(locale.pick("is to do it", "须办理").to_owned());
    }
    lines.extend(
        approval
            .deadline
            .as_ref()
            .map(|due| deadline(due, &approval.if_late, telling)),
    );
    if let OnReject::Return { to, .. } = &approval.on_reject {
        let to = match to {
            ReturnTo::Requester => locale.pick("the requester", "申请人").to_owned(),
            ReturnTo::Step(step) => telling.step(step),
        };
        lines.push(locale.pick(format!("↩ rejected: back to {to}"), format!("↩ 拒绝：退回{to}")));
    }
    if approval.if_requester == IfRequester::Allow {
        lines.push(
            locale
                .pick("⚠ the requester may decide", "⚠ 申请人可自行审批")
                .to_owned(),
        );
    }
    if approval.if_nobody == IfNobody::Skip {
        lines.push(
            locale
                .pick("if nobody can be asked: skipped", "无人可问时跳过")
                .to_owned(),
        );
    }
    if !approval.can_edit.is_empty() {
        let fields = approval.can_edit.iter().map(|(field, _)| telling.field(field));
        let fields = fields.collect::<Vec<_>>().join(locale.pick(", ", "、"));
        lines.push(locale.pick(format!("may change {fields}"), format!("可修改 {fields}")));
    }
    lines
}

/// What is written on the way to the rejected end.
pub(super) fn rejects(on_reject: &OnReject, locale: Locale) -> String {
    match on_reject {
        OnReject::End => locale.pick("rejected", "拒绝").to_owned(),
        OnReject::Return { at_most, .. } => locale.pick(
            format!("after {at_most} return{}", if *at_most == 1 { "" } else { "s" }),
            format!("退回 {at_most} 次后"),
        ),
    }
}

fn deadline(deadline: &Deadline, if_late: &[Late], telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let first = match deadline {
        Deadline::After(span) => locale.pick(format!("within {span}"), format!("{}内", span_zh(*span))),
        Deadline::At(expr) => locale.pick(
            format!("by {}", expr.spoken(telling)),
            format!("期限 {}", expr.spoken(telling)),
        ),
    };
    let late: Vec<String> = if_late
        .iter()
        .map(|late| {
            let then = late_act(&late.then, telling);
            match late.waits() {
                None => then,
                Some(after) => locale.pick(
                    format!("{after} later {then}"),
                    format!("再过 {} {then}", span_zh(after)),
                ),
            }
        })
        .collect();
    let late = late.join(locale.pick(", ", "，"));
    locale.pick(format!("{first}; late: {late}"), format!("{first}；逾期：{late}"))
}

fn late_act(act: &LateAct, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let (en, zh) = match act {
        LateAct::Notify => ("noted".to_owned(), "提醒".to_owned()),
        LateAct::EscalateTo(to) => (
            format!("{} joins", who(to, telling)),
            format!("{} 加入", who(to, telling)),
        ),
        LateAct::TransferTo(to) => (
            format!("{} takes over", who(to, telling)),
            format!("{} 接手", who(to, telling)),
        ),
        LateAct::Approve => ("counts as approved".to_owned(), "视为通过".to_owned()),
        LateAct::Reject => ("counts as rejected".to_owned(), "视为拒绝".to_owned()),
    };
    locale.pick(en, zh)
}

pub(super) fn outcome(outcome: Outcome, locale: Locale) -> &'static str {
    match outcome {
        Outcome::Approved => locale.pick("Approved", "通过"),
        Outcome::Rejected => locale.pick("Rejected", "拒绝"),
        Outcome::Cancelled => locale.pick("Cancelled", "取消"),
    }
}
