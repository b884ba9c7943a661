//! The event log over HTTP: pages by cursor, a live stream, and the types of event.

pub mod http;
mod page;
mod place;
mod stream;
mod ticket;
mod types;

use std::sync::Arc;

use tokio::sync::watch;

/// The streams that are open on this server.
#[derive(Clone)]
pub struct Live {
    stop: Arc<watch::Sender<bool>>,
}

impl Live {
    pub fn new() -> Self {
        Self {
            stop: Arc::new(watch::Sender::new(false)),
        }
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
