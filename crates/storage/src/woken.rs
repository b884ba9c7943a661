//! "The log grew": a hint that there may be something to read. A slow poll stays the net below it.

use tokio::sync::watch;

/// Wakes whoever follows the log.
#[derive(Clone)]
pub struct Woken(watch::Receiver<u64>);

impl Woken {
    /// How often the log grew, as far as is known here: who has read it since this last changed has read all.
    pub fn generation(&self) -> u64 {
        *self.0.borrow()
    }

    /// Waits until the log grew since the last call (at once if it did meanwhile). Forever, if the database was closed.
    pub async fn wait(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The other end.
pub(crate) struct Waker(watch::Sender<u64>);

impl Waker {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(crate) fn wake(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn subscribe(&self) -> Woken {
        Woken(self.0.subscribe())
    }
}
