//! The event log over HTTP: pages by cursor, a live stream, and the types of event.

pub mod http;
mod page;
mod place;
mod sent;
mod stream;
mod ticket;
mod types;

use std::sync::Arc;

use countersign_kernel::actor::Caller;
use countersign_kernel::id::{TenantId, UserId};
use countersign_web::{Permit, Permits, Problem, ProblemKind, Words};
use tokio::sync::watch;

pub use sent::SENT;

/// Streams of one person at once, over all their sessions and keys.
const OF_PERSON: usize = 20;
/// Streams of one tenant at once.
const OF_TENANT: usize = 500;

/// The streams that are open on this server.
#[derive(Clone)]
pub struct Live {
    stop: Arc<watch::Sender<bool>>,
    of_people: Arc<Permits<(TenantId, UserId)>>,
    of_tenants: Arc<Permits<TenantId>>,
}

/// Room for one stream, for as long as it is kept.
pub(crate) struct Room(
    #[expect(dead_code, reason = "held until the stream ends")] Permit<(TenantId, UserId)>,
    #[expect(dead_code, reason = "held until the stream ends")] Permit<TenantId>,
);

impl Live {
    pub fn new() -> Self {
        Self {
            stop: Arc::new(watch::Sender::new(false)),
            of_people: Arc::new(Permits::new(OF_PERSON)),
            of_tenants: Arc::new(Permits::new(OF_TENANT)),
        }
    }

    /// Room for another stream of somebody, if there is any.
    pub(crate) fn enter(&self, caller: &Caller) -> Result<Room, Problem> {
        let full = |whose: &str, whose_zh: &str, most: usize| {
            let detail = Words::new(
                format!("{whose} {most} streams open on this server: close one first."),
                format!("{whose_zh}在此服务器上已打开 {most} 个事件流：请先关闭一个。"),
            );
            Problem::new(ProblemKind::RateLimited, detail).retry_after(5)
        };
        let of_person = self.of_people.take((caller.tenant, caller.user));
        let of_person = of_person.ok_or_else(|| full("You have", "您", OF_PERSON))?;
        let of_tenant = self.of_tenants.take(caller.tenant);
        let of_tenant = of_tenant.ok_or_else(|| full("Your company has", "贵公司", OF_TENANT))?;
        Ok(Room(of_person, of_tenant))
    }

    /// Ends every stream with its cursor, so that its reader goes on elsewhere. Before the server stops.
    pub fn end(&self) {
        self.stop.send_replace(true);
    }

    fn ended(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}
