//! The next batch of the log, read once for all consumers that stand at the same place.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use countersign_kernel::id::EventId;
use countersign_storage::log::{self, Logged};
use countersign_storage::{Db, Error, WindowCursor, Woken};
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// Entries handed out in one go.
const AT_ONCE: u64 = 256;

/// A batch of the log, in order.
pub(super) struct LogBatch {
    pub(super) events: Vec<Arc<Logged>>,
    /// Those of them that cannot be read, and why: only their place and record is known.
    pub(super) unreadable: HashMap<EventId, String>,
    /// The window that it was read in: [`WindowCursor::at`] is the place behind one of its events.
    pub(super) window: WindowCursor,
    /// Where the next one begins.
    pub(super) next: WindowCursor,
    /// Whether there is more that may not be read yet.
    pub(super) held_back: bool,
    /// Whether nothing came after it when it was read.
    pub(super) is_last: bool,
}

impl LogBatch {
    /// Nothing to read at this place.
    fn end(at: WindowCursor) -> Self {
        Self {
            events: Vec::new(),
            unreadable: HashMap::new(),
            window: at,
            next: at,
            held_back: false,
            is_last: true,
        }
    }
}

/// What was read last.
struct Latest {
    from: WindowCursor,
    /// What was known of the log's growth before.
    growth: (u64, u64),
    at: Instant,
    batch: Arc<LogBatch>,
}

/// Reads for all consumers of one server. Those that are up to date ask for the same batch within moments of each
/// other: it is read once, also when it is empty.
pub(super) struct Feed {
    db: Db,
    woken: Woken,
    nudged: watch::Receiver<u64>,
    /// For so long an empty batch is taken for the end of the log: the net below the wake-ups.
    fresh: Duration,
    latest: Mutex<Option<Latest>>,
}

impl Feed {
    pub(super) fn new(db: Db, nudged: watch::Receiver<u64>, poll: Duration) -> Self {
        Self {
            woken: db.woken(),
            nudged,
            db,
            fresh: poll / 2,
            latest: Mutex::default(),
        }
    }

    pub(super) async fn after(&self, cursor: WindowCursor) -> Result<Arc<LogBatch>, Error> {
        let mut latest = self.latest.lock().await;
        let growth = (self.woken.generation(), *self.nudged.borrow());
        if let Some(known) = &*latest {
            let is_end = known.is_end(growth, self.fresh);
            if known.from == cursor && (is_end || !known.batch.events.is_empty()) {
                return Ok(Arc::clone(&known.batch));
            }
            if known.batch.next == cursor && is_end {
                return Ok(Arc::new(LogBatch::end(cursor)));
            }
        }
        let batch = Arc::new(self.read(cursor).await?);
        *latest = Some(Latest {
            from: cursor,
            growth,
            at: Instant::now(),
            batch: Arc::clone(&batch),
        });
        Ok(batch)
    }

    async fn read(&self, cursor: WindowCursor) -> Result<LogBatch, Error> {
        let read = {
            let reader = self.db.across_tenants().await?;
            log::window(&reader, cursor, None, AT_ONCE).await?
        };
        let next = if read.is_end() { read.began } else { read.next };
        let mut batch = LogBatch {
            events: Vec::with_capacity(read.entries.len()),
            unreadable: HashMap::new(),
            window: read.window,
            next,
            held_back: read.held_back,
            // The rest of a window that was opened earlier is not all that there is.
            is_last: !read.full && !read.held_back && !read.began.is_open(),
        };
        for stored in log::load(&self.db, &read.entries).await? {
            let event = match (stored.parse(), &stored.entry) {
                (Ok(event), _) => event,
                (Err(error), Ok(entry)) => {
                    let event = entry.outline();
                    tracing::error!(tenant = %event.tenant, event = %event.id, kind = event.kind, cause = ?error, "an entry of the log cannot be read: consumers set it aside with its record");
                    batch
                        .unreadable
                        .insert(event.id, format!("the entry cannot be read: {error:?}"));
                    event
                }
                (Err(error), Err(_)) => {
                    tracing::error!(seq = stored.seq, cause = ?error, "an entry of the log cannot be read, nor whose it is: it is passed over");
                    continue;
                }
            };
            batch.events.push(Arc::new(event));
        }
        Ok(batch)
    }
}

impl Latest {
    /// Whether the log ends behind it, as far as is known.
    fn is_end(&self, growth: (u64, u64), fresh: Duration) -> bool {
        self.batch.is_last && self.growth == growth && self.at.elapsed() < fresh
    }
}
