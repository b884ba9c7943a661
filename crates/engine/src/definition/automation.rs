//! An automation: what shall happen when an event did.

use countersign_kernel::text::Text;

use super::Template;
use crate::expr::Expr;

/// A rule that acts on events.
#[derive(Debug, Clone)]
pub struct Automation {
    pub name: String,
    pub title: Option<Text>,
    pub description: Option<Text>,
    /// The types of events that wake it.
    pub when_event: Vec<String>,
    /// It acts only where this holds.
    pub when: Option<Expr>,
    pub does: Vec<Do>,
}

/// One thing that an automation does.
#[derive(Debug, Clone)]
pub struct Do {
    pub id: String,
    pub line: usize,
    pub when: Option<Expr>,
    pub kind: DoKind,
}

/// The kinds of things that an automation does.
#[derive(Debug, Clone)]
pub enum DoKind {
    /// Starts a request: the action `requests.start`.
    Start(Start),
    /// Does one thing from the action catalogue.
    Action {
        action: String,
        with: Vec<(String, Template)>,
    },
    /// The first case that holds.
    Choose {
        cases: Vec<AutomationCase>,
        otherwise: Vec<Do>,
    },
}

/// `start: WORKFLOW`.
#[derive(Debug, Clone)]
pub struct Start {
    pub workflow: String,
    pub requester: Expr,
    /// One live request of this workflow for each value.
    pub key: Option<Expr>,
    pub form: Vec<(String, Template)>,
}

/// A case of an automation's `choose`.
#[derive(Debug, Clone)]
pub struct AutomationCase {
    pub when: Expr,
    pub does: Vec<Do>,
}
