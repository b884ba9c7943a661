//! Opening the file: how SQLite is set up for writing and for reading.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::lock::Lock;
use super::readers::Readers;
use super::write_connection::WriteConnection;
use crate::{Error, Options};

/// An opened file.
pub(crate) struct File {
    pub(crate) write_connection: WriteConnection,
    pub(crate) lock: Lock,
    pub(crate) readers: Arc<Readers>,
    /// How to open it once more, for migrations.
    pub(crate) options: SqliteConnectOptions,
    /// The same to read.
    pub(crate) reading: SqliteConnectOptions,
}

/// Pages in the write-ahead log (256 MiB) from which on whoever commits copies them into the file. Until then it is done
/// beside the writer.
const LAST_RESORT: &str = "65536";
/// Prepared statements kept by a connection: each first write of a unit of work has three forms.
const STATEMENTS: usize = 1024;

pub(crate) async fn open(options: &Options) -> Result<File, Error> {
    let path = path(&options.url)?;
    let lock = Lock::take(&path)?;
    let settings = settings(&path);
    let write_connection = WriteConnection::open(settings.clone()).await.map_err(|error| {
        Error::Setup(format!(
            "{} cannot be opened as a SQLite database ({error}): check the path, and that this user may write there",
            path.display()
        ))
    })?;
    let readers = Readers::open(reading(&settings), options.connections).await?;
    Ok(File {
        write_connection,
        lock,
        readers,
        reading: reading(&settings),
        options: settings,
    })
}

/// Opens it for reading alone, also beside the server that writes.
pub(crate) async fn look(options: &Options) -> Result<(Arc<Readers>, SqliteConnectOptions), Error> {
    let settings = reading(&settings(&path(&options.url)?));
    let readers = Readers::open(settings.clone(), options.connections).await?;
    Ok((readers, settings))
}

fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", "-32768")
        .pragma("mmap_size", "268435456")
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", LAST_RESORT)
        .optimize_on_close(true, None)
        .disable_statement_logging()
}

fn reading(settings: &SqliteConnectOptions) -> SqliteConnectOptions {
    settings
        .clone()
        .create_if_missing(false)
        .optimize_on_close(false, None)
        .pragma("query_only", "on")
}

/// `sqlite:///data/countersign.db` and `sqlite:data.db`: where the file lies.
pub(crate) fn path(url: &str) -> Result<PathBuf, Error> {
    // The text itself may hold a password.
    let Some(rest) = url.strip_prefix("sqlite:") else {
        let kind = url.split_once(':').map_or_else(
            || "names no kind of database".to_owned(),
            |(kind, _)| format!("begins with {kind:?}"),
        );
        return Err(Error::Setup(format!(
            "the database's address {kind}: write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"
        )));
    };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path == ":memory:" {
        return Err(Error::Setup(format!(
            "{url:?} names no file: write sqlite:///path/to/countersign.db (a database in memory would be gone with the process)"
        )));
    }
    let path = PathBuf::from(path);
    // One file has one lock, by whatever way it is reached.
    Ok(std::fs::canonicalize(&path).unwrap_or(path))
}
