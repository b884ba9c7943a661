//! Who is behind the log and does not move: looked for on every server, told in its log, and asked for by `/readyz`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_storage::Db;
use tokio::sync::watch;
use tokio::time::Instant;

use super::lag::{self, Lag};

/// A listener that has been behind for a while without moving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stall {
    pub consumer: String,
    /// Entries that it has not heard.
    pub behind: u64,
    /// Since when this server has seen it stand there.
    pub since: Instant,
    /// Whether the server is of no use while this lasts.
    pub required: bool,
}

/// The listeners that stand still, as of the last look.
#[derive(Debug, Clone, Default)]
pub struct Stalls(Arc<Mutex<Vec<Stall>>>);

impl Stalls {
    /// Those that stand still now.
    pub fn now(&self) -> Vec<Stall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, stalls: Vec<Stall>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stalls;
    }
}

/// Looks again and again at how far the listeners of this server are.
pub(super) struct StallWatch {
    pub(super) db: Db,
    /// By name; whether the server is of no use without it.
    pub(super) listeners: HashMap<&'static str, bool>,
    /// Behind and not moved for so long is a stall.
    pub(super) patience: Duration,
    pub(super) stalls: Stalls,
}

/// Where a listener was first seen to stand while it was behind.
struct Seen {
    cursor: String,
    since: Instant,
    told: bool,
}

impl StallWatch {
    pub(super) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut seen = HashMap::new();
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.patience / 6) => {}
                _ = stop.changed() => return,
            }
            match lag::lags(&self.db).await {
                Ok(lags) => self.stalls.set(self.judge(lags, &mut seen)),
                Err(error) => {
                    tracing::warn!(%error, "how far the consumers are could not be read");
                }
            }
        }
    }

    fn judge(&self, lags: Vec<Lag>, seen: &mut HashMap<String, Seen>) -> Vec<Stall> {
        let mut stalls = Vec::new();
        for lag in lags {
            let Some(required) = self.listeners.get(lag.consumer.as_str()) else {
                continue;
            };
            let before = seen.remove(&lag.consumer);
            let stays = before.filter(|before| lag.behind > 0 && before.cursor == lag.cursor);
            if lag.behind == 0 {
                continue;
            }
            let mut stays = stays.unwrap_or_else(|| Seen {
                cursor: lag.cursor.clone(),
                since: Instant::now(),
                told: false,
            });
            if stays.since.elapsed() >= self.patience {
                if !stays.told {
                    tracing::error!(
                        consumer = lag.consumer,
                        behind = lag.behind,
                        cursor = lag.cursor,
                        "a consumer is behind the log and does not move"
                    );
                    stays.told = true;
                }
                stalls.push(Stall {
                    consumer: lag.consumer.clone(),
                    behind: lag.behind,
                    since: stays.since,
                    required: *required,
                });
            }
            seen.insert(lag.consumer, stays);
        }
        stalls
    }
}
