//! Who hears of a run: whoever sees the record that it is about.

use std::collections::HashSet;

use countersign_kernel::actor::Caller;
use countersign_platform::{Sees, Sight};
use countersign_storage::{Conn, Error};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::store;
use crate::events::RUN_FAILED;

/// Runs, for those who see what they are about.
pub struct SeesRuns(pub Sight);

impl Sees for SeesRuns {
    fn kind(&self) -> &'static str {
        RUN_FAILED.object
    }

    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        Box::pin(async move {
            let runs = store::subjects(conn, caller.tenant, ids).await?;
            let subjects: Vec<(String, Uuid)> =
                runs.iter().map(|(_, kind, id)| (kind.clone(), *id)).collect();
            let seen = self.0.records(conn, caller, &subjects).await?;
            let about = |(_, kind, id): &(Uuid, String, Uuid)| seen.contains(&(kind.clone(), *id));
            Ok(runs
                .iter()
                .filter(|run| about(run))
                .map(|(run, ..)| *run)
                .collect())
        })
    }
}
