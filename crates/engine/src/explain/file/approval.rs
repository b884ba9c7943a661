//! An approval, with every default written out.

use super::{Page, quoted};
use crate::definition::{
    Approval, Assign, Comment, Deadline, IfNobody, IfRequester, IfSameApprover, Late, LateAct, Need,
    OnReject, Order, PersonRef, RejectRule, Remind, Rest, ReturnTo, Weight, Who, WhoKind, WhoPart,
};

pub(super) fn approval_lines(page: &mut Page, depth: usize, approval: &Approval) {
    page.pair(depth, "by", &who(&approval.by));
    page.pair(depth, "need", &need(approval.need));
    page.pair(
        depth,
        "order",
        match approval.order {
            Order::Together => "together",
            Order::OneByOne => "one_by_one",
        },
    );
    page.pair(
        depth,
        "reject",
        match approval.reject {
            RejectRule::One => "one",
            RejectRule::Majority => "majority",
            RejectRule::NoneLeft => "none_left",
        },
    );
    page.pair(depth, "rest", rest(approval.rest));
    page.pair(depth, "assign", assign(approval.assign));
    page.pair(
        depth,
        "on_reject",
        &match &approval.on_reject {
            OnReject::End => "end".to_owned(),
            OnReject::Return {
                to: ReturnTo::Requester,
                at_most,
            } => format!("{{return_to: requester, at_most: {at_most}}}"),
            OnReject::Return {
                to: ReturnTo::Step(step),
                at_most,
            } => format!("{{return_to: {step}, at_most: {at_most}}}"),
        },
    );
    page.pair(depth, "if_nobody", &if_nobody(&approval.if_nobody));
    page.pair(
        depth,
        "if_requester",
        &match &approval.if_requester {
            IfRequester::Skip => "skip".to_owned(),
            IfRequester::Hold => "hold".to_owned(),
            IfRequester::Allow => "allow".to_owned(),
            IfRequester::Ask(asked) => format!("{{ask: {}}}", who(asked)),
        },
    );
    page.pair(
        depth,
        "if_same_approver",
        match approval.if_same_approver {
            IfSameApprover::AskAgain => "ask_again",
            IfSameApprover::Skip => "skip",
            IfSameApprover::SkipIfLast => "skip_if_last",
        },
    );
    voices(page, depth, approval);
    restrictions(page, depth, approval);
}

/// Work that is to be done.
pub(super) fn task_lines(page: &mut Page, depth: usize, task: &Approval) {
    page.pair(depth, "by", &who(&task.by));
    page.pair(depth, "need", &need(task.need));
    page.pair(depth, "assign", assign(task.assign));
    page.pair(depth, "if_nobody", &if_nobody(&task.if_nobody));
    if !task.not_same_as.is_empty() {
        page.pair(
            depth,
            "not_same_as",
            &format!("[{}]", task.not_same_as.join(", ")),
        );
    }
    page.pair(
        depth,
        "allow",
        if task.allow.transfer { "[transfer]" } else { "[]" },
    );
    time(page, depth, task);
    let comment = if task.comment == Comment::Required {
        "required"
    } else {
        "optional"
    };
    page.pair(depth, "comment", comment);
}

fn assign(assign: Assign) -> &'static str {
    match assign {
        Assign::Everyone => "everyone",
        Assign::Pool => "pool",
        Assign::LeastBusy => "least_busy",
        Assign::InTurn => "in_turn",
    }
}

fn if_nobody(rule: &IfNobody) -> String {
    match rule {
        IfNobody::Hold => "hold".to_owned(),
        IfNobody::Skip => "skip".to_owned(),
        IfNobody::Ask(asked) => format!("{{ask: {}}}", who(asked)),
    }
}

/// By when, and what happens until then and after.
fn time(page: &mut Page, depth: usize, approval: &Approval) {
    match &approval.deadline {
        Some(Deadline::After(span)) => page.pair(depth, "deadline", &span.to_string()),
        Some(Deadline::At(expr)) => page.pair(depth, "deadline", &quoted(expr.source())),
        None => {}
    }
    if let Some(reminders) = &approval.remind {
        page.pair(depth, "remind", &remind(reminders));
    }
    if approval.deadline.is_some() {
        page.pair(depth, "if_late", &late(&approval.if_late));
    }
}

/// Whose voice counts otherwise than others'.
fn voices(page: &mut Page, depth: usize, approval: &Approval) {
    if !approval.weights.is_empty() {
        let one = |weight: &Weight| format!("{{who: {}, votes: {}}}", who(&weight.who), weight.votes);
        let all: Vec<String> = approval.weights.iter().map(one).collect();
        page.pair(depth, "weights", &format!("[{}]", all.join(", ")));
    }
    if let Some(veto) = &approval.veto {
        page.pair(depth, "veto", &who(veto));
    }
}

/// What only some approvals say: who may not decide, what may be changed, by when.
fn restrictions(page: &mut Page, depth: usize, approval: &Approval) {
    if !approval.not_same_as.is_empty() {
        page.pair(
            depth,
            "not_same_as",
            &format!("[{}]", approval.not_same_as.join(", ")),
        );
    }
    if !approval.can_edit.is_empty() {
        let one = |(field, bound): &(String, Option<crate::expr::Expr>)| match bound {
            Some(bound) => format!("{field}: {}", quoted(bound.source())),
            None => format!("{field}: ~"),
        };
        page.pair(
            depth,
            "can_edit",
            &format!(
                "{{{}}}",
                approval.can_edit.iter().map(one).collect::<Vec<_>>().join(", ")
            ),
        );
    }
    if !approval.require.is_empty() {
        page.pair(depth, "require", &format!("[{}]", approval.require.join(", ")));
    }
    let allowed = [
        (approval.allow.transfer, "transfer"),
        (approval.allow.add_approver, "add_approver"),
        (approval.allow.remove_approver, "remove_approver"),
        (approval.allow.give_back, "return"),
    ];
    let allowed: Vec<&str> = allowed
        .iter()
        .filter(|(may, _)| *may)
        .map(|(_, word)| *word)
        .collect();
    page.pair(depth, "allow", &format!("[{}]", allowed.join(", ")));
    time(page, depth, approval);
    page.pair(
        depth,
        "comment",
        match approval.comment {
            Comment::Optional => "optional",
            Comment::Required => "required",
            Comment::RequiredOnReject => "required_on_reject",
        },
    );
}

fn remind(remind: &Remind) -> String {
    let every = remind
        .every
        .map(|(span, at_most)| format!("every: {span}, at_most: {at_most}"));
    let before = remind.before.map(|span| format!("before: {span}"));
    let all: Vec<String> = every.into_iter().chain(before).collect();
    format!("{{{}}}", all.join(", "))
}

pub(super) fn late(lines: &[Late]) -> String {
    let act = |act: &LateAct| match act {
        LateAct::Notify => "notify".to_owned(),
        LateAct::Approve => "approve".to_owned(),
        LateAct::Reject => "reject".to_owned(),
        LateAct::EscalateTo(asked) => format!("{{escalate_to: {}}}", who(asked)),
        LateAct::TransferTo(asked) => format!("{{transfer_to: {}}}", who(asked)),
    };
    let line = |line: &Late| match line.after {
        Some(after) => format!("{{after: {after}, then: {}}}", act(&line.then)),
        None => act(&line.then),
    };
    match lines {
        [one] if one.after.is_none() => line(one),
        _ => format!("[{}]", lines.iter().map(line).collect::<Vec<_>>().join(", ")),
    }
}

pub(super) fn need(need: Need) -> String {
    match need {
        Need::All => "all".to_owned(),
        Need::Any => "any".to_owned(),
        Need::Majority => "majority".to_owned(),
        Need::Count(count) => count.to_string(),
        Need::Share { part, whole: 100 } => format!("{part}%"),
        Need::Share { part, whole } => format!("{part}/{whole}"),
    }
}

pub(super) fn rest(rest: Rest) -> &'static str {
    match rest {
        Rest::Cancel => "cancel",
        Rest::Keep => "keep",
    }
}

pub(super) fn who(who: &Who) -> String {
    match who.parts.as_slice() {
        [one] => part(one),
        many => format!("[{}]", many.iter().map(part).collect::<Vec<_>>().join(", ")),
    }
}

pub(super) fn part(part: &WhoPart) -> String {
    let mut inside = match &part.kind {
        WhoKind::Everyone => "everyone".to_owned(),
        WhoKind::Requester => "requester".to_owned(),
        WhoKind::User(email) => format!("user: {}", quoted(email)),
        WhoKind::Role(role) => format!("role: {}", quoted(role)),
        WhoKind::Group(group) => format!("group: {}", quoted(group)),
        WhoKind::Department(name) => format!("department: {}", quoted(name)),
        WhoKind::HeadOf(name) => format!("head_of: {}", quoted(name)),
        WhoKind::HeadOfValue(expr) => format!("head_of: {}", quoted(expr.source())),
        WhoKind::ManagerOf { person, level: 1 } => format!("manager_of: {}", person_ref(person)),
        WhoKind::ManagerOf { person, level } => format!("manager_of: {}, level: {level}", person_ref(person)),
        WhoKind::ManagersOf { person, up_to, until } => {
            let mut text = format!("managers_of: {}", person_ref(person));
            if let Some(count) = up_to {
                text.push_str(&format!(", up_to: {count}"));
            }
            if let Some(until) = until {
                text.push_str(&format!(", until: {}", quoted(until.source())));
            }
            text
        }
        WhoKind::ApproverOf(step) => format!("approver_of: {step}"),
        WhoKind::Person(expr) => format!("person: {}", quoted(expr.source())),
    };
    if let Some(filter) = &part.filter {
        inside.push_str(&format!(", where: {}", quoted(filter.source())));
    }
    if matches!(part.kind, WhoKind::Everyone | WhoKind::Requester) {
        inside
    } else {
        format!("{{{inside}}}")
    }
}

pub(super) fn person_ref(person: &PersonRef) -> &str {
    match person {
        PersonRef::Requester => "requester",
        PersonRef::Approver => "approver",
        PersonRef::Field(name) => name,
    }
}
