//! An entry, and the circumstances that it is made from.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, UserId};
use countersign_kernel::time::Instant;
use serde_json::Value;

use super::Logged;

/// What led to a change: somebody's request, or an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    event: Option<EventId>,
    /// How often one thing set off another before what is logged now.
    depth: i32,
    trace: Option<String>,
}

impl Cause {
    /// A request, with its W3C `traceparent`.
    pub fn request(trace: Option<String>) -> Self {
        Self {
            trace,
            ..Self::default()
        }
    }

    /// An event, before which one thing set off another so often.
    pub fn event(event: EventId, depth: i32, trace: Option<String>) -> Self {
        Self {
            event: Some(event),
            depth: depth.saturating_add(1),
            trace,
        }
    }

    /// An event that its own record goes on from: no deeper, since one thing that takes many steps sets off nothing new.
    pub fn going_on(event: &Logged) -> Self {
        Self {
            event: Some(event.id),
            depth: event.depth,
            trace: event.trace.clone(),
        }
    }
}

impl From<&Logged> for Cause {
    fn from(event: &Logged) -> Self {
        Self::event(event.id, event.depth, event.trace.clone())
    }
}

/// The circumstances of a change: who makes it, when, and what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeContext {
    pub actor: Actor,
    /// The tenant's business time.
    pub at: Instant,
    pub cause: Cause,
}

impl ChangeContext {
    /// The entry of a change, in format 1, with nothing said yet.
    pub fn entry(&self, id: EventId, subject: Link, version: i64, kind: impl Into<String>) -> Entry {
        Entry {
            id,
            subject,
            version,
            kind: kind.into(),
            format: 1,
            at: self.at,
            actor: self.actor.clone(),
            on_behalf_of: None,
            cause: self.cause.event,
            depth: self.cause.depth,
            trace: self.cause.trace.clone(),
            links: Vec::new(),
            body: Value::Null,
            private: None,
        }
    }
}

/// What happened, as it is handed to [`Uow::append`](crate::Uow::append).
///
/// Made by [`ChangeContext::entry`] alone, so that who, when and why are never written by hand.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    pub id: EventId,
    /// The record that changed.
    pub subject: Link,
    /// Its version after the change; unique by subject.
    pub version: i64,
    /// The event type: `crm.deal.won`.
    pub kind: String,
    /// The format of `body`, for entries that are read years later.
    pub format: i32,
    pub at: Instant,
    pub actor: Actor,
    pub on_behalf_of: Option<UserId>,
    /// The event that led to this one.
    pub cause: Option<EventId>,
    /// How often one thing set off another before it.
    pub depth: i32,
    /// The W3C `traceparent` of the request.
    pub trace: Option<String>,
    /// The records that it concerns.
    pub links: Vec<Link>,
    pub body: Value,
    /// A person's words and names, which can be erased without harm to the rest.
    pub private: Option<Value>,
}

impl Entry {
    #[must_use]
    pub fn with_format(self, format: i32) -> Self {
        Self { format, ..self }
    }

    #[must_use]
    pub fn with_links(self, links: Vec<Link>) -> Self {
        Self { links, ..self }
    }

    #[must_use]
    pub fn with_body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    #[must_use]
    pub fn with_private(self, private: Option<Value>) -> Self {
        Self { private, ..self }
    }
}
