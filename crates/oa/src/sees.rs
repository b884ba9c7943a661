//! Who may hear of a request's events: whoever may read the request.

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_platform::Sees;
use countersign_storage::{Conn, Error as StorageError};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::error::Error;
use crate::office::Office;
use crate::requests::http::READ;

/// For the log, the stream and webhooks.
pub struct SeesRequests(pub Office);

impl Sees for SeesRequests {
    fn kind(&self) -> &'static str {
        "request"
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
            let now = self.0.clock.business(caller.tenant);
            match self.0.visible_ids(conn, caller, ids, now).await {
                Ok(ids) => Ok(ids.into_iter().collect()),
                Err(Error::Storage(error)) => Err(error),
                Err(other) => Err(StorageError::broken(other.to_string())),
            }
        })
    }
}
