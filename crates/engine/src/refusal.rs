//! Why not: every refusal is a sentence with its data and a class. Nothing has changed when one is given.

mod words;

use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;

use crate::state::Verb;
use crate::vocabulary::Status;

/// What kind of no it is; the web crate knows the status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// There is no such thing, or not for you to see.
    NotFound,
    /// Not yours to do.
    Forbidden,
    /// The state says no; [`Refusal::happened`] tells what came before.
    Conflict,
    /// What was sent is not right; see [`Refusal::faults`].
    Invalid,
}

/// A person as a refusal names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: Option<UserId>,
    pub name: String,
}

/// What came before: who decided what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// None: nobody spoke, the file's rule for silence did.
    pub by: Option<Named>,
    pub verb: Verb,
    pub step: Option<Text>,
    pub at: Instant,
}

/// How a request stands, for someone who has nothing to decide in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    pub status: Status,
    /// What they said themselves, last.
    pub mine: Option<Box<Happened>>,
    /// What it waits at, while it goes on.
    pub waits: Vec<Waiting>,
    /// What ended or returned it.
    pub last: Option<Box<Happened>>,
}

/// A step, and who is asked there; nobody where something else is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub step: Text,
    pub whom: Vec<Named>,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into what was sent: `/form/amount`.
    pub pointer: String,
    pub code: &'static str,
    pub text: Text,
}

impl Fault {
    pub fn new(
        pointer: impl Into<String>,
        code: &'static str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            text: both(en, zh),
        }
    }
}

/// A text in both languages.
pub(crate) fn both(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text::Many([("en".to_owned(), en.into()), ("zh-CN".to_owned(), zh.into())].into())
}

/// A command that was not obeyed.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    // Not found
    NoSuchTask,
    // Forbidden
    /// The task is somebody else's.
    NotYours {
        holder: Named,
    },
    /// Nobody decides their own request.
    OwnRequest,
    /// A `where`, `not_same_as` or the like keeps this person from deciding here.
    Restricted {
        who: Named,
        why: Restriction,
    },
    /// Only the requester may.
    NotTheRequester {
        verb: Verb,
    },
    /// The file does not let this person submit.
    NotASubmitter {
        workflow: Text,
    },
    /// Only HR, an admin or an automation may start a request for somebody else.
    ForSomebodyElse,
    /// A draft is its writer's alone.
    NotYourDraft,
    /// Disabled, or not of this company.
    NotActive {
        who: Named,
    },
    /// The task is of another kind: a repair is not decided, a decision is not completed.
    NotForThisTask {
        verb: Verb,
        repair: bool,
    },
    // Conflict
    AlreadySubmitted,
    NotSubmitted,
    /// The request has ended.
    Over {
        status: Status,
        happened: Option<Box<Happened>>,
    },
    /// The task was closed or done before.
    TaskOver {
        happened: Option<Box<Happened>>,
    },
    /// The request went back to its requester.
    WithTheRequester {
        happened: Option<Box<Happened>>,
    },
    /// It was handed on.
    HandedOn {
        to: Named,
    },
    /// A voice was given here already, through another seat.
    OneVoice {
        step: Text,
    },
    /// Whoever wants to decide is not asked now.
    NoTaskOfYours(Box<Stand>),
    /// Several tasks are theirs, and it was not said which is meant.
    WhichTask {
        tasks: Vec<TaskId>,
    },
    NotReturned {
        status: Status,
    },
    WithdrawTooLate {
        happened: Option<Box<Happened>>,
        step: Option<Text>,
    },
    TooManyReturns {
        at_most: u32,
    },
    AlreadyAsked {
        who: Named,
    },
    /// The step is still held: trying again would come to the same.
    StillHeld {
        why: Text,
    },
    /// The timer, or the action's attempt, is not waited for any more; nothing is to be done.
    Obsolete,
    TooEarly {
        due: Instant,
    },
    // Invalid
    Form(Vec<Fault>),
    /// A check of the file refused the submission.
    Check {
        text: Text,
    },
    CommentNeeded {
        verb: Verb,
    },
    CommentEmpty,
    NoWayBack {
        to: String,
        possible: Vec<String>,
    },
    NoSuchPerson,
    ToThemselves,
}

/// Which restriction keeps somebody from deciding.
#[derive(Debug, Clone, PartialEq)]
pub enum Restriction {
    OwnRequest,
    /// They published the version that is decided by.
    OwnRule,
    /// They submitted it for the requester.
    Starter,
    /// The `where` that is not met, as written.
    Where(String),
    /// They decided this step before.
    DecidedBefore(Text),
    NotActive,
    /// They were asked as one of these, and are none any more.
    NoLonger(Membership),
}

/// What makes somebody one of those who are asked, for as long as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    Role(String),
    Group(String),
    Department(String),
    HeadOf(String),
    /// They own the workflow, or hold the role admin where it has no owner.
    Owner,
}

impl Refusal {
    pub fn class(&self) -> Class {
        match self {
            Self::NoSuchTask => Class::NotFound,
            Self::NotYours { .. }
            | Self::OwnRequest
            | Self::Restricted { .. }
            | Self::NotTheRequester { .. }
            | Self::NotASubmitter { .. }
            | Self::ForSomebodyElse
            | Self::NotYourDraft
            | Self::NotActive { .. }
            | Self::NotForThisTask { .. } => Class::Forbidden,
            Self::AlreadySubmitted
            | Self::NotSubmitted
            | Self::Over { .. }
            | Self::TaskOver { .. }
            | Self::WithTheRequester { .. }
            | Self::HandedOn { .. }
            | Self::OneVoice { .. }
            | Self::NoTaskOfYours(_)
            | Self::WhichTask { .. }
            | Self::NotReturned { .. }
            | Self::WithdrawTooLate { .. }
            | Self::TooManyReturns { .. }
            | Self::AlreadyAsked { .. }
            | Self::StillHeld { .. }
            | Self::Obsolete
            | Self::TooEarly { .. } => Class::Conflict,
            Self::Form(_)
            | Self::Check { .. }
            | Self::CommentNeeded { .. }
            | Self::CommentEmpty
            | Self::NoWayBack { .. }
            | Self::NoSuchPerson
            | Self::ToThemselves => Class::Invalid,
        }
    }

    /// Every code, for what names one.
    pub const CODES: [&'static str; 33] = [
        "no_such_task",
        "not_your_task",
        "own_request",
        "restricted",
        "not_the_requester",
        "not_a_submitter",
        "for_somebody_else",
        "not_your_draft",
        "person_not_active",
        "not_for_this_task",
        "already_submitted",
        "not_submitted",
        "request_over",
        "task_over",
        "returned_to_requester",
        "task_handed_on",
        "already_decided",
        "no_task_of_yours",
        "which_task",
        "not_returned",
        "withdraw_too_late",
        "too_many_returns",
        "already_asked",
        "still_held",
        "obsolete",
        "too_early",
        "form_invalid",
        "check_refused",
        "comment_needed",
        "comment_empty",
        "no_way_back",
        "no_such_person",
        "to_themselves",
    ];

    /// The name under which integrators know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchTask => "no_such_task",
            Self::NotYours { .. } => "not_your_task",
            Self::OwnRequest => "own_request",
            Self::Restricted { .. } => "restricted",
            Self::NotTheRequester { .. } => "not_the_requester",
            Self::NotASubmitter { .. } => "not_a_submitter",
            Self::ForSomebodyElse => "for_somebody_else",
            Self::NotYourDraft => "not_your_draft",
            Self::NotActive { .. } => "person_not_active",
            Self::NotForThisTask { .. } => "not_for_this_task",
            Self::AlreadySubmitted => "already_submitted",
            Self::NotSubmitted => "not_submitted",
            Self::Over { .. } => "request_over",
            Self::TaskOver { .. } => "task_over",
            Self::WithTheRequester { .. } => "returned_to_requester",
            Self::HandedOn { .. } => "task_handed_on",
            Self::OneVoice { .. } => "already_decided",
            Self::NoTaskOfYours(_) => "no_task_of_yours",
            Self::WhichTask { .. } => "which_task",
            Self::NotReturned { .. } => "not_returned",
            Self::WithdrawTooLate { .. } => "withdraw_too_late",
            Self::TooManyReturns { .. } => "too_many_returns",
            Self::AlreadyAsked { .. } => "already_asked",
            Self::StillHeld { .. } => "still_held",
            Self::Obsolete => "obsolete",
            Self::TooEarly { .. } => "too_early",
            Self::Form(_) => "form_invalid",
            Self::Check { .. } => "check_refused",
            Self::CommentNeeded { .. } => "comment_needed",
            Self::CommentEmpty => "comment_empty",
            Self::NoWayBack { .. } => "no_way_back",
            Self::NoSuchPerson => "no_such_person",
            Self::ToThemselves => "to_themselves",
        }
    }

    /// Who decided what, when, if that is why.
    pub fn happened(&self) -> Option<&Happened> {
        match self {
            Self::Over { happened, .. }
            | Self::TaskOver { happened }
            | Self::WithTheRequester { happened }
            | Self::WithdrawTooLate { happened, .. } => happened.as_deref(),
            Self::NoTaskOfYours(stand) => stand.mine.as_deref().or(stand.last.as_deref()),
            _ => None,
        }
    }

    /// What is wrong with what was sent, piece by piece; empty for other classes.
    pub fn faults(&self) -> Vec<Fault> {
        let one = |pointer: &str| {
            let text = both(self.text(Locale::En), self.text(Locale::ZhCn));
            vec![Fault {
                pointer: pointer.to_owned(),
                code: self.code(),
                text,
            }]
        };
        match self {
            Self::Form(faults) => faults.clone(),
            Self::Check { .. } => one("/form"),
            Self::CommentNeeded { .. } | Self::CommentEmpty => one("/comment"),
            Self::NoWayBack { .. } | Self::NoSuchPerson | Self::ToThemselves => one("/to"),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_codes_is_that_of_the_refusals() {
        let given = include_str!("refusal.rs").lines().filter_map(|line| {
            line.trim()
                .strip_prefix("Self::")?
                .split_once("=> \"")?
                .1
                .strip_suffix("\",")
        });
        assert!(given.eq(Refusal::CODES));
    }
}
