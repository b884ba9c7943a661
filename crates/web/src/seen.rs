//! What is known of one request while it runs: whose it is, how it stands with the limits, and when its turn is.

use std::cell::{Cell, OnceCell};
use std::net::IpAddr;
use std::rc::Rc;

use actix_web::{HttpMessage, HttpRequest};
use countersign_kernel::actor::{Caller, Via};
use countersign_kernel::id::{ApiKeyId, TenantId, UserId};
use countersign_kernel::text::Locale;

use crate::cpu::Turn;
use crate::limits::Standing;
use crate::problem::Problem;
use crate::world::World;

/// What the edge and the extractors tell each other about one request.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) request_id: String,
    pub(crate) trace: Option<String>,
    /// The language that the request asked for.
    pub(crate) language: Option<Locale>,
    pub(crate) caller_language: Cell<Option<Locale>>,
    /// The network address of the client.
    pub(crate) client: Option<IpAddr>,
    pub(crate) who: Cell<Option<Who>>,
    pub(crate) standing: Cell<Option<Standing>>,
    /// Whether an extractor reads the parameters itself.
    pub(crate) own_params: Cell<bool>,
    /// Once the caller is known and may go on.
    pub(crate) turn: OnceCell<Turn>,
}

/// The caller, for the access log.
#[derive(Clone, Copy)]
pub(crate) struct Who {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) via: Via,
}

impl Who {
    fn of(caller: &Caller) -> Self {
        Self {
            tenant: caller.tenant,
            user: caller.user,
            via: caller.via,
        }
    }

    /// The API key that it came with, if it came with one.
    pub(crate) fn key(self) -> Option<ApiKeyId> {
        match self.via {
            Via::Key(key) => Some(key),
            Via::Session(_) => None,
        }
    }
}

impl Seen {
    pub(crate) fn locale(&self) -> Locale {
        self.language.or(self.caller_language.get()).unwrap_or_default()
    }
}

/// What the edge left for this request.
pub(crate) fn seen(request: &HttpRequest) -> Rc<Seen> {
    request
        .extensions()
        .get::<Rc<Seen>>()
        .cloned()
        .unwrap_or_default()
}

/// Lets a call go on that a link brings instead of a token: as its owner's, within the limits that theirs have.
pub async fn admit(request: &HttpRequest, world: &World, owner: &Caller) -> Result<(), Problem> {
    let seen = seen(request);
    count(world, &seen, owner)?;
    take_turn(world, &seen, owner).await
}

/// Counts the call as the caller's; 429 beyond the limits.
pub(crate) fn count(world: &World, seen: &Seen, caller: &Caller) -> Result<(), Problem> {
    seen.caller_language.set(Some(caller.locale));
    seen.who.set(Some(Who::of(caller)));
    let standing = world.limits.call(caller, world.clock.now());
    seen.standing.set(standing);
    standing.map_or(Ok(()), |standing| standing.check())
}

/// Waits until it is the turn of the caller's tenant.
pub(crate) async fn take_turn(world: &World, seen: &Seen, caller: &Caller) -> Result<(), Problem> {
    let _ = seen.turn.set(world.limits.cpu.turn(caller.tenant).await?);
    world.db.note_call(caller.tenant);
    Ok(())
}
