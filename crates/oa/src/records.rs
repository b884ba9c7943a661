//! Records that a form points at: accounts, contacts, deals. Whoever keeps them says whether they are there.

use std::collections::BTreeSet;

use countersign_events::Rights;
use countersign_storage::{Conn, Error};
use sea_orm::prelude::Uuid;
use std::future::Future;
use std::pin::Pin;

/// Answers of the keeper of records.
pub type Found<'a> = Pin<Box<dyn Future<Output = Result<BTreeSet<Uuid>, Error>> + Send + 'a>>;

/// The keeper of the records that forms may name. The office never knows who it is.
pub trait Records: Send + Sync + 'static {
    /// Which of these records of a kind (`account`, `contact`, `deal`) exist in the tenant and may be seen by
    /// somebody by whose rights is asked.
    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        tenant: countersign_kernel::id::TenantId,
        kind: &'a str,
        ids: &'a [Uuid],
        rights: &'a Rights,
    ) -> Found<'a>;
}

/// For a server without such records: none exists.
pub struct NoRecords;

impl Records for NoRecords {
    fn visible<'a>(
        &'a self,
        _: &'a Conn,
        _: countersign_kernel::id::TenantId,
        _: &'a str,
        _: &'a [Uuid],
        _: &'a Rights,
    ) -> Found<'a> {
        Box::pin(async { Ok(BTreeSet::new()) })
    }
}
