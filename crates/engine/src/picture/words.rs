//! What a file says, in words short enough for a box.

use countersign_kernel::text::Locale;

use crate::definition::{
    Approval, Deadline, IfNobody, IfRequester, Late, LateAct, Need, OnReject, Order, Outcome, PersonRef,
    ReturnTo, Who, WhoKind,
};
use crate::expr::Span;

pub(super) fn who(who: &Who, locale: Locale) -> String {
    let all: Vec<String> = who
        .parts
        .iter()
        .map(|part| {
            let kind = kind(&part.kind, locale);
            match &part.filter {
                None => kind,
                Some(filter) => locale.pick(
                    format!("{kind}, where {}", filter.source()),
                    format!("{kind}，且 {}", filter.source()),
                ),
            }
        })
        .collect();
    all.join(locale.pick(" and ", "、"))
}

fn kind(kind: &WhoKind, locale: Locale) -> String {
    let (en, zh) = match kind {
        WhoKind::Everyone => ("everyone".to_owned(), "所有人".to_owned()),
        WhoKind::Requester => ("the requester".to_owned(), "申请人".to_owned()),
        WhoKind::User(name) => (name.clone(), name.clone()),
        WhoKind::Role(name) => (format!("role {name}"), format!("角色 {name}")),
        WhoKind::Group(name) => (format!("group {name}"), format!("小组 {name}")),
        WhoKind::Department(name) => (format!("department {name}"), format!("部门 {name}")),
        WhoKind::HeadOf(name) => (format!("head of {name}"), format!("{name} 负责人")),
        WhoKind::HeadOfValue(expr) => (
            format!("head of {}", expr.source()),
            format!("{} 负责人", expr.source()),
        ),
        WhoKind::ManagerOf { person, level } => {
            let (en, zh) = person_ref(person);
            match level {
                0 | 1 => (format!("manager of {en}"), format!("{zh}的上级")),
                _ => (
                    format!("manager of {en}, level {level}"),
                    format!("{zh}的第 {level} 级上级"),
                ),
            }
        }
        WhoKind::ManagersOf { person, up_to, until } => {
            let (en, zh) = person_ref(person);
            let most = up_to
                .map(|up_to| (format!(", up to {up_to}"), format!("，最多 {up_to} 级")))
                .unwrap_or_default();
            let until = until.as_ref().map(|until| {
                (
                    format!(", until {}", until.source()),
                    format!("，直到 {}", until.source()),
                )
            });
            let until = until.unwrap_or_default();
            (
                format!("managers of {en}{}{}", most.0, until.0),
                format!("{zh}的各级上级{}{}", most.1, until.1),
            )
        }
        WhoKind::ApproverOf(step) => (format!("who approved {step}"), format!("{step} 的审批人")),
        WhoKind::Person(expr) => (expr.source().to_owned(), expr.source().to_owned()),
    };
    locale.pick(en, zh)
}

fn person_ref(person: &PersonRef) -> (String, String) {
    match person {
        PersonRef::Requester => ("the requester".to_owned(), "申请人".to_owned()),
        PersonRef::Approver => ("the approver".to_owned(), "审批人".to_owned()),
        PersonRef::Field(name) => (name.clone(), name.clone()),
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

/// The lines of an approval's box, under its title.
pub(super) fn approval(approval: &Approval, locale: Locale) -> Vec<String> {
    let mut lines = vec![who(&approval.by, locale)];
    let single = matches!(approval.by.parts.as_slice(), [one] if !matches!(one.kind, WhoKind::ManagersOf { .. }) && one.kind.names_one_person());
    if !single {
        let order = match approval.order {
            Order::Together => String::new(),
            Order::OneByOne => locale.pick("one by one; ", "依次；").to_owned(),
        };
        lines.push(format!("{order}{}", need(approval.need, locale)));
    }
    lines.extend(
        approval
            .deadline
            .as_ref()
            .map(|due| deadline(due, &approval.if_late, locale)),
    );
    if let OnReject::Return { to, .. } = &approval.on_reject {
        let to = match to {
            ReturnTo::Requester => locale.pick("the requester", "申请人").to_owned(),
            ReturnTo::Step(step) => step.clone(),
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
        let fields: Vec<&str> = approval
            .can_edit
            .iter()
            .map(|(field, _)| field.as_str())
            .collect();
        let fields = fields.join(", ");
        lines.push(locale.pick(format!("may change {fields}"), format!("可修改 {fields}")));
    }
    lines
}

fn deadline(deadline: &Deadline, if_late: &[Late], locale: Locale) -> String {
    let first = match deadline {
        Deadline::After(span) => locale.pick(format!("within {span}"), format!("{}内", span_zh(*span))),
        Deadline::At(expr) => locale.pick(format!("by {}", expr.source()), format!("期限 {}", expr.source())),
    };
    let late: Vec<String> = if_late
        .iter()
        .map(|late| {
            let then = late_act(&late.then, locale);
            match late.after {
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

fn late_act(act: &LateAct, locale: Locale) -> String {
    let (en, zh) = match act {
        LateAct::Notify => ("noted".to_owned(), "提醒".to_owned()),
        LateAct::EscalateTo(to) => (
            format!("{} joins", who(to, Locale::En)),
            format!("{} 加入", who(to, Locale::ZhCn)),
        ),
        LateAct::TransferTo(to) => (
            format!("{} takes over", who(to, Locale::En)),
            format!("{} 接手", who(to, Locale::ZhCn)),
        ),
        LateAct::Approve => ("counts as approved".to_owned(), "视为通过".to_owned()),
        LateAct::Reject => ("counts as rejected".to_owned(), "视为拒绝".to_owned()),
    };
    locale.pick(en, zh)
}

fn span_zh(span: Span) -> String {
    let text = span.to_string();
    let (count, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let unit = match unit.trim_end_matches('s') {
        "week" => "周",
        "day" => "天",
        "hour" => "小时",
        "minute" => "分钟",
        "second" => "秒",
        "working day" => "个工作日",
        "working hour" => "个工作小时",
        "working minute" => "个工作分钟",
        other => other,
    };
    format!("{count} {unit}")
}

pub(super) fn outcome(outcome: Outcome, locale: Locale) -> &'static str {
    match outcome {
        Outcome::Approved => locale.pick("Approved", "通过"),
        Outcome::Rejected => locale.pick("Rejected", "拒绝"),
        Outcome::Cancelled => locale.pick("Cancelled", "取消"),
    }
}
