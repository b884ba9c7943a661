//! The sender is woken by the commit that made a delivery; a slow look is the net below.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// Wakes the sender of this server.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    pub fn now(&self) {
        self.0.notify_one();
    }

    /// Returns when woken, or after so long.
    pub async fn wait(&self, most: Duration) {
        // Late is as good as woken: the caller looks either way.
        let _ = tokio::time::timeout(most, self.0.notified()).await;
    }
}
