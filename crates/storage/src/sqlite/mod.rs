//! SQLite: one file, one writer that commits many units of work at once, and a pool of readers.

mod checkpoints;
mod lock;
mod migrate;
mod open;
mod orders;
mod readers;
mod write_connection;
mod writer;

pub(crate) use lock::is_taken;
pub(crate) use migrate::{migrate, schema};
pub(crate) use open::{look, open, path};
pub(crate) use readers::{Borrowed, Readers};
pub(crate) use write_connection::{StatementError, WriteConnection};
pub(crate) use writer::{TIME, Writer};
