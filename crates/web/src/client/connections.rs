//! How many connections one client may hold: each costs the server a file descriptor and memory, whether it says something or not.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_kernel::net::Network;
use countersign_kernel::text::Words;

use super::Proxies;
use crate::permits::{Permit, Permits};
use crate::problem::{Problem, ProblemKind};

/// The connections of each client. Those of trusted proxies are not counted: they call for many.
#[derive(Clone)]
pub struct Connections {
    permits: Arc<Permits<Network>>,
    proxies: Proxies,
}

/// What was found when a connection came; the server keeps it with the connection, so that its end is noticed.
pub enum Admission {
    Within(Option<Permit<Network>>),
    /// So many are open already: what is asked on this one is refused, and it is closed.
    Over(usize),
}

impl Connections {
    pub fn new(most: usize, proxies: Proxies) -> Self {
        Self {
            permits: Arc::new(Permits::new(most)),
            proxies,
        }
    }

    pub fn admit(&self, peer: IpAddr) -> Admission {
        if self.proxies.trust(peer.to_canonical()) {
            return Admission::Within(None);
        }
        match self.permits.take(Network::of(peer)) {
            Some(permit) => Admission::Within(Some(permit)),
            None => Admission::Over(self.permits.most()),
        }
    }
}

impl Admission {
    pub(crate) fn refused(&self) -> Option<Problem> {
        let Self::Over(most) = self else { return None };
        let detail = Words::new(
            format!(
                "Your network address has {most} connections open: close some, or send requests over those."
            ),
            format!("您的网络地址已打开 {most} 个连接：请关闭一些，或复用现有连接。"),
        );
        Some(
            Problem::new(ProblemKind::RateLimited, detail)
                .retry_after(5)
                .closing(),
        )
    }
}
