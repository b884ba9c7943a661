//! The office's errors as problems.

use countersign_engine::refusal::{self, Class, Refusal};
use countersign_engine::state::Verb;
use countersign_engine::vocabulary::Status;
use countersign_kernel::text::{Locale, Text, Words};
use countersign_web::{Fault, Problem, ProblemKind};
use serde_json::{Value as Json, json};

use crate::error::Error;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { kind } => Self::not_found(kind),
            Error::Refused {
                refusal,
                status,
                possible,
            } => refused(&refusal, status, &possible),
            // As the engine says it of what it knows by itself.
            Error::Invalid(faults) => Self::invalid(faults.iter().map(fault)).with_code("form_invalid"),
            Error::UnknownWorkflow { name, nearest } => unknown_workflow(&name, nearest.as_deref()),
            Error::BrokenWorkflow(broken) => Self::from(&broken),
            Error::Stale { current } => Self::version_moved(Some(current)),
            Error::VersionNeeded { current } => version_needed(current),
            Error::Declined(declined) => declined.into(),
            Error::Storage(error) => error.into(),
        }
    }
}

fn refused(refusal: &Refusal, status: Status, possible: &[Verb]) -> Problem {
    let detail = Words::new(refusal.text(Locale::En), refusal.text(Locale::ZhCn));
    match refusal.class() {
        Class::NotFound => Problem::not_found("task"),
        Class::Forbidden => Problem::forbidden(detail).with_code(refusal.code()),
        Class::Invalid => Problem::invalid(refusal.faults().iter().map(fault)).with_code(refusal.code()),
        Class::Conflict => {
            let possible: Vec<&str> = possible.iter().map(|verb| verb.word()).collect();
            Problem::conflict(
                refusal.code(),
                detail,
                status.word(),
                &possible,
                refusal.happened().map(outcome),
            )
        }
    }
}

/// Who decided what, when.
fn outcome(happened: &refusal::Happened) -> Json {
    json!({
        "by": happened.by.as_ref().and_then(|by| by.id),
        "by_name": happened.by.as_ref().map(|by| &by.name),
        "decision": done(happened.verb),
        "step": happened.step.as_ref().map(|step| step.get(Locale::En)),
        "at": happened.at,
        "text": happened.text(Locale::En),
    })
}

/// A verb as what came of it.
fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Submit => "submitted",
        Verb::Resubmit => "resubmitted",
        Verb::Approve => "approved",
        Verb::Reject => "rejected",
        Verb::Return => "returned",
        Verb::Transfer => "transferred",
        Verb::Complete => "completed",
        Verb::Withdraw => "withdrawn",
        Verb::Comment => "commented",
        Verb::Retry => "retried",
        Verb::Skip => "skipped",
        Verb::Move => "moved",
        Verb::Claim => "claimed",
        Verb::Release => "released",
        Verb::AddApprover => "approver_added",
        Verb::RemoveApprover => "approver_removed",
        Verb::Recall => "recalled",
        Verb::Urge => "urged",
    }
}

fn fault(fault: &refusal::Fault) -> Fault {
    Fault::at(fault.pointer.clone(), fault.code, words(&fault.text))
}

fn words(text: &Text) -> Words {
    Words::new(text.get(Locale::En).to_owned(), text.get(Locale::ZhCn).to_owned())
}

fn unknown_workflow(name: &str, nearest: Option<&str>) -> Problem {
    let (en, zh) = nearest.map_or_else(Default::default, |near| {
        (
            format!(" Did you mean \"{near}\"?"),
            format!("是否想用“{near}”？"),
        )
    });
    let detail = Words::new(
        format!("There is no workflow \"{name}\".{en}"),
        format!("没有名为“{name}”的流程。{zh}"),
    );
    Problem::invalid([Fault::at("/workflow", "unknown_workflow", detail)])
}

fn version_needed(current: i64) -> Problem {
    let detail = Words::fixed(
        "The form was edited after this task was opened: read the task again, then send its ETag in If-Match.",
        "任务打开后表单已被修改：请重新读取任务，并在 If-Match 中发送其 ETag。",
    );
    Problem::new(ProblemKind::VersionNeeded, detail.clone())
        .with("version", current)
        .with_faults([Fault::header("If-Match", "missing", detail)])
}
