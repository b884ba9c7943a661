//! Steps that wait: for a time, or for something that happens elsewhere.

use crate::expr::{Expr, Span};

/// Goes on by itself with the first of these that comes: one, or those of `first_of`.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    pub first_of: Vec<Awaited>,
}

/// What may end a wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Awaited {
    /// What it is called, where there are several: `step(ID).came`.
    pub name: Option<String>,
    pub what: WaitFor,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq)]
pub enum WaitFor {
    /// From when the step begins, on the requester's calendar.
    After(Span),
    /// An expression that yields an instant, or a date: its first moment where the requester works.
    Until(Expr),
    Event(EventWait),
}

/// An event of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct EventWait {
    /// `crm.deal.won`, or what another system sends: `custom.payment.handled`.
    pub event: String,
    /// None: whichever comes.
    pub matching: Option<Matching>,
    /// Whether one counts that came between the submission and the beginning of the step.
    pub keep: bool,
}

/// A field of the event that has to be the same as something of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// Its path behind `event.`: `deal.id`.
    pub field: String,
    pub equals: Expr,
}

impl Wait {
    /// What says until when or for which event, where expressions do.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.first_of.iter().filter_map(|awaited| match &awaited.what {
            WaitFor::After(_) => None,
            WaitFor::Until(expr) => Some(expr),
            WaitFor::Event(event) => event.matching.as_ref().map(|matching| &matching.equals),
        })
    }

    /// What `step(ID).came` may say; nothing where there is but one end.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.first_of.iter().filter_map(|awaited| awaited.name.clone());
        names.collect()
    }

    /// The events that may end it.
    pub fn events(&self) -> impl Iterator<Item = &EventWait> {
        self.first_of.iter().filter_map(|awaited| match &awaited.what {
            WaitFor::Event(event) => Some(event),
            WaitFor::After(_) | WaitFor::Until(_) => None,
        })
    }
}
