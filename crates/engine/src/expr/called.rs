//! What people call what an expression reads.

use countersign_kernel::text::Locale;

use super::{Items, Reference, RequestPart, StepPart};
use crate::why::Telling;

/// What one reference is called.
pub(crate) fn called(reference: &Reference, telling: &Telling<'_>) -> String {
    let say = |en: &str, zh: &str| telling.locale.pick(en, zh).to_owned();
    match reference {
        Reference::Field(name) => telling.field(name),
        Reference::Requester => say("the requester", "申请人"),
        Reference::Approver => say("whoever is asked", "被询问者"),
        Reference::Candidate => say("the person", "此人"),
        Reference::Request(RequestPart::Id | RequestPart::Number) => say("the request's number", "申请编号"),
        Reference::Request(RequestPart::SubmittedAt) => say("the time of submission", "提交时间"),
        Reference::Request(RequestPart::Round) => say("the round", "轮次"),
        Reference::Request(RequestPart::Status) => say("the request's status", "申请状态"),
        Reference::Step(key, part) => step(&telling.step(key), *part, telling.locale),
        Reference::StepForm(key) => {
            let title = telling.step(key);
            telling
                .locale
                .pick(format!("what \"{title}\" found"), format!("“{title}”的结果"))
        }
        Reference::Item(_, name) => crate::step::words(name).to_lowercase(),
        Reference::ItemsOf(each, which) => items(&telling.step(each), *which, telling.locale),
        Reference::Event(path) => event(path, telling.locale),
        Reference::Other(name) => {
            let name = telling.field(name);
            telling.locale.pick(
                format!("{name} of the earlier request"),
                format!("历史申请的{name}"),
            )
        }
        Reference::Table(name) => telling.locale.pick(
            format!("the version of the table {name}"),
            format!("表 {name} 的版本"),
        ),
        Reference::New => say("the new value", "新值"),
        Reference::Old => say("the old value", "旧值"),
        Reference::Today => say("today", "今天"),
        Reference::Now => say("now", "现在"),
    }
}

fn items(title: &str, which: Items, locale: Locale) -> String {
    match which {
        Items::Approved => locale.pick(
            format!("what \"{title}\" approved"),
            format!("“{title}”中通过的项"),
        ),
        Items::Rejected => locale.pick(
            format!("what \"{title}\" rejected"),
            format!("“{title}”中被拒绝的项"),
        ),
    }
}

/// A field of the event: `the deal's amount`.
fn event(path: &[String], locale: Locale) -> String {
    let words = |name: &String| name.replace('_', " ");
    match (path.first(), path.last()) {
        (Some(object), Some(field)) if path.len() > 1 => {
            let (object, field) = (words(object), words(field));
            locale.pick(format!("the {object}'s {field}"), format!("{object} 的 {field}"))
        }
        _ => locale.pick("the event", "事件").to_owned(),
    }
}

fn step(title: &str, part: StepPart, locale: Locale) -> String {
    let (en, zh) = match part {
        StepPart::Decision => (format!("the decision of \"{title}\""), format!("“{title}”的决定")),
        StepPart::By => (
            format!("whoever decided \"{title}\""),
            format!("“{title}”的决定人"),
        ),
        StepPart::Comment => (format!("the comment at \"{title}\""), format!("“{title}”的意见")),
        StepPart::Approved => (format!("\"{title}\" was approved"), format!("“{title}”已通过")),
        StepPart::Rejected => (format!("\"{title}\" was rejected"), format!("“{title}”被拒绝")),
        StepPart::Came => (
            format!("what came of \"{title}\""),
            format!("“{title}”等到的结果"),
        ),
    };
    locale.pick(en, zh)
}
