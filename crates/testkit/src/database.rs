//! Databases that last as long as a test.

use std::future::Future;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use countersign_storage::{Db, Options};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tempfile::TempDir;

/// The address of a PostgreSQL server where databases may be made.
const SERVER: &str = "COUNTERSIGN_TEST_POSTGRES";

/// How many connections to use instead of the usual number: with few, whoever waits for a second one while holding
/// one is found.
const CONNECTIONS: &str = "COUNTERSIGN_DATABASE_CONNECTIONS";

/// A migrated database of its own, gone when dropped.
pub struct TestDb {
    db: Db,
    url: String,
    home: Home,
}

enum Home {
    Folder(TempDir),
    /// The server, and the database's name there.
    Server(PgConnectOptions, String),
}

impl TestDb {
    /// A file in a temporary folder.
    pub async fn sqlite() -> Self {
        let folder = must(tempfile::tempdir(), "make a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = opened(&url).await;
        Self {
            db,
            url,
            home: Home::Folder(folder),
        }
    }

    /// A fresh database on the server that `COUNTERSIGN_TEST_POSTGRES` names; none if it names none.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration but this, and need no repeatable names"
    )]
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?;
        let mut address = must(
            url::Url::parse(&server),
            "read the address in COUNTERSIGN_TEST_POSTGRES",
        );
        let options: PgConnectOptions = must(server.parse(), "read the address in COUNTERSIGN_TEST_POSTGRES");
        let name = format!("countersign_test_{}", uuid::Uuid::now_v7().simple());
        let mut connection = must(
            options.connect().await,
            "reach the server in COUNTERSIGN_TEST_POSTGRES",
        );
        must(
            connection
                .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
                .await,
            "make a database",
        );
        must(connection.close().await, "leave the server");
        address.set_path(&name);
        let db = opened(address.as_str()).await;
        Some(Self {
            db,
            url: address.into(),
            home: Home::Server(options, name),
        })
    }

    /// The address that it was opened with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file, on SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.home {
            Home::Folder(folder) => Some(folder.path().join("test.db")),
            Home::Server(..) => None,
        }
    }

    /// A folder for whatever else the test writes, on SQLite.
    pub fn folder(&self) -> Option<&Path> {
        match &self.home {
            Home::Folder(folder) => Some(folder.path()),
            Home::Server(..) => None,
        }
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Home::Server(options, name) = &self.home else {
            return;
        };
        let (options, drop) = (
            options.clone(),
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        // A test's runtime cannot wait here: another thread does.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async move {
                let mut connection = options.connect().await.ok()?;
                connection.execute(AssertSqlSafe(drop)).await.ok()
            })
        });
        let _ = dropping.join();
    }
}

/// Runs the test on SQLite, and on PostgreSQL if there is one; with `TESTED_ON_SQLITE=yes` on PostgreSQL alone.
pub async fn for_each_database<F, Fut>(test: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    let postgres = TestDb::postgres().await;
    if postgres.is_none() || !sqlite_was_tested() {
        test(TestDb::sqlite().await).await;
    }
    match postgres {
        Some(db) => test(db).await,
        None => note_that_postgres_is_missing(),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn sqlite_was_tested() -> bool {
    std::env::var("TESTED_ON_SQLITE").is_ok_and(|word| word == "yes")
}

fn note_that_postgres_is_missing() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        eprintln!("only SQLite was tested: set COUNTERSIGN_TEST_POSTGRES to test on PostgreSQL too");
    });
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
async fn opened(url: &str) -> Db {
    let mut options = Options::new(url);
    if let Ok(connections) = std::env::var(CONNECTIONS) {
        options.connections = must(connections.parse(), "read COUNTERSIGN_DATABASE_CONNECTIONS");
    }
    let db = must(Db::open(options).await, "open the database");
    must(db.migrate().await, "migrate the database");
    db
}

#[expect(clippy::panic, reason = "a test that cannot begin has failed")]
pub(crate) fn must<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|error| panic!("the test could not {what}: {error}"))
}
