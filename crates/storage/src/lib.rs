//! How anything is kept: the unit of work, the log, idempotency, and every difference between the two databases.
//!
//! [`Db::write`] is the only way to change anything; [`Db::read`] is the way to look. What differs between
//! SQLite and PostgreSQL stands in [`dialect`], `sqlite` and `postgres`; nobody above this crate asks which it is.

mod bind;
pub mod claim;
mod conn;
mod db;
pub mod dialect;
mod error;
mod fair;
pub mod filter;
pub mod idempotency;
pub mod log;
mod observed;
mod outcome;
mod postgres;
mod prepare;
pub mod quota;
mod rule;
mod schema;
mod sqlite;
mod statistics;
mod trial;
pub mod trim;
mod uow;
mod why;
mod woken;

pub use conn::Conn;
pub use db::{Backend, CrossTenantReader, Db, Options, Reader};
pub use error::Error;
pub use log::{Entry, Logged, WindowCursor};
pub use quota::{Quota, Quotas};
pub use rule::{Rule, RuleLock};
pub use schema::Schema;
pub use uow::{Uow, Work};
pub use why::Why;
pub use woken::Woken;
