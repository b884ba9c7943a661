//! When another version of a workflow marks other fields with `list: true`, what lists compare of the requests that are there is
//! written, so many in a unit of work. The last of them asks for the rest by an entry of the log.

use countersign_events::{Consumer, Failure};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, RequestId, derive};
use countersign_storage::Uow;
use countersign_storage::log::{Cause, ChangeContext, Logged};
use futures_util::future::BoxFuture;
use serde_json::{Value as Json, json};

use super::store;
use crate::actions::failure;
use crate::error::Error;
use crate::office::Office;
use crate::requests::kept;
use crate::requests::load;

const PUBLISHED: &str = "rules.workflow.published";

/// The entry that asks for the requests behind one.
pub(crate) const LISTED: &str = "oa.requests.listed";

/// So many requests in one unit of work.
const BATCH: u64 = 200;

/// A consumer of published workflows.
pub struct Listings {
    office: Office,
}

impl Listings {
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    async fn hear(&self, uow: &mut Uow, event: &Logged) -> Result<(), Failure> {
        let text = |pointer: &str| event.body.pointer(pointer).and_then(Json::as_str);
        let after = match text("/after") {
            Some(after) => Some(after.parse().map_err(countersign_storage::Error::broken)?),
            None => None,
        };
        let Some(name) = text("/thing/name").map(str::to_owned) else {
            return Ok(());
        };
        self.list(uow, event, &name, after).await.map_err(failure)
    }

    async fn list(
        &self,
        uow: &mut Uow,
        event: &Logged,
        name: &str,
        after: Option<RequestId>,
    ) -> Result<(), Error> {
        let tenant = uow.tenant();
        let ground = load::ground(uow.reads(), tenant).await?;
        let snapshot = self
            .office
            .definitions
            .snapshot_in(uow.reads(), tenant, ground.definitions_epoch)
            .await?;
        // A version behind this one is heard of by itself.
        let Some(workflow) = super::newest(&snapshot, name) else {
            return Ok(());
        };
        if super::members(workflow).is_empty() {
            return Ok(());
        }
        let mut requests = store::requests_after(uow, name, after, BATCH + 1).await?;
        let more = requests.len() as u64 > BATCH;
        requests.truncate(usize::try_from(BATCH).unwrap_or(usize::MAX));
        let ids: Vec<RequestId> = requests.iter().map(|row| row.id).collect();
        let known = store::of_requests(uow.reads(), tenant, &ids).await?;
        let mut wanted = Vec::new();
        for row in &requests {
            match kept::state(uow.reads(), tenant, row).await {
                Ok(state) => wanted.extend(super::rows(tenant, row.id, workflow, &state.form)),
                Err(error) if error.is_of_one_request() => {
                    tracing::error!(%tenant, request = %row.id, %error, "a request cannot be read, and is not listed by its form");
                }
                Err(error) => return Err(error),
            }
        }
        wanted.retain(|row| !known.contains(row));
        store::upsert(uow, wanted).await?;
        if let Some(last) = ids.last().filter(|_| more) {
            let change = ChangeContext {
                actor: Actor::System,
                at: self.office.clock.business(event.tenant),
                cause: Cause::from(event),
            };
            let id = EventId(derive(LISTED, last.0, event.id.0.as_bytes(), change.at));
            let entry = change.entry(id, Link::new("listing", event.subject.id), event.seq, LISTED);
            uow.append(entry.with_body(json!({"thing": {"name": name}, "after": last})));
        }
        Ok(())
    }
}

impl Consumer for Listings {
    fn name(&self) -> &'static str {
        "oa.listings"
    }

    fn wants(&self, kind: &str) -> bool {
        [PUBLISHED, LISTED].contains(&kind)
    }

    fn handle<'a>(&'a self, uow: &'a mut Uow, event: &'a Logged) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.hear(uow, event))
    }
}
