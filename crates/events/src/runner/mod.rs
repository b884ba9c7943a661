//! Hands the log to its listeners: each has a durable cursor, leased to one server, woken when the log grows.
//!
//! What is promised: an effect in our database happens once; the events of one record come in order; an event that
//! fails holds up its own record and nothing else; a server that dies is replaced within a lease.

mod dispatch;
mod feed;
mod inbox;
mod lag;
mod lease;
mod park;
mod retry;
mod serve;
mod stall;
mod store;
mod unit;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_storage::{Db, Error, log};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::consumer::{Consumer, Publisher};
use feed::Feed;
pub use inbox::trim_inbox;
pub use lag::{Lag, lags, release};
use serve::Server;
use stall::StallWatch;
pub use stall::{Stall, Stalls};

/// How patient the runner is.
#[derive(Debug, Clone)]
pub struct Options {
    /// A server that shows no sign of life for so long has lost its consumers to another.
    pub lease: Duration,
    /// The net below the wake-ups.
    pub poll: Duration,
    /// The wait before a failed event is tried again; it doubles each time, up to ten minutes.
    pub first_wait: Duration,
    /// How often a cursor is kept at most that passed nothing but what changed nothing: after a crash that is handed out
    /// again.
    pub keep: Duration,
    /// A listener that is behind the log and does not move for so long is in trouble, and operators are told.
    pub stall: Duration,
    /// Whether no other server can be alive on this database (SQLite's lock file says so): leases of a dead one are
    /// then taken at once.
    pub alone: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(10),
            poll: Duration::from_secs(2),
            first_wait: Duration::from_secs(1),
            keep: Duration::from_secs(1),
            stall: Duration::from_mins(1),
            alone: false,
        }
    }
}

/// Whoever listens.
#[derive(Clone)]
enum Listener {
    Consumer(Arc<dyn Consumer>),
    Publisher(Arc<dyn Publisher>),
}

impl Listener {
    fn name(&self) -> &'static str {
        match self {
            Self::Consumer(consumer) => consumer.name(),
            Self::Publisher(publisher) => publisher.name(),
        }
    }

    fn hears_the_past(&self) -> bool {
        match self {
            Self::Consumer(consumer) => consumer.hears_the_past(),
            Self::Publisher(_) => true,
        }
    }

    fn is_required(&self) -> bool {
        match self {
            Self::Consumer(_) => true,
            Self::Publisher(publisher) => publisher.is_required(),
        }
    }
}

/// Gathers the listeners of a server, then runs them.
pub struct Runner {
    db: Db,
    owner: String,
    options: Options,
    listeners: Vec<Listener>,
}

impl Runner {
    /// `owner` names this run of this server and must not be used by any other.
    pub fn new(db: Db, owner: impl Into<String>, options: Options) -> Self {
        Self {
            db,
            owner: owner.into(),
            options,
            listeners: Vec::new(),
        }
    }

    #[must_use]
    pub fn consumer(mut self, consumer: Arc<dyn Consumer>) -> Self {
        self.listeners.push(Listener::Consumer(consumer));
        self
    }

    #[must_use]
    pub fn publisher(mut self, publisher: Arc<dyn Publisher>) -> Self {
        self.listeners.push(Listener::Publisher(publisher));
        self
    }

    /// Starts a task for each listener, one that keeps the leases, and one that looks for listeners that stand still.
    pub fn spawn(self) -> Running {
        let (stop, stopped) = watch::channel(false);
        let (nudge, nudged) = watch::channel(0);
        let feed = Arc::new(Feed::new(self.db.clone(), nudged.clone(), self.options.poll));
        let stalls = Stalls::default();
        let stall_watch = StallWatch {
            db: self.db.clone(),
            listeners: self
                .listeners
                .iter()
                .map(|listener| (listener.name(), listener.is_required()))
                .collect(),
            patience: self.options.stall,
            stalls: stalls.clone(),
        };
        let mut tasks = Vec::new();
        let mut progress = Vec::new();
        for listener in self.listeners {
            let mine = Arc::new(Progress::default());
            progress.push(Arc::clone(&mine));
            let server = Server {
                db: self.db.clone(),
                feed: Arc::clone(&feed),
                listener,
                owner: self.owner.clone(),
                options: self.options.clone(),
                progress: mine,
                stop: stopped.clone(),
                nudge: nudged.clone(),
            };
            tasks.push(tokio::spawn(server.run()));
        }
        let keeping = serve::keep_leases(
            self.db.clone(),
            self.owner.clone(),
            self.options.lease,
            stopped.clone(),
        );
        let beside = vec![tokio::spawn(keeping), tokio::spawn(stall_watch.run(stopped))];
        Running {
            db: self.db,
            owner: self.owner,
            stop,
            nudge,
            tasks,
            beside,
            progress,
            stalls,
        }
    }
}

/// How far one listener has come, for those who wait for it.
#[derive(Default)]
struct Progress {
    /// Rounds in which there was nothing to do.
    idle: AtomicU64,
    /// Rounds in which there was.
    busy: AtomicU64,
}

/// The listeners at work. Dropping it does not stop them; [`Running::stop`] does.
pub struct Running {
    db: Db,
    owner: String,
    stop: watch::Sender<bool>,
    nudge: watch::Sender<u64>,
    tasks: Vec<JoinHandle<()>>,
    /// What works beside the listeners: nothing is lost when it is cut off.
    beside: Vec<JoinHandle<()>>,
    progress: Vec<Arc<Progress>>,
    stalls: Stalls,
}

impl Running {
    /// Lets each listener finish what it has in hand, keeps the cursors, and gives the leases up.
    pub async fn stop(self) -> Result<(), Error> {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a consumer did not end well");
            }
        }
        for task in self.beside {
            task.abort();
        }
        serve::give_up(&self.db, self.owner).await
    }

    /// The listeners that are behind and stand still.
    pub fn stalls(&self) -> Stalls {
        self.stalls.clone()
    }

    /// A handle for those who have to wait until everything has been heard.
    pub fn follower(&self) -> Follower {
        Follower {
            db: self.db.clone(),
            nudge: self.nudge.clone(),
            progress: self.progress.clone(),
        }
    }
}

/// Waits for the listeners of this server.
#[derive(Clone)]
pub struct Follower {
    db: Db,
    nudge: watch::Sender<u64>,
    progress: Vec<Arc<Progress>>,
}

impl Follower {
    /// Waits until every listener has heard all that the log held when this was called, and all that followed from
    /// it; false if that took longer than `within`. What is parked is not waited for.
    pub async fn caught_up(&self, within: Duration) -> bool {
        matches!(tokio::time::timeout(within, self.quiet()).await, Ok(Ok(())))
    }

    async fn quiet(&self) -> Result<(), Error> {
        loop {
            self.visible().await?;
            let before = self.busy();
            // Two idle rounds: the first may have begun before the call.
            let goals: Vec<u64> = self
                .progress
                .iter()
                .map(|of| of.idle.load(Ordering::Acquire) + 2)
                .collect();
            for (of, goal) in self.progress.iter().zip(goals) {
                while of.idle.load(Ordering::Acquire) < goal {
                    self.nudge.send_modify(|count| *count = count.wrapping_add(1));
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            if self.busy() == before {
                return Ok(());
            }
        }
    }

    /// Waits until readers may see all that is committed now: on PostgreSQL any older transaction holds them back.
    async fn visible(&self) -> Result<(), Error> {
        let mut newest = Query::select();
        newest.expr(Expr::col(log::Column::Xid).max()).from("log");
        let row = self.db.across_tenants().await?.query_one(&newest).await?;
        let newest: i64 = row
            .map(|row| row.try_get_by_index::<Option<i64>>(0))
            .transpose()?
            .flatten()
            .unwrap_or_default();
        while newest > 0 && log::newest(&*self.db.across_tenants().await?).await?.from <= newest {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    fn busy(&self) -> u64 {
        self.progress
            .iter()
            .map(|of| of.busy.load(Ordering::Acquire))
            .sum()
    }
}
