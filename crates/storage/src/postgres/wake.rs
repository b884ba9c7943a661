//! "The log grew", said between servers: NOTIFY after commit, on a connection of its own, at most one each 10 ms.
//! Never inside a unit of work: PostgreSQL would let such transactions commit one by one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
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

/// The backend that this server speaks through: what it said itself, the server has been woken by already. 0: none.
type Own = Arc<AtomicU32>;

/// Heard on all servers.
pub(crate) struct Bell {
    cord: Cord,
    ringing: JoinHandle<()>,
    hearing: JoinHandle<()>,
}

/// What rings it.
#[derive(Clone)]
pub(crate) struct Cord {
    here: Arc<Waker>,
    elsewhere: Arc<Notify>,
}

impl Cord {
    /// Wakes this server at once, and the others soon.
    pub(crate) fn pull(&self) {
        self.here.wake();
        self.elsewhere.notify_one();
    }
}

impl Bell {
    pub(crate) fn hang(options: PgConnectOptions, here: Arc<Waker>) -> Self {
        let elsewhere = Arc::new(Notify::new());
        let own = Own::default();
        let ringing = tokio::spawn(ring(options.clone(), Arc::clone(&elsewhere), Arc::clone(&own)));
        let hearing = tokio::spawn(hear(options, Arc::clone(&here), own));
        Self {
            cord: Cord { here, elsewhere },
            ringing,
            hearing,
        }
    }

    pub(crate) fn cord(&self) -> Cord {
        self.cord.clone()
    }

    pub(crate) fn silence(&self) {
        self.ringing.abort();
        self.hearing.abort();
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.silence();
    }
}

async fn ring(options: PgConnectOptions, pulled: Arc<Notify>, own: Own) {
    let mut connection: Option<PgConnection> = None;
    loop {
        pulled.notified().await;
        if connection.is_none() {
            connection = speak(&options, &own).await.ok();
        }
        let rung = match &mut connection {
            Some(open) => open.execute(NOTIFY).await.is_ok(),
            None => false,
        };
        if !rung {
            connection = None;
            tracing::warn!(
                "other servers could not be told that the log grew; they will see it at their next look"
            );
        }
        tokio::time::sleep(if rung { PAUSE } else { BACK_OFF }).await;
    }
}

async fn speak(options: &PgConnectOptions, own: &Own) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut connection)
        .await?;
    own.store(backend.cast_unsigned(), Ordering::Release);
    Ok(connection)
}

async fn hear(options: PgConnectOptions, waker: Arc<Waker>, own: Own) {
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
