//! Why not: every refusal is a sentence with its data and a class. Nothing has changed when one is given.

mod codes;
mod held;
mod words;

use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;

use crate::state::Verb;
use crate::vocabulary::{Purpose, Status};

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
    /// What is held is mended by the owners and the admins.
    NotAnOwner,
    /// Disabled, or not of this company.
    NotActive {
        who: Named,
    },
    /// The task is of another kind: a repair is not decided, a decision is not completed.
    NotForThisTask {
        verb: Verb,
        purpose: Purpose,
    },
    /// The workflow does not let those asked at this step do so.
    NotAllowedHere {
        verb: Verb,
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
    /// Somebody took it from the pool.
    Claimed {
        by: Named,
    },
    /// Nobody took it from the pool, so nobody can give it back.
    NotClaimed,
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
    NotHeld {
        status: Status,
    },
    /// Several steps are held, or another than was named.
    WhichStep {
        steps: Vec<String>,
    },
    /// It is no step that is held: the definition cannot go on.
    NotSkippable,
    /// Why it cannot go by another version.
    CannotMove {
        reasons: Vec<Text>,
    },
    /// What its requester would do to have it back.
    TooLate {
        verb: Verb,
        happened: Option<Box<Happened>>,
        step: Option<Text>,
    },
    /// Nobody else is asked who could do anything now.
    NobodyToUrge,
    /// They were reminded within the last hour.
    UrgedAlready {
        /// Until they can be reminded again.
        minutes: i64,
    },
    TooManyReturns {
        at_most: u32,
    },
    AlreadyAsked {
        who: Named,
    },
    /// Somebody was added before whoever acts, and has not decided.
    WaitsForAdded {
        who: Named,
    },
    /// As many were added to the step as may be.
    TooManyAdded {
        at_most: usize,
    },
    /// Who is to be removed was not added by whoever acts.
    NotAddedByYou {
        who: Named,
    },
    /// Who is to be removed has decided.
    AddedHasDecided {
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
    /// `at`: the pointer to who was named.
    NoSuchPerson {
        at: &'static str,
    },
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
            | Self::NotAnOwner
            | Self::NotActive { .. }
            | Self::NotForThisTask { .. }
            | Self::NotAllowedHere { .. } => Class::Forbidden,
            Self::AlreadySubmitted
            | Self::NotSubmitted
            | Self::Over { .. }
            | Self::TaskOver { .. }
            | Self::WithTheRequester { .. }
            | Self::HandedOn { .. }
            | Self::Claimed { .. }
            | Self::NotClaimed
            | Self::OneVoice { .. }
            | Self::NoTaskOfYours(_)
            | Self::WhichTask { .. }
            | Self::NotReturned { .. }
            | Self::NotHeld { .. }
            | Self::WhichStep { .. }
            | Self::NotSkippable
            | Self::CannotMove { .. }
            | Self::TooLate { .. }
            | Self::NobodyToUrge
            | Self::UrgedAlready { .. }
            | Self::TooManyReturns { .. }
            | Self::AlreadyAsked { .. }
            | Self::WaitsForAdded { .. }
            | Self::TooManyAdded { .. }
            | Self::NotAddedByYou { .. }
            | Self::AddedHasDecided { .. }
            | Self::StillHeld { .. }
            | Self::Obsolete
            | Self::TooEarly { .. } => Class::Conflict,
            Self::Form(_)
            | Self::Check { .. }
            | Self::CommentNeeded { .. }
            | Self::CommentEmpty
            | Self::NoWayBack { .. }
            | Self::NoSuchPerson { .. }
            | Self::ToThemselves => Class::Invalid,
        }
    }

    /// A workflow has no published version of this number.
    pub fn no_version(version: i64) -> Self {
        let reason = both(
            format!("Its workflow has no version {version}."),
            format!("其流程没有版本 {version}。"),
        );
        Self::CannotMove {
            reasons: vec![reason],
        }
    }

    /// Who decided what, when, if that is why.
    pub fn happened(&self) -> Option<&Happened> {
        match self {
            Self::Over { happened, .. }
            | Self::TaskOver { happened }
            | Self::WithTheRequester { happened }
            | Self::TooLate { happened, .. } => happened.as_deref(),
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
            Self::NoWayBack { .. } | Self::ToThemselves => one("/to"),
            Self::NoSuchPerson { at } => one(at),
            _ => Vec::new(),
        }
    }
}
