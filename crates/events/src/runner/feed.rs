//! The next stretch of the log, read once for all consumers that stand at the same place.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_kernel::id::EventId;
use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error, WindowCursor};
use tokio::sync::Mutex;

/// Entries handed out in one go.
const AT_ONCE: u64 = 256;

/// A stretch of the log, in order.
pub(super) struct Stretch {
    pub(super) events: Vec<Arc<Logged>>,
    /// Those of them that cannot be read, and why: only their place and record is known.
    pub(super) unreadable: HashMap<EventId, String>,
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
        let mut stretch = Stretch {
            events: Vec::with_capacity(batch.entries.len()),
            unreadable: HashMap::new(),
            next,
            full: batch.full,
        };
        for stored in log::load(&self.db, &batch.entries).await? {
            let event = match (stored.parse(), &stored.entry) {
                (Ok(event), _) => event,
                (Err(error), Ok(entry)) => {
                    let event = entry.outline();
                    tracing::error!(tenant = %event.tenant, event = %event.id, kind = event.kind, cause = ?error, "an entry of the log cannot be read: consumers set it aside with its record");
                    stretch
                        .unreadable
                        .insert(event.id, format!("the entry cannot be read: {error:?}"));
                    event
                }
                (Err(error), Err(_)) => {
                    tracing::error!(seq = stored.seq, cause = ?error, "an entry of the log cannot be read, nor whose it is: it is passed over");
                    continue;
                }
            };
            stretch.events.push(Arc::new(event));
        }
        Ok(stretch)
    }
}
