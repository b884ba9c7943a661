//! Copies what was committed from the write-ahead log into the file, on a connection of its own and beside the writer.
//!
//! Else whoever commits would do it once the log is long, and everybody behind them would wait for two fsyncs and thousands
//! of pages. The log begins anew when all of it was copied and somebody writes; where the writer never rests, it grows up to
//! the length at which whoever commits copies what little is left.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Between two of them: each costs two fsyncs, and a long one those who commit beside it.
const PAUSE: Duration = Duration::from_millis(50);

/// Until it is tried again, and said again, where it failed.
const AFTER_TROUBLE: Duration = Duration::from_secs(10);

pub(super) struct Checkpoints {
    committed: Arc<Notify>,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the task on the runtime of the writing thread.
    pub(super) fn start(options: SqliteConnectOptions) -> Self {
        let (committed, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let task = tokio::spawn(run(options, Arc::clone(&committed), Arc::clone(&stop)));
        Self {
            committed,
            stop,
            task,
        }
    }

    /// There is something to copy.
    pub(super) fn committed(&self) {
        self.committed.notify_one();
    }

    /// Ends what is under way and closes the connection: the last one to close takes the log away.
    pub(super) async fn stop(self) {
        self.stop.notify_one();
        let _ = self.task.await;
    }
}

async fn run(options: SqliteConnectOptions, committed: Arc<Notify>, stop: Arc<Notify>) {
    let mut connection = None;
    loop {
        tokio::select! {
            biased;
            () = stop.notified() => break,
            () = committed.notified() => {}
        }
        let mut pause = PAUSE;
        if let Err(error) = checkpoint(&options, &mut connection).await {
            // The writer does it itself in the end, and meets the trouble if it lasts.
            tracing::warn!(%error, "the write-ahead log could not be copied into the database's file");
            connection = None;
            pause = AFTER_TROUBLE;
        }
        tokio::select! {
            biased;
            () = stop.notified() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "the database was not closed cleanly");
    }
}

async fn checkpoint(
    options: &SqliteConnectOptions,
    connection: &mut Option<SqliteConnection>,
) -> Result<(), sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(options.connect().await?),
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .execute(connection)
        .await
        .map(|_| ())
}
