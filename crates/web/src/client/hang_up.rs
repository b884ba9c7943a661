//! Whether whoever asks is still there. A request whose client has hung up would otherwise wait for its turn, take a connection to the
//! database from somebody else, and be answered to nobody.

use std::future::Future;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A client may send its request and close its own side, and still listen: for so long that is believed of whoever reads. To ask is
/// a system call, so it is also how long anybody is left unasked.
const PATIENCE: Duration = Duration::from_millis(100);

/// The socket of a connection; the server keeps it with the connection.
#[derive(Clone)]
pub struct PeerSocket(Arc<OwnedFd>);

/// How far a client is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gone {
    Here,
    /// It will say nothing more, and may still listen.
    Silent,
    /// Nothing reaches it.
    Cut,
}

impl PeerSocket {
    /// Of the same connection; none where the system has no more descriptors.
    pub fn of(connection: &impl AsFd) -> Option<Self> {
        let socket = connection.as_fd().try_clone_to_owned().ok()?;
        Some(Self(Arc::new(socket)))
    }

    pub(crate) fn gone(&self) -> Gone {
        const AT_ONCE: Timespec = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        #[cfg(target_os = "linux")]
        let silent = PollFlags::RDHUP;
        #[cfg(not(target_os = "linux"))]
        let silent = PollFlags::empty();
        let mut asked = [PollFd::new(&self.0, silent)];
        if poll(&mut asked, Some(&AT_ONCE)).is_err() {
            return Gone::Here;
        }
        let [answered] = asked;
        let found = answered.revents();
        if found.intersects(PollFlags::HUP | PollFlags::ERR) {
            Gone::Cut
        } else if found.intersects(silent) {
            Gone::Silent
        } else {
            Gone::Here
        }
    }

    /// What comes of it, unless the client is gone before: then it is dropped. `reads`: nothing is lost if it is.
    pub(crate) async fn unless_gone<T>(&self, reads: bool, work: impl Future<Output = T>) -> Option<T> {
        if self.gone() == Gone::Cut {
            return None;
        }
        let mut work = std::pin::pin!(work);
        let enough = if reads { Gone::Silent } else { Gone::Cut };
        loop {
            match tokio::time::timeout(PATIENCE, &mut work).await {
                Ok(done) => return Some(done),
                Err(_) if self.gone() >= enough => return None,
                Err(_) => {}
            }
        }
    }
}
