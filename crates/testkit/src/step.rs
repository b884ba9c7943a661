//! Brings two commands together, where plain racing would need luck.

use std::future::Future;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection};
use tokio::sync::Notify;

use crate::database::{TestDb, must};

/// How long a command may take to come to where it waits.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Runs two commands so that the second judges while the first has judged and not committed; see [`Steps`].
pub async fn in_step<A, B>(
    db: &TestDb,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    Steps::at(db.url()).await.run(first, second).await
}

/// A database whose commands are held in step. On SQLite, whose units of work run one after the other, the second begins
/// when the first has ended: begun together, either might come first.
///
/// On PostgreSQL the log is held: a unit of work writes its entries last, so the first stands there with everything
/// judged and written, and the second runs until it waits too, for the first or for the log. Then both go on.
pub struct Steps(Option<Server>);

struct Server {
    holder: PgConnection,
    /// Within a transaction the activity of others stands still: it is looked at from outside.
    observer: PgConnection,
}

impl Steps {
    /// Of the database at this address.
    pub async fn at(url: &str) -> Self {
        if !url.starts_with("postgres") {
            return Self(None);
        }
        let options: PgConnectOptions = must(url.parse(), "read the database's address");
        Self(Some(Server {
            holder: must(options.connect().await, "reach the server"),
            observer: must(options.connect().await, "reach the server"),
        }))
    }

    pub async fn run<A, B>(
        &mut self,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> (A, B) {
        let Some(Server { holder, observer }) = &mut self.0 else {
            let first = first.await;
            return (first, second.await);
        };
        must(
            holder.execute("BEGIN; LOCK TABLE log IN SHARE MODE").await,
            "hold the log",
        );
        let (begin, ended) = (Notify::new(), Notify::new());
        let steps = async {
            waiting(observer, 1, &ended).await;
            begin.notify_one();
            waiting(observer, 2, &ended).await;
            must(holder.execute("ROLLBACK").await, "let the log go");
        };
        let first = async {
            let answer = first.await;
            ended.notify_one();
            answer
        };
        let second = async {
            begin.notified().await;
            let answer = second.await;
            ended.notify_one();
            answer
        };
        let (first, second, ()) = tokio::join!(first, second, steps);
        (first, second)
    }
}

/// Until so many others wait for a lock in this database, or a command came to its end without one.
async fn waiting(server: &mut PgConnection, many: i64, ended: &Notify) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let look = async {
        loop {
            let found: Result<i64, _> = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&mut *server)
                .await;
            if must(found, "look who waits") >= many {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::select! {
        _ = tokio::time::timeout(PATIENCE, look) => {}
        () = ended.notified() => {}
    }
}
