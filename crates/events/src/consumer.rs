//! Who listens to the log.
//!
//! A [`Consumer`] changes our own database: its effects commit together with its new place in the log, so they happen
//! once. A [`Publisher`] speaks to somebody else's server: it hears each event at least once, and what it sends carries
//! the event's stable id.

use std::fmt;
use std::time::Duration;

use countersign_storage::Uow;
use countersign_storage::log::Logged;
use futures_util::future::BoxFuture;

/// Why an event could not be handled.
#[derive(Debug)]
pub enum Failure {
    /// It may work later: the event is parked with its record and tried again, later and later.
    Again(String),
    /// Like [`Self::Again`], because so much was done already; `who` waits for it, and [`Consumer::waits`] is asked.
    Later { who: String, why: String },
    /// It will never work, and this is why: the unit of work is rolled back, then [`Consumer::refused`] is asked.
    Refused(String),
    /// The database's own fault; tried again at once where that helps, else parked.
    Storage(countersign_storage::Error),
    /// Another server took the lease over: nothing was kept, and it is that server's turn.
    LeaseLost,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Again(why) | Self::Refused(why) | Self::Later { why, .. } => f.write_str(why),
            Self::Storage(error) => error.fmt(f),
            Self::LeaseLost => f.write_str("the lease of this consumer went to another server"),
        }
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// Whether the same may work in a moment.
    pub(crate) fn heals(&self) -> bool {
        use countersign_storage::Error;
        matches!(self, Self::Storage(error) if error.is_conflict() || matches!(error, Error::Unavailable { .. }))
    }
}

impl From<countersign_storage::Error> for Failure {
    fn from(error: countersign_storage::Error) -> Self {
        Self::Storage(error)
    }
}

/// A listener whose effect is in our own database.
pub trait Consumer: Send + Sync + 'static {
    /// Its name, for ever: the durable cursor stands under it.
    fn name(&self) -> &'static str;

    /// Whether it wants to hear of events of this type (public or not).
    fn wants(&self, kind: &str) -> bool;

    /// Whether it hears of all that the log held when it first ran; else it hears of what comes later.
    fn hears_the_past(&self) -> bool {
        true
    }

    /// Whether an event of such a type is of concern, by what it says: one that is not costs no statement.
    fn concerns(&self, event: &Logged) -> bool {
        let _ = event;
        true
    }

    /// Does what the event asks for, in a unit of work that may serve other events too and also keeps the consumer's
    /// place. It may run more than once, so nothing may happen outside of `uow` but what `uow.after_commit` is told.
    /// Events come one by one, those of a record in order.
    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>>;

    /// What to keep when [`Self::handle`] answered [`Failure::Refused`]: called in a new unit of work, which also keeps
    /// the consumer's place, so that the refusal too is kept once. Unless told otherwise the event is parked.
    fn refused<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        why: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        let _ = (uow, event);
        Box::pin(async move { Err(Failure::Again(why.to_owned())) })
    }

    /// What to keep when [`Self::handle`] answered [`Failure::Later`], together with the event's being parked.
    fn waits<'a>(
        &'a self,
        uow: &'a mut Uow,
        event: &'a Logged,
        who: &'a str,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        let _ = (uow, event, who);
        Box::pin(async { Ok(()) })
    }
}

/// A listener outside of our database: it hears whole batches in order, each at least once.
pub trait Publisher: Send + Sync + 'static {
    /// Its name, for ever: the durable cursor stands under it.
    fn name(&self) -> &'static str;

    fn wants(&self, kind: &str) -> bool;

    /// Whether a server is of no use while this one stands still: false where only somebody else's server is away.
    fn is_required(&self) -> bool {
        true
    }

    /// Whether it passes on what an entry says: false where one that cannot be read is as good as any other.
    fn reads_entries(&self) -> bool {
        true
    }

    /// How long it lets events gather before it hears of them.
    fn breath(&self) -> Duration {
        Duration::ZERO
    }

    /// Passes the batch on. The cursor moves when this succeeds; until then the same batch comes again.
    fn publish<'a>(&'a self, events: &'a [Logged]) -> BoxFuture<'a, Result<(), Failure>>;

    /// Called on the server that holds the lease: when it takes it, after a failed batch, and every few seconds.
    fn tick(&self) -> BoxFuture<'_, Result<Standing, Failure>> {
        Box::pin(async { Ok(Standing::GoOn) })
    }
}

/// What a publisher found on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// All that was passed on is still there.
    GoOn,
    /// The other side lost what it had: the cursor goes back to the beginning of the log.
    StartOver,
}
