//! Who sees which record, asked by everything that shows events: the log, the stream, the webhooks.
//!
//! A capability registers one [`Sees`] for each kind of record that its events are about. What nobody registered is
//! for admins alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use countersign_kernel::actor::Caller;
use countersign_kernel::catalogue::Catalogue;
use countersign_storage::log::Logged;
use countersign_storage::{Conn, Error};
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// Which records of one kind a caller may see.
pub trait Sees: Send + Sync + 'static {
    /// `deal`, `request`, `task` …
    fn kind(&self) -> &'static str;

    /// The scope that reads records of this kind, and so the files that belong to them.
    fn scope(&self) -> Option<&'static str> {
        None
    }

    /// Those among `ids` that this person may see, in one query. Admins are never asked about.
    fn visible<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>>;

    /// Takes out of events about records of this kind what they tell of other records that this caller may not see.
    /// Admins are asked about too: their keys have scopes.
    fn cut<'a>(
        &'a self,
        _: &'a Conn,
        _: &'a Caller,
        _: Vec<&'a mut Logged>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

/// A kind that everybody of the tenant sees: people, departments, published workflows.
pub struct EverybodySees(pub &'static str);

impl Sees for EverybodySees {
    fn kind(&self) -> &'static str {
        self.0
    }

    fn visible<'a>(
        &'a self,
        _: &'a Conn,
        _: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        Box::pin(async move { Ok(ids.iter().copied().collect()) })
    }
}

/// Every kind of record whose events are shown.
#[derive(Clone, Default)]
pub struct Sight {
    by_kind: HashMap<&'static str, Arc<dyn Sees>>,
}

impl Sight {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, sees: impl Sees) -> Self {
        self.by_kind.insert(sees.kind(), Arc::new(sees));
        self
    }

    /// Whether a caller's scopes let them read records of this kind at all.
    pub fn in_scope(&self, caller: &Caller, kind: &str) -> bool {
        let scope = self.by_kind.get(kind).and_then(|sees| sees.scope());
        scope.is_none_or(|scope| caller.scopes.allow(scope))
    }

    /// Which of these records the caller sees: one query for each kind among them.
    pub async fn records(
        &self,
        conn: &Conn,
        caller: &Caller,
        records: &[(String, Uuid)],
    ) -> Result<HashSet<(String, Uuid)>, Error> {
        if caller.is_admin() {
            return Ok(records.iter().cloned().collect());
        }
        let mut of_kind: HashMap<&str, Vec<Uuid>> = HashMap::new();
        for (kind, id) in records {
            of_kind.entry(kind).or_default().push(*id);
        }
        let mut seen = HashSet::new();
        for (kind, ids) in of_kind {
            let Some(sees) = self.by_kind.get(kind) else {
                continue;
            };
            let visible = sees.visible(conn, caller, &ids).await?;
            seen.extend(visible.into_iter().map(|id| (kind.to_owned(), id)));
        }
        Ok(seen)
    }

    /// The public events among these that the caller may hear of: the type's scope is theirs, and the record is
    /// one that they see. They tell of other records only what the caller may see of those.
    pub async fn events(
        &self,
        conn: &Conn,
        caller: &Caller,
        catalogue: &Catalogue,
        events: Vec<Logged>,
    ) -> Result<Vec<Logged>, Error> {
        let allowed = |event: &Logged| {
            catalogue
                .event(&event.kind)
                .is_some_and(|of| of.public && caller.scopes.allow(of.scope))
        };
        let events: Vec<Logged> = events.into_iter().filter(allowed).collect();
        let key = |event: &Logged| (event.subject.kind.clone(), event.subject.id);
        let records: HashSet<(String, Uuid)> = events.iter().map(key).collect();
        let records: Vec<(String, Uuid)> = records.into_iter().collect();
        let seen = self.records(conn, caller, &records).await?;
        let mut events: Vec<Logged> = events
            .into_iter()
            .filter(|event| seen.contains(&key(event)))
            .collect();
        self.cut(conn, caller, &mut events).await?;
        Ok(events)
    }

    /// Takes out of events what they tell of records that the caller may not see, beside the one that they are about.
    pub async fn cut(&self, conn: &Conn, caller: &Caller, events: &mut [Logged]) -> Result<(), Error> {
        let mut of_kind: HashMap<String, Vec<&mut Logged>> = HashMap::new();
        for event in events {
            of_kind.entry(event.subject.kind.clone()).or_default().push(event);
        }
        for (kind, events) in of_kind {
            if let Some(sees) = self.by_kind.get(kind.as_str()) {
                sees.cut(conn, caller, events).await?;
            }
        }
        Ok(())
    }
}
