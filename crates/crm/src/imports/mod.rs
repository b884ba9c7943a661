//! Imports: rows of a file become records, as if whoever began the import had made each of them.
//!
//! Beginning one settles how the file is read ([`plan`]), and refuses what it does not tell by itself. A [`worker`] then goes through the
//! rows, so many in a unit of work that also keeps how far it came: whatever happens, no row is gone through twice. [`apply`]
//! makes of rows what the record kit judges and keeps.

pub mod apply;
mod events;
pub mod fields;
pub mod found;
pub mod http;
mod past;
mod places;
pub mod plan;
pub mod prepared;
mod recognised;
mod refused;
mod report;
mod row;
pub mod service;
pub mod shape;
pub mod sheet;
pub mod store;
pub mod trim;
pub mod undo;
pub mod unit;
mod value;
pub mod words;
pub mod worker;

pub use events::EVENTS;
pub use worker::Importer;

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_platform::Sees;
use countersign_storage::{Conn, Error};
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// Scopes of imports themselves.
pub const READ: &str = "crm:imports:read";
pub const WRITE: &str = "crm:imports:write";

/// Rows in one unit of work.
pub const UNIT: usize = 100;

/// An import is seen by whoever began it, and by admins.
pub struct SeesImports;

impl Sees for SeesImports {
    fn kind(&self) -> &'static str {
        "import"
    }

    fn scope(&self) -> Option<&'static str> {
        Some(READ)
    }

    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        Box::pin(store::own_among(conn, caller, ids))
    }
}
