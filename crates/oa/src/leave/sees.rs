//! Who may hear of leave: of a leave, whoever may read its request; of an adjustment, whoever may read that ledger.

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_kernel::id::LeaveEntryId;
use countersign_platform::Sees;
use countersign_storage::{Conn, Error as StorageError};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::http::READ;
use super::{rights, store};
use crate::office::Office;
use crate::sees::SeesRequests;

/// For leaves, which have the ids of their requests.
pub struct SeesLeaves(pub Office);

impl Sees for SeesLeaves {
    fn kind(&self) -> &'static str {
        "leave"
    }

    fn scope(&self) -> Option<&'static str> {
        Some(READ)
    }

    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, StorageError>> {
        Box::pin(async move { SeesRequests(self.0.clone()).visible(conn, caller, ids).await })
    }
}

/// For adjustments.
pub struct SeesLeaveEntries;

impl Sees for SeesLeaveEntries {
    fn kind(&self) -> &'static str {
        "leave_entry"
    }

    fn scope(&self) -> Option<&'static str> {
        Some(READ)
    }

    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, StorageError>> {
        Box::pin(async move {
            if rights::is_hr(caller) {
                return Ok(ids.iter().copied().collect());
            }
            let ids: Vec<LeaveEntryId> = ids.iter().copied().map(LeaveEntryId).collect();
            let own = store::own_among(conn, caller.tenant, caller.user, &ids).await?;
            Ok(own.into_iter().map(|id| id.0).collect())
        })
    }
}
