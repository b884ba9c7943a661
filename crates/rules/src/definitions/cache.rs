//! Compiled definitions in memory, shared by all requests; fresh by the tenant's epoch.
//!
//! A version never changes, so it is compiled once. Which version is newest is known by [`Snapshot::epoch`]: whoever
//! judges compares it with the epoch in the tenant's row, read in the same unit of work.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use countersign_engine::Surroundings;
use countersign_engine::definition::{Automation, Document, Workflow};
use countersign_kernel::calendar::{Calendar, Calendars};
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DefinitionId, TenantId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error};

use super::{Kind, store};
use crate::scene::Ground;

/// Old versions kept compiled; beyond it all are dropped, since what is in use is soon there again.
const KEPT: usize = 2_000;

/// A published version, compiled.
#[derive(Debug)]
pub struct Compiled {
    pub id: DefinitionId,
    pub kind: Kind,
    pub name: String,
    pub title: Text,
    pub version: i64,
    pub text: String,
    pub document: Document,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Compiled {
    pub fn workflow(&self) -> Option<&Workflow> {
        match &self.document {
            Document::Workflow(workflow) => Some(workflow),
            Document::Automation(_) | Document::Calendar(_) => None,
        }
    }

    pub fn automation(&self) -> Option<&Automation> {
        match &self.document {
            Document::Automation(automation) => Some(automation),
            Document::Workflow(_) | Document::Calendar(_) => None,
        }
    }
}

/// The newest version of everything that a tenant has published.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub epoch: i64,
    newest: BTreeMap<(Kind, String), Arc<Compiled>>,
    pub calendars: Arc<Calendars>,
}

impl Snapshot {
    pub fn get(&self, kind: Kind, name: &str) -> Option<&Arc<Compiled>> {
        self.newest.get(&(kind, name.to_owned()))
    }

    /// All of a kind, by name.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Arc<Compiled>> {
        self.newest.values().filter(move |one| one.kind == kind)
    }
}

/// Whose version of what.
type Which = (TenantId, Kind, String, i64);

/// The shared cache.
pub struct Definitions {
    catalogue: Arc<Catalogue>,
    newest: RwLock<HashMap<TenantId, Arc<Snapshot>>>,
    versions: RwLock<HashMap<Which, Arc<Compiled>>>,
}

impl Definitions {
    pub fn new(catalogue: Arc<Catalogue>) -> Self {
        Self {
            catalogue,
            newest: RwLock::default(),
            versions: RwLock::default(),
        }
    }

    /// What can be said and done on this server.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// What is newest at this epoch of the tenant; read from the database if memory holds another one.
    pub async fn snapshot_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        epoch: i64,
    ) -> Result<Arc<Snapshot>, Error> {
        let held = self
            .newest
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&tenant)
            .cloned();
        if let Some(held) = held.filter(|held| held.epoch == epoch) {
            return Ok(held);
        }
        let ground = store::ground(conn, tenant).await?;
        let mut newest = BTreeMap::new();
        for (head, version) in store::newest(conn, tenant).await? {
            let one = self.compiled(tenant, &ground, head, version)?;
            newest.insert((one.kind, one.name.clone()), one);
        }
        let calendars = Arc::new(Calendars::new(
            newest.values().filter_map(|one| calendar(one)).collect(),
        ));
        let snapshot = Arc::new(Snapshot {
            epoch,
            newest,
            calendars,
        });
        let mut held = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        // A reader of an older epoch must not push out a newer one.
        let older = held.get(&tenant).is_none_or(|other| other.epoch < epoch);
        if older {
            held.insert(tenant, Arc::clone(&snapshot));
        }
        Ok(snapshot)
    }

    /// One version, for a request that began with it.
    pub async fn version_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        kind: Kind,
        name: &str,
        version: i64,
    ) -> Result<Option<Arc<Compiled>>, Error> {
        let key = (tenant, kind, name.to_owned(), version);
        let held = self
            .versions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if held.is_some() {
            return Ok(held);
        }
        let Some((head, version)) = store::version(conn, tenant, kind, name, version).await? else {
            return Ok(None);
        };
        let ground = store::ground(conn, tenant).await?;
        self.compiled(tenant, &ground, head, version).map(Some)
    }

    fn compiled(
        &self,
        tenant: TenantId,
        ground: &Ground,
        head: store::head::Model,
        version: store::version::Model,
    ) -> Result<Arc<Compiled>, Error> {
        let kind = Kind::read(&version.kind)
            .ok_or_else(|| Error::broken(format!("a definition of kind {:?}", version.kind)))?;
        let key = (tenant, kind, version.name.clone(), version.version);
        if let Some(held) = self
            .versions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Ok(Arc::clone(held));
        }
        let document = self.compile(&version.text, ground)?;
        let compiled = Arc::new(Compiled {
            id: head.id,
            kind,
            title: title(&document),
            name: version.name,
            version: version.version,
            text: version.text,
            document,
            created_at: head.created_at,
            updated_at: version.published_at,
        });
        let mut versions = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        if versions.len() >= KEPT {
            versions.clear();
        }
        versions.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }

    /// What was checked when it was published is compiled as it stands: what has changed around it since (a role
    /// given up, an event type gone) is no reason to lose it.
    fn compile(&self, text: &str, ground: &Ground) -> Result<Document, Error> {
        let around = Surroundings {
            events: self.catalogue.events().copied().collect(),
            actions: self.catalogue.actions().copied().collect(),
            currency: ground.currency,
            zone: ground.zone,
            ..Surroundings::default()
        };
        countersign_engine::check(text, &around)
            .document
            .ok_or_else(|| Error::broken("a published definition does not compile any more"))
    }
}

/// The title in the file, else its name.
pub(crate) fn title(document: &Document) -> Text {
    let own = match document {
        Document::Workflow(workflow) => Some(workflow.title.clone()),
        Document::Automation(automation) => automation.title.clone(),
        Document::Calendar(_) => None,
    };
    own.unwrap_or_else(|| Text::One(document.name().to_owned()))
}

fn calendar(one: &Compiled) -> Option<Calendar> {
    match &one.document {
        Document::Calendar(calendar) => Some(Calendar::clone(calendar)),
        Document::Workflow(_) | Document::Automation(_) => None,
    }
}
