//! The tree that runs: every name resolved, every type settled.

use super::pattern::Pattern;
use super::{PersonPart, Reference, Value};
use crate::definition::Signature;
use std::sync::Arc;

/// A typed expression's inside.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Value(Value),
    Read(Reference),
    /// The item of the n-th enclosing walk over a list, outermost first.
    Item(usize),
    Part(Box<Node>, String),
    RangePart(Box<Node>, RangePart),
    PersonPart(Box<Node>, PersonPart),
    Not(Box<Node>),
    Negative(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// A value in a list.
    In(Box<Node>, Box<Node>),
    ContainsText(Box<Node>, Box<Node>),
    StartsWith(Box<Node>, Box<Node>),
    Matches(Box<Node>, Pattern),
    IsEmpty(Box<Node>, bool),
    If(Box<Node>, Box<Node>, Box<Node>),
    List(Vec<Node>),
    /// The day of an instant, in the tenant's zone.
    CivilDate(Box<Node>),
    Call(Plain, Vec<Node>),
    Over(Over, Box<Node>, Box<Node>),
    /// What a table gives for values.
    Table(Arc<Asked>, Vec<Node>),
}

/// A table as it was when the expression was read.
#[derive(Debug)]
pub(super) struct Asked {
    pub name: String,
    pub signature: Signature,
}

/// What a range of dates has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RangePart {
    Start,
    End,
    Days,
    WorkingDays,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A function of plain values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Max,
    Min,
    Round,
    Year,
    Month,
    DaysBetween,
    WorkingDaysBetween,
}

/// A function over the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Of nothing, this is the tenant's money if `money`, else a number.
    Sum {
        money: bool,
    },
    Count,
    Max,
    Min,
    Any,
    All,
    Map,
    Filter,
}
