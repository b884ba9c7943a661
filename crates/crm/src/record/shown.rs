//! Records where others show them: in the places of ids (`expand`), and on the event log, stream and webhooks.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;

use countersign_identity::Directories;
use countersign_kernel::actor::Caller;
use countersign_platform::Sees;
use countersign_storage::{Conn, Error, Logged};
use countersign_web::{Ctx, Expander, Problem};
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::refusal::Refusal;
use super::store::{self, Table};
use super::viewer::Viewer;
use super::{http, lookup};

/// Shows records of a kind: an [`Expander`] and the [`Sees`] of its events.
pub struct Shown<R> {
    directories: Directories,
    kind: PhantomData<fn() -> R>,
}

impl<R> Shown<R> {
    pub fn new(directories: Directories) -> Self {
        Self {
            directories,
            kind: PhantomData,
        }
    }
}

impl<R: Table> fmt::Debug for Shown<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({})", R::KIND.plural)
    }
}

impl<R: Table> Expander for Shown<R> {
    fn kind(&self) -> &'static str {
        R::KIND.object
    }

    fn scope(&self) -> &'static str {
        R::KIND.read
    }

    /// A form that names a record of a kind which its writer does not read is told that there is none.
    fn load<'a>(
        &'a self,
        ctx: &'a Ctx,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Value>, Problem>> {
        Box::pin(async move {
            if !ctx.caller.scopes.allow(R::KIND.read) {
                return Ok(HashMap::new());
            }
            let hand = http::hand(ctx, &self.directories).await?;
            let reader = ctx.read().await?;
            let records = store::to_show::<R>(&reader, &hand.viewer, ids).await?;
            let ground = lookup::lay(&reader, &hand, &lookup::to_show(&records)).await?;
            let views = records.iter().map(|record| {
                let view = serde_json::to_value(record.view(&ground)).map_err(Problem::internal)?;
                Ok((record.meta().id, view))
            });
            views.collect()
        })
    }
}

impl<R: Table> Sees for Shown<R> {
    fn kind(&self) -> &'static str {
        R::KIND.object
    }

    /// Deleted records too: that they were deleted is news to those who saw them.
    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        Box::pin(async move {
            let directory = self.directories.directory_on(conn, caller.tenant).await?;
            let viewer = Viewer::of(caller, &directory);
            match store::seen_among::<R>(conn, &viewer, ids).await {
                Ok(seen) => Ok(seen.into_iter().collect()),
                Err(Refusal::Storage(error)) => Err(error),
                Err(other) => Err(Error::broken(other)),
            }
        })
    }

    fn cut<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        events: Vec<&'a mut Logged>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            if !R::TELLS_OF_OTHERS {
                return Ok(());
            }
            let directory = self.directories.directory_on(conn, caller.tenant).await?;
            let viewer = Viewer::of(caller, &directory);
            let bodies = events.into_iter().map(|event| &mut event.entry.body);
            match R::cut(conn, &viewer, bodies.collect()).await {
                Err(Refusal::Storage(error)) => Err(error),
                Err(other) => Err(Error::broken(other)),
                Ok(()) => Ok(()),
            }
        })
    }
}
