//! PostgreSQL: a transaction for each unit of work, two roles, and a connection that wakes the other servers.

mod cluster;
mod migrate;
mod open;
mod wake;
mod write;

pub(crate) use migrate::{migrate, schema};
pub(crate) use open::{Postgres, name};
