//! Steps that wait for a time.

use crate::expr::{Expr, Span};

/// Goes on by itself when its time has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Wait {
    /// From when the step begins, on the requester's calendar.
    After(Span),
    /// An expression that yields an instant, or a date: its first moment where the requester works.
    Until(Expr),
}

impl Wait {
    /// What says until when, if an expression does.
    pub(crate) fn expression(&self) -> Option<&Expr> {
        match self {
            Self::After(_) => None,
            Self::Until(expr) => Some(expr),
        }
    }
}
