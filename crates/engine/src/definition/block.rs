//! Steps that hold other steps.

use super::{Form, Need, Required, Rest, Step};
use crate::expr::Expr;

/// Runs the first case that holds, or every one that does.
#[derive(Debug, Clone)]
pub struct Choose {
    pub take: Take,
    pub cases: Vec<Case>,
    pub otherwise: Vec<Step>,
}

/// Which cases of a `choose` run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    First,
    /// At once, as the branches of a `parallel`.
    All,
}

/// What the branch of `otherwise` is called where every case that holds is taken.
const OTHERWISE: &str = "otherwise";

impl Choose {
    /// What the branch of a case is called where every one that holds is taken; none: `otherwise`.
    pub fn branch(case: Option<usize>) -> String {
        case.map_or_else(|| OTHERWISE.to_owned(), |case| format!("case-{}", case + 1))
    }

    /// The steps of such a branch.
    pub fn steps_of(&self, branch: &str) -> Option<&[Step]> {
        if branch == OTHERWISE {
            return Some(&self.otherwise);
        }
        let mut cases = self.cases.iter().enumerate();
        let found = cases.find(|(number, _)| Self::branch(Some(*number)) == branch)?;
        Some(&found.1.steps)
    }
}

/// A case of a `choose`.
#[derive(Debug, Clone)]
pub struct Case {
    pub line: usize,
    pub when: Expr,
    pub steps: Vec<Step>,
}

/// Branches at once.
#[derive(Debug, Clone)]
pub struct Parallel {
    pub branches: Vec<Branch>,
    /// Of the branches that were not left out.
    pub need: Need,
    pub rest: Rest,
}

/// The same steps again, while a condition holds.
#[derive(Debug, Clone)]
pub struct Repeat {
    pub steps: Vec<Step>,
    pub again: Expr,
    /// Rounds at most.
    pub at_most: u32,
}

/// Steps under one title.
#[derive(Debug, Clone)]
pub struct Stage {
    pub steps: Vec<Step>,
    /// As soon as this holds, what is open inside is closed, and the request goes on behind the stage. One that cannot be
    /// judged stops nothing.
    pub stop_when: Option<Expr>,
}

/// The same steps for every item of a list, or for every group of them, at once.
#[derive(Debug, Clone)]
pub struct Each {
    pub list: Expr,
    /// What an item is called in the steps.
    pub name: String,
    /// Items of which this is the same are one group.
    pub group_by: Option<Expr>,
    pub steps: Vec<Step>,
    pub need: EachNeed,
    pub rest: Rest,
}

impl Each {
    /// What says which items there are.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.list).chain(&self.group_by)
    }

    /// Whether it goes through a field of the form that must be filled in, so that somebody is asked.
    pub(crate) fn is_never_empty(&self, form: &Form) -> bool {
        let field = form.field(self.list.source().trim());
        field.is_some_and(|field| matches!(field.required, Required::Yes) && field.show_when.is_none())
    }
}

/// What the items of an `each` come to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EachNeed {
    /// So many of those that were not left out must be approved.
    Of(Need),
    /// Each keeps its own outcome, and the request goes on once all are decided.
    EachDecides,
}

impl EachNeed {
    /// How many must be approved; where each decides, none for the others.
    pub(crate) fn need(self) -> Need {
        match self {
            Self::Of(need) => need,
            Self::EachDecides => Need::All,
        }
    }
}

/// A branch of a `parallel`.
#[derive(Debug, Clone)]
pub struct Branch {
    pub name: String,
    pub line: usize,
    pub steps: Vec<Step>,
}
