//! "Who": the people that a definition means without naming them one by one.

use crate::expr::Expr;

/// A union of parts: whoever any of them finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Who {
    pub parts: Vec<WhoPart>,
}

/// One part, narrowed by `where:`.
#[derive(Debug, Clone, PartialEq)]
pub struct WhoPart {
    pub line: usize,
    pub kind: WhoKind,
    /// Over `person`, the candidate.
    pub filter: Option<Expr>,
}

impl WhoPart {
    /// Whether it finds nobody without a request: by its requester, by a value, by a `where`.
    pub fn needs_request(&self) -> bool {
        let by_kind = match &self.kind {
            WhoKind::Everyone
            | WhoKind::User(_)
            | WhoKind::Role(_)
            | WhoKind::Group(_)
            | WhoKind::Department(_)
            | WhoKind::HeadOf(_) => false,
            WhoKind::Requester
            | WhoKind::HeadOfValue(_)
            | WhoKind::ManagerOf { .. }
            | WhoKind::ManagersOf { .. }
            | WhoKind::ApproverOf(_)
            | WhoKind::Person(_) => true,
        };
        by_kind || self.filter.is_some()
    }
}

/// How people are found.
#[derive(Debug, Clone, PartialEq)]
pub enum WhoKind {
    Everyone,
    Requester,
    /// By e-mail; in stories by short name too.
    User(String),
    Role(String),
    Group(String),
    Department(String),
    /// The head of a department named here …
    HeadOf(String),
    /// … or by an expression that yields a department's name.
    HeadOfValue(Expr),
    ManagerOf {
        person: PersonRef,
        level: u32,
    },
    /// The line of managers, nearest first: at most `up_to`, or up to and with the first who meets `until`.
    ManagersOf {
        person: PersonRef,
        up_to: Option<u32>,
        until: Option<Expr>,
    },
    /// Whoever approved this step in this round.
    ApproverOf(String),
    /// A person, or a list of people, as a value.
    Person(Expr),
}

impl WhoKind {
    /// Whether the seat names one person, so that `if_requester` fills it when that is the requester.
    pub fn names_one_person(&self) -> bool {
        match self {
            Self::Requester
            | Self::User(_)
            | Self::HeadOf(_)
            | Self::HeadOfValue(_)
            | Self::ManagerOf { .. }
            | Self::ManagersOf { .. }
            | Self::ApproverOf(_)
            | Self::Person(_) => true,
            Self::Everyone | Self::Role(_) | Self::Group(_) | Self::Department(_) => false,
        }
    }
}

/// Whose manager.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonRef {
    Requester,
    /// In a deadline or escalation: whoever is late.
    Approver,
    /// A `person` field of the form.
    Field(String),
}

/// To whom of those found a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assign {
    Everyone,
    /// Everybody, until one of them claims it; then it is theirs alone.
    Pool,
    /// The one of them of whom the fewest tasks are open.
    LeastBusy,
    /// The one of them whom the step asked least recently.
    InTurn,
}

impl Assign {
    /// Whether one of those found has it alone in the end.
    pub fn is_to_one(self) -> bool {
        self != Self::Everyone
    }
}
