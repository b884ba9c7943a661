//! The next stretch of the log, read once for all consumers that stand at the same place.

use std::sync::Arc;

use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error, WindowCursor};
use tokio::sync::Mutex;

/// Entries handed out in one go.
const AT_ONCE: u64 = 256;

/// A stretch of the log, in order.
pub(super) struct Stretch {
    pub(super) events: Vec<Arc<Logged>>,
    /// Where the next one begins.
    pub(super) next: WindowCursor,
    /// Whether more of it lay there when it was read.
    pub(super) full: bool,
}

/// What was read last, and from where.
type Latest = Option<(WindowCursor, Arc<Stretch>)>;

/// Reads for all consumers of one server. Those that are up to date ask for the same stretch within moments of each
/// other: it is read once.
pub(super) struct Feed {
    db: Db,
    latest: Mutex<Latest>,
}

impl Feed {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            latest: Mutex::default(),
        }
    }

    pub(super) async fn after(&self, cursor: WindowCursor) -> Result<Arc<Stretch>, Error> {
        let mut latest = self.latest.lock().await;
        if let Some((from, stretch)) = &*latest
            && *from == cursor
        {
            return Ok(Arc::clone(stretch));
        }
        let stretch = Arc::new(self.read(cursor).await?);
        // An empty stretch may be longer in a moment; one that holds something stays what it is.
        if !stretch.events.is_empty() {
            *latest = Some((cursor, Arc::clone(&stretch)));
        }
        Ok(stretch)
    }

    async fn read(&self, cursor: WindowCursor) -> Result<Stretch, Error> {
        let batch = {
            let door = self.db.door().await?;
            log::window(&door, cursor, None, AT_ONCE).await?
        };
        let next = if batch.is_end() { batch.began } else { batch.next };
        let events = log::load(&self.db, &batch.entries)
            .await?
            .into_iter()
            .map(Arc::new)
            .collect();
        Ok(Stretch {
            events,
            next,
            full: batch.full,
        })
    }
}
