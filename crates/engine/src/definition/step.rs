//! Steps, with every default filled in.

use countersign_kernel::text::Text;
use serde::{Deserialize, Serialize};

use super::block::{Choose, Each, Parallel, Repeat, Stage};
use super::{Allow, Assign, Form, Template, Wait, Who};
use crate::expr::{Expr, Span};

/// One step of a list.
#[derive(Debug, Clone)]
pub struct Step {
    /// Unique in the file: the id, or for an `end` `end-approved`, `end-approved-2` …
    pub key: String,
    pub line: usize,
    pub title: Option<Text>,
    /// The step is skipped unless this holds; one that fails to be judged counts as true.
    pub when: Option<Expr>,
    pub kind: StepKind,
}

/// The kinds of steps.
#[derive(Debug, Clone)]
pub enum StepKind {
    Approval(Box<Approval>),
    Choose(Choose),
    Parallel(Parallel),
    Repeat(Repeat),
    Each(Each),
    Stage(Stage),
    Wait(Wait),
    Action(Action),
    /// These may read the request, and are told.
    Cc(Who),
    /// Names, and what they are from there on.
    Set(Vec<(String, Expr)>),
    End(End),
}

impl StepKind {
    /// What decides which way it goes, and how far.
    pub(crate) fn expressions(&self) -> Vec<&Expr> {
        match self {
            Self::Choose(choose) => choose.cases.iter().map(|case| &case.when).collect(),
            Self::Repeat(repeat) => vec![&repeat.again],
            Self::Each(each) => each.expressions().collect(),
            Self::Stage(stage) => stage.stop_when.iter().collect(),
            Self::Wait(wait) => wait.expressions().collect(),
            Self::Parallel(_)
            | Self::Approval(_)
            | Self::Action(_)
            | Self::Cc(_)
            | Self::Set(_)
            | Self::End(_) => Vec::new(),
        }
    }

    /// The key that names the kind in a file.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Approval(approval) if approval.is_work() => "task",
            Self::Approval(_) => "approval",
            Self::Choose(_) => "choose",
            Self::Parallel(_) => "parallel",
            Self::Repeat(_) => "repeat",
            Self::Each(_) => "each",
            Self::Stage(_) => "stage",
            Self::Wait(_) => "wait",
            Self::Action(_) => "action",
            Self::Cc(_) => "cc",
            Self::Set(_) => "set",
            Self::End(_) => "end",
        }
    }
}

/// Asks people to decide, or to do something.
#[derive(Debug, Clone)]
pub struct Approval {
    pub asks: Asks,
    pub by: Who,
    pub need: Need,
    pub assign: Assign,
    pub order: Order,
    pub reject: RejectRule,
    pub rest: Rest,
    pub on_reject: OnReject,
    pub if_nobody: IfNobody,
    pub if_requester: IfRequester,
    pub if_same_approver: IfSameApprover,
    /// Whose rejection decides at once, whatever [`reject`](Self::reject) says.
    pub veto: Option<Who>,
    /// Whose voice counts more than once: the first that finds a person says how often.
    pub weights: Vec<Weight>,
    /// Whoever decided one of these steps may not decide here.
    pub not_same_as: Vec<String>,
    /// Fields that may be changed while deciding, each with how far (over `new` and `old`).
    pub can_edit: Vec<(String, Option<Expr>)>,
    /// Fields that must be filled in to approve.
    pub require: Vec<String>,
    pub allow: Allow,
    pub deadline: Option<Deadline>,
    pub remind: Option<Remind>,
    /// In order of `after`.
    pub if_late: Vec<Late>,
    pub comment: Comment,
}

/// What those asked are asked for.
#[derive(Debug, Clone)]
pub enum Asks {
    Decision,
    /// Something is to be done, by the requester too; what they fill in when it is done.
    Work(Form),
}

impl Approval {
    /// Whether something is to be done, rather than decided.
    pub fn is_work(&self) -> bool {
        matches!(self.asks, Asks::Work(_))
    }

    /// What whoever does the work fills in.
    pub fn work(&self) -> Option<&Form> {
        match &self.asks {
            Asks::Work(form) => Some(form),
            Asks::Decision => None,
        }
    }
}

/// How many voices approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    All,
    Any,
    /// More than half.
    Majority,
    Count(u32),
    /// Reached at equal, in exact arithmetic.
    Share {
        part: u32,
        whole: u32,
    },
}

/// Whether those asked are asked at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Together,
    OneByOne,
}

/// When voices against decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectRule {
    One,
    Majority,
    /// Only when approval can't be reached any more.
    NoneLeft,
}

/// What becomes of the others once it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    Cancel,
    /// Later voices are noted, not counted.
    Keep,
}

/// What a rejection does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnReject {
    End,
    Return { to: ReturnTo, at_most: u32 },
}

/// Where a return leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnTo {
    Requester,
    Step(String),
}

/// What happens where nobody can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum IfNobody {
    /// The owners get a task.
    Hold,
    Ask(Who),
    Skip,
}

/// What happens where the requester would be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum IfRequester {
    Ask(Who),
    Skip,
    Hold,
    Allow,
}

/// What happens where somebody is asked who has approved the same request before, in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfSameApprover {
    AskAgain,
    /// Their approval of an earlier step counts here too, if nothing was changed since.
    Skip,
    /// The same, of the step just before alone.
    SkipIfLast,
}

/// A voice that counts more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub who: Who,
    pub votes: u32,
}

/// When whoever is asked is reminded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Remind {
    /// Counted from when they were asked, and how often at most.
    pub every: Option<(Span, u32)>,
    /// Counted back from the deadline.
    pub before: Option<Span>,
}

/// By when a decision is due.
#[derive(Debug, Clone, PartialEq)]
pub enum Deadline {
    /// From the opening of the seat, on the approver's calendar.
    After(Span),
    /// An expression that yields an instant, a date (its end) or a duration.
    At(Expr),
}

/// One thing that happens to what is late.
#[derive(Debug, Clone, PartialEq)]
pub struct Late {
    /// Counted from the deadline; none is at the deadline itself.
    pub after: Option<Span>,
    pub then: LateAct,
}

impl Late {
    /// How long after the deadline, unless at the deadline itself.
    pub(crate) fn waits(&self) -> Option<Span> {
        self.after.filter(|after| !after.is_nothing())
    }
}

/// What happens to what is late.
#[derive(Debug, Clone, PartialEq)]
pub enum LateAct {
    Notify,
    /// They join.
    EscalateTo(Who),
    /// They replace.
    TransferTo(Who),
    Approve,
    Reject,
}

/// Whether a decision needs words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comment {
    Optional,
    Required,
    /// A return counts as a rejection.
    RequiredOnReject,
}

/// Does one thing from the action catalogue.
#[derive(Debug, Clone)]
pub struct Action {
    /// `notices.send`.
    pub action: String,
    pub with: Vec<(String, Template)>,
    pub if_failed: IfFailed,
}

/// What happens when an action has failed for good.
#[derive(Debug, Clone, PartialEq)]
pub enum IfFailed {
    /// The owners get a task: the default.
    Hold,
    Ask(Who),
    /// The request is rejected.
    End,
}

/// Ends the whole request.
#[derive(Debug, Clone)]
pub struct End {
    pub outcome: Outcome,
    pub note: Option<super::Localized>,
}

/// How a request ends by its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Approved,
    Rejected,
    Cancelled,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }
}

pub(super) fn find<'a>(steps: &'a [Step], key: &str) -> Option<&'a Step> {
    steps.iter().find_map(|step| {
        if step.key == key {
            return Some(step);
        }
        step.lists().into_iter().find_map(|list| find(list, key))
    })
}

pub(super) fn collect<'a>(steps: &'a [Step], all: &mut Vec<&'a Step>) {
    for step in steps {
        all.push(step);
        for list in step.lists() {
            collect(list, all);
        }
    }
}

impl Step {
    /// What its approval asks, if it is one.
    pub fn approval(&self) -> Option<&Approval> {
        match &self.kind {
            StepKind::Approval(approval) => Some(approval),
            _ => None,
        }
    }

    /// What whoever does its work fills in, if it is work.
    pub fn work(&self) -> Option<&Form> {
        self.approval()?.work()
    }

    /// The lists that a later step may return into: of an `each` it could not say which item.
    pub(crate) fn lists_to_return_into(&self) -> Vec<&[Step]> {
        match self.kind {
            StepKind::Each(_) => Vec::new(),
            _ => self.lists(),
        }
    }

    /// The lists of steps inside this one: cases in order and `otherwise`, or branches in order.
    pub fn lists(&self) -> Vec<&[Step]> {
        match &self.kind {
            StepKind::Choose(choose) => {
                let cases = choose.cases.iter().map(|case| case.steps.as_slice());
                cases.chain([choose.otherwise.as_slice()]).collect()
            }
            StepKind::Parallel(parallel) => parallel
                .branches
                .iter()
                .map(|branch| branch.steps.as_slice())
                .collect(),
            StepKind::Repeat(repeat) => vec![&repeat.steps],
            StepKind::Each(each) => vec![&each.steps],
            StepKind::Stage(stage) => vec![&stage.steps],
            StepKind::Approval(_)
            | StepKind::Wait(_)
            | StepKind::Action(_)
            | StepKind::Cc(_)
            | StepKind::Set(_)
            | StepKind::End(_) => Vec::new(),
        }
    }
}
