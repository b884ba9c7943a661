//! A lock file beside the database: two servers over one SQLite file would each believe to be the only writer.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::Error;

/// Held for as long as the database is open; the system lets it go when the process dies.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, Error> {
        let path = beside(database);
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = opened.map_err(|error| {
            Error::Setup(format!(
                "{} cannot be opened ({error}): make its folder and let this user write there, or choose another data folder",
                path.display()
            ))
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Setup(format!(
                "another server is using {}: stop it, give this one a data folder of its own, or use PostgreSQL to run several servers over one database",
                database.display()
            ))),
            Err(TryLockError::Error(error)) => Err(Error::Setup(format!(
                "{} cannot be locked ({error}): keep the database on a local disk, not on a network share",
                path.display()
            ))),
        }
    }
}

/// Whether a server holds the lock of a database.
pub(crate) fn is_taken(database: &Path) -> bool {
    let opened = File::options().write(true).open(beside(database));
    opened.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
