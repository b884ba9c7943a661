//! "The log grew", said between servers: NOTIFY after commit, on a connection of its own, at most one each 10 ms.
//! Never inside a unit of work: PostgreSQL would let such transactions commit one by one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, PgConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::woken::Waker;

const CHANNEL: &str = "countersign_log";
const NOTIFY: &str = "NOTIFY countersign_log";
/// At most one message in this time.
const PAUSE: Duration = Duration::from_millis(10);
/// After a lost connection.
const BACK_OFF: Duration = Duration::from_secs(1);

/// The backend that this server tells the others through: what it said itself, the server has been woken by already. 0: none.
type Own = Arc<AtomicU32>;

/// Tells all servers that the log grew, and hears of it from the others.
pub(crate) struct CommitNotifier {
    handle: NotifyHandle,
    /// One tells, one listens.
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What a commit tells it by.
#[derive(Clone)]
pub(crate) struct NotifyHandle {
    here: Arc<Waker>,
    elsewhere: Arc<Notify>,
}

impl NotifyHandle {
    /// Wakes this server at once, and the others soon.
    pub(crate) fn committed(&self) {
        self.here.wake();
        self.elsewhere.notify_one();
    }
}

impl CommitNotifier {
    pub(crate) fn start(options: PgConnectOptions, here: Arc<Waker>) -> Self {
        let elsewhere = Arc::new(Notify::new());
        let own = Own::default();
        let telling = tokio::spawn(tell(options.clone(), Arc::clone(&elsewhere), Arc::clone(&own)));
        let listening = tokio::spawn(follow(options, Arc::clone(&here), own));
        Self {
            handle: NotifyHandle { here, elsewhere },
            tasks: Mutex::new(vec![telling, listening]),
        }
    }

    pub(crate) fn handle(&self) -> NotifyHandle {
        self.handle.clone()
    }

    /// Waits until neither goes on: at the runtime's end they would take that for a lost connection.
    pub(crate) async fn stop(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        for task in &tasks {
            task.abort();
        }
        for task in tasks {
            // It was cut off, which is what it says.
            let _ = task.await;
        }
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CommitNotifier {
    fn drop(&mut self) {
        self.tasks().iter().for_each(JoinHandle::abort);
    }
}

async fn tell(options: PgConnectOptions, committed: Arc<Notify>, own: Own) {
    let mut connection: Option<PgConnection> = None;
    loop {
        committed.notified().await;
        if connection.is_none() {
            connection = connect(&options, &own).await.ok();
        }
        let told = match &mut connection {
            Some(open) => open.execute(NOTIFY).await.is_ok(),
            None => false,
        };
        if !told {
            connection = None;
            tracing::warn!(
                "other servers could not be told that the log grew; they will see it at their next look"
            );
        }
        tokio::time::sleep(if told { PAUSE } else { BACK_OFF }).await;
    }
}

async fn connect(options: &PgConnectOptions, own: &Own) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut connection)
        .await?;
    own.store(backend.cast_unsigned(), Ordering::Release);
    Ok(connection)
}

async fn follow(options: PgConnectOptions, waker: Arc<Waker>, own: Own) {
    loop {
        // What was said while nobody listened is made good by one look.
        waker.wake();
        if let Err(error) = listen(&options, &waker, &own).await {
            tracing::warn!(%error, "other servers are not heard; the log is looked at regularly meanwhile");
        }
        tokio::time::sleep(BACK_OFF).await;
    }
}

async fn listen(options: &PgConnectOptions, waker: &Waker, own: &Own) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // None: the connection was lost and made anew; something may have been missed.
        let said = listener.try_recv().await?;
        if said.is_none_or(|said| said.process_id() != own.load(Ordering::Acquire)) {
            waker.wake();
        }
    }
}
