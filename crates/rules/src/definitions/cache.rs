//! Compiled definitions in memory, shared by all requests; fresh by the tenant's epoch.
//!
//! A version never changes, so it is compiled once. Which version is newest is known by [`Snapshot::epoch`]: whoever
//! judges compares it with the epoch in the tenant's row, read in the same unit of work.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_engine::{Asking, Deadline, Outline, Surroundings, Tables, TooCostly};
use countersign_kernel::cache::{Cache, Weigh};
use countersign_kernel::calendar::Calendars;
use countersign_kernel::catalogue::{ActionType, Catalogue};
use countersign_kernel::id::TenantId;
use countersign_storage::{Conn, Error};

use super::compiled::{self, Asks, Compiled};
use super::texts::{CompiledText, Texts};
use super::{Kind, store};
use crate::pool::Pool;
use crate::scene::Ground;

/// Memory for compiled versions.
const VERSIONS_BYTES: usize = 96 << 20;
/// Memory for what is newest; its versions are counted here as well as there.
const SNAPSHOTS_BYTES: usize = 96 << 20;
impl Weigh for Snapshot {
    fn bytes(&self) -> usize {
        let newest: usize = self.newest.values().map(Weigh::bytes).sum();
        size_of::<Self>() + newest + self.broken.len() * size_of::<Broken>()
    }
}

/// The newest version of everything that a tenant has published.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub epoch: i64,
    newest: BTreeMap<(Kind, String), Arc<Compiled>>,
    /// What was published once and does not compile any more, with the first thing that is wrong.
    broken: BTreeMap<(Kind, String), Broken>,
    pub calendars: Arc<Calendars>,
    pub tables: Arc<Tables>,
}

/// A published version that this release cannot compile. It is set aside, so that all others go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub kind: Kind,
    pub name: String,
    pub version: i64,
    /// The first thing that is wrong with it.
    pub reason: String,
}

impl Snapshot {
    /// Why there is nothing under this name although it was published.
    pub fn broken(&self, kind: Kind, name: &str) -> Option<&Broken> {
        self.broken.get(&(kind, name.to_owned()))
    }

    /// Everything that was set aside.
    pub fn all_broken(&self) -> impl Iterator<Item = &Broken> {
        self.broken.values()
    }

    pub fn get(&self, kind: Kind, name: &str) -> Option<&Arc<Compiled>> {
        self.newest.get(&(kind, name.to_owned()))
    }

    /// What each starts, for the search for circles.
    pub fn outlines(&self) -> impl Iterator<Item = Arc<Outline>> {
        self.newest.values().filter_map(|one| one.outline.clone())
    }

    /// How tables are asked.
    pub fn asked(&self) -> Vec<Asking> {
        self.newest.values().flat_map(|one| one.asked()).collect()
    }

    /// All of a kind, by name.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Arc<Compiled>> {
        self.newest.values().filter(move |one| one.kind == kind)
    }
}

/// Whose version of what.
type Which = (TenantId, Kind, String, i64);

/// The shared cache, and the threads on which what comes into it is checked.
pub struct Definitions {
    catalogue: Arc<Catalogue>,
    pool: Pool,
    newest: Arc<Cache<TenantId, Arc<Snapshot>>>,
    versions: Arc<Cache<Which, Arc<Compiled>>>,
    texts: Texts,
}

impl Definitions {
    pub fn new(catalogue: Arc<Catalogue>, pool: Pool) -> Self {
        Self {
            catalogue,
            pool,
            newest: Arc::new(Cache::new(100, SNAPSHOTS_BYTES)),
            versions: Arc::new(Cache::new(1_000, VERSIONS_BYTES)),
            texts: Texts::default(),
        }
    }

    /// What can be said and done on this server.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// What the compiled definitions in memory weigh, in bytes: versions, and what is newest of each tenant.
    pub fn bytes(&self) -> (u64, u64) {
        (self.versions.bytes(), self.newest.bytes())
    }

    pub(super) fn actions(&self) -> Vec<ActionType> {
        self.catalogue.actions().copied().collect()
    }

    /// Where files are checked, tested and simulated.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What is newest at this epoch of the tenant; read from the database if memory holds another one.
    pub async fn snapshot_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        epoch: i64,
    ) -> Result<Arc<Snapshot>, Error> {
        if let Some(held) = self.newest.get(&tenant).filter(|held| held.epoch == epoch) {
            return Ok(held);
        }
        let ground = store::ground(conn, tenant).await?;
        let published = store::newest(conn, tenant).await?;
        let sources = self
            .sources(conn, &ground, published.iter().map(|(_, version)| version))
            .await?;
        let (mut newest, mut broken) = (BTreeMap::new(), BTreeMap::new());
        for ((head, version), source) in published.into_iter().zip(sources) {
            match self.compiled(conn, head, version, source)? {
                Ok(one) => newest.insert((one.kind, one.name.clone()), one).is_some(),
                Err(one) => {
                    tracing::error!(%tenant, kind = one.kind.word(), name = one.name, version = one.version, reason = one.reason,
                        "a published definition does not compile any more and is set aside");
                    broken.insert((one.kind, one.name.clone()), one).is_some()
                }
            };
        }
        let calendars = Arc::new(Calendars::new(
            newest
                .values()
                .filter_map(|one| one.calendar().cloned())
                .collect(),
        ));
        let tables = newest.values().filter_map(|one| one.table());
        let snapshot = Arc::new(Snapshot {
            epoch,
            tables: Arc::new(Tables::new(tables)),
            newest,
            broken,
            calendars,
        });
        let (cache, kept) = (Arc::clone(&self.newest), Arc::clone(&snapshot));
        conn.when_durable(move || {
            // A reader of an older epoch must not push out a newer one.
            let epoch = kept.epoch;
            cache.insert_newer(tenant, kept, |held| held.epoch < epoch);
        });
        Ok(snapshot)
    }

    /// One version, for a request that began with it; or what is wrong with it.
    pub async fn version_in(
        &self,
        conn: &Conn,
        tenant: TenantId,
        kind: Kind,
        name: &str,
        version: i64,
    ) -> Result<Option<Result<Arc<Compiled>, Broken>>, Error> {
        let key = (tenant, kind, name.to_owned(), version);
        if let Some(held) = self.versions.get(&key) {
            return Ok(Some(Ok(held)));
        }
        let Some((head, version)) = store::version(conn, tenant, kind, name, version).await? else {
            return Ok(None);
        };
        let ground = store::ground(conn, tenant).await?;
        let mut sources = self.sources(conn, &ground, [&version]).await?.into_iter();
        let source = sources
            .next()
            .ok_or_else(|| Error::broken("one text was asked for"))?;
        self.compiled(conn, head, version, source).map(Some)
    }

    /// The texts of these versions, compiled: all of them before the first is used, since a unit of work begins anew
    /// when one is not ready.
    async fn sources<'v>(
        &self,
        conn: &Conn,
        ground: &Ground,
        versions: impl IntoIterator<Item = &'v store::version::Model>,
    ) -> Result<Vec<Arc<CompiledText>>, Error> {
        let (mut sources, mut missing) = (Vec::new(), Vec::new());
        for version in versions {
            let source = self.texts.of(&version.text, version.tables.as_deref(), ground);
            if source.get().is_none() {
                let asks = compiled::asks(version.tables.as_deref())?;
                missing.push((Arc::clone(&source), version.text.clone(), asks));
            }
            sources.push(source);
        }
        if !missing.is_empty() {
            let around = self.surroundings(ground);
            let compile = async move {
                let mut compiled = Vec::with_capacity(missing.len());
                for (source, text, asks) in missing {
                    let around = Surroundings {
                        tables: Tables::remembered(asks),
                        ..around.clone()
                    };
                    source.compile(text, Arc::new(around)).await;
                    compiled.push(source);
                }
                compiled
            };
            conn.prepare(compile).await?;
        }
        Ok(sources)
    }

    /// A version of this compiled text; or what is wrong with it, if it does not compile any more.
    fn compiled(
        &self,
        conn: &Conn,
        head: store::head::Model,
        version: store::version::Model,
        source: Arc<CompiledText>,
    ) -> Result<Result<Arc<Compiled>, Broken>, Error> {
        let kind = Kind::read(&version.kind)
            .ok_or_else(|| Error::broken(format!("a definition of kind {:?}", version.kind)))?;
        let key = (version.tenant_id, kind, version.name.clone(), version.version);
        if let Some(held) = self.versions.get(&key) {
            return Ok(Ok(held));
        }
        let document = match source.get() {
            Some(Ok(document)) => Arc::clone(document),
            Some(Err(reason)) => {
                return Ok(Err(Broken {
                    kind,
                    name: version.name,
                    version: version.version,
                    reason: reason.clone(),
                }));
            }
            None => return Err(Error::broken("a text was not compiled")),
        };
        let compiled = Compiled::new(kind, head, version, source, document, &self.actions())?;
        Ok(Ok(self.keep(conn, key, compiled)))
    }

    /// Keeps a version compiled, as soon as it is durable.
    fn keep(&self, conn: &Conn, key: Which, compiled: Compiled) -> Arc<Compiled> {
        let compiled = Arc::new(compiled);
        let (cache, kept) = (Arc::clone(&self.versions), Arc::clone(&compiled));
        conn.when_durable(move || cache.insert(key, kept));
        compiled
    }

    /// Keeps the version that a unit of work publishes.
    pub(super) fn keep_published(
        &self,
        conn: &Conn,
        head: store::head::Model,
        version: store::version::Model,
        source: Arc<CompiledText>,
    ) -> Result<(), Error> {
        self.compiled(conn, head, version, source).map(|_| ())
    }

    /// A text as requests and automations work by it, compiled in this thread; none if it compiles against this tenant
    /// alone.
    pub(super) fn compile(
        &self,
        text: &str,
        (asks, kept): (&Asks, Option<&str>),
        ground: &Ground,
        deadline: &Deadline<'_>,
    ) -> Result<Option<Arc<CompiledText>>, TooCostly> {
        let source = self.texts.of(text, kept, ground);
        let around = Surroundings {
            tables: Tables::remembered(asks.clone()),
            ..self.surroundings(ground)
        };
        source.compile_here(text, &around, deadline)?;
        let compiles = matches!(source.get(), Some(Ok(_)));
        Ok(compiles.then_some(source))
    }

    fn surroundings(&self, ground: &Ground) -> Surroundings {
        Surroundings {
            events: self.catalogue.events().copied().collect(),
            actions: self.actions(),
            currency: ground.currency,
            zone: ground.zone,
            in_force: None,
            ..Surroundings::default()
        }
    }
}
