//! Whether what is written is kept: a trial in the store of files, and one in the database.

use std::io;

use countersign_platform::files::Shelf;
use countersign_storage::{Db, Error, Why};

use super::Finding;
use crate::config::Config;

const MAKE_ROOM: &str =
    "make room on it, or give it more; a running server notices by itself, and `/readyz` says so";

/// The store of files, which is a folder also beside PostgreSQL.
pub(super) async fn of_files(config: &Config) -> Finding {
    let folder = config.files_dir();
    let shown = folder.display().to_string();
    match Shelf::new(folder, config.upload_bytes_max).try_write().await {
        Ok(()) => Finding::Fine(format!("{shown} takes files")),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            ) =>
        {
            Finding::wrong(format!("the disk with {shown} is full: {error}"), MAKE_ROOM)
        }
        Err(error) => Finding::wrong(
            format!("{shown} takes no files: {error}"),
            "let this user write in the data folder (`data_dir`)",
        ),
    }
}

pub(super) async fn of_database(db: &Db) -> Finding {
    match db.try_write().await {
        Ok(()) => Finding::Fine("the database takes changes".to_owned()),
        Err(
            error @ Error::Unavailable {
                why: Why::DiskFull, ..
            },
        ) => Finding::wrong(error.to_string(), MAKE_ROOM),
        Err(error) => Finding::wrong(
            format!("the database takes no changes: {error}"),
            "see what it says of itself: its log, its disk, and whether it is a standby",
        ),
    }
}
