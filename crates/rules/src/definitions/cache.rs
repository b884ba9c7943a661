//! Compiled definitions in memory, shared by all requests; fresh by the tenant's epoch.
//!
//! A version never changes, so it is compiled once. Which version is newest is known by [`Snapshot::epoch`]: whoever
//! judges compares it with the epoch in the tenant's row, read in the same unit of work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_engine::definition::{Automation, Document, Workflow};
use countersign_engine::{Deadline, Outline, Surroundings, TooCostly, check_within};
use countersign_events::{Acting, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::cache::{Cache, Weigh};
use countersign_kernel::calendar::{Calendar, Calendars};
use countersign_kernel::catalogue::{ActionType, Catalogue};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DefinitionId, TenantId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Error};

use super::{Kind, store};
use crate::pool::Pool;
use crate::scene::Ground;

/// Memory for compiled versions.
const VERSIONS_BYTES: usize = 96 << 20;
/// Memory for what is newest; its versions are counted here as well as there.
const SNAPSHOTS_BYTES: usize = 96 << 20;
/// A compiled file takes up to so many times the bytes of its text; short ones a third of it.
const COMPILED_BY_TEXT: usize = 45;

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
    /// What others are checked for circles against.
    pub(super) outline: Option<Arc<Outline>>,
    publisher: Publisher,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Who published a version.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Publisher {
    Server,
    /// Whoever it was; of versions from before it was kept, only the roles count that they hold now.
    Person {
        user: UserId,
        roles: Option<BTreeSet<String>>,
    },
}

impl Publisher {
    fn of(version: &store::version::Model) -> Result<Self, Error> {
        let actor: Option<Actor> = version.published_by.parse().ok();
        let Some(user) = actor.and_then(|actor| actor.user()) else {
            return Ok(Self::Server);
        };
        let roles = version.publisher_roles.as_deref().map(serde_json::from_str);
        let roles = roles.transpose().map_err(Error::broken)?;
        Ok(Self::Person { user, roles })
    }
}

impl Compiled {
    /// Who published this version, if a person did.
    pub fn publisher(&self) -> Option<UserId> {
        match &self.publisher {
            Publisher::Server => None,
            Publisher::Person { user, .. } => Some(*user),
        }
    }

    /// By whose rights this version has something done: the requester's, else its publisher's.
    pub fn rights(&self, requester: Option<UserId>, directory: &Arc<Directory>) -> Rights {
        let Publisher::Person { user, roles } = &self.publisher else {
            return Rights::Server;
        };
        let now = || directory.person(*user).map(|person| person.roles.clone());
        let publisher = Acting {
            user: *user,
            roles: roles.clone().or_else(now).unwrap_or_default(),
        };
        Rights::of(requester, Some(&publisher), directory)
    }

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

impl Weigh for Compiled {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() * (1 + COMPILED_BY_TEXT)
    }
}

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
}

impl Definitions {
    pub fn new(catalogue: Arc<Catalogue>, pool: Pool) -> Self {
        Self {
            catalogue,
            pool,
            newest: Arc::new(Cache::new(100, SNAPSHOTS_BYTES)),
            versions: Arc::new(Cache::new(1_000, VERSIONS_BYTES)),
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
        let (mut newest, mut broken) = (BTreeMap::new(), BTreeMap::new());
        for (head, version) in store::newest(conn, tenant).await? {
            match self.compiled(conn, tenant, &ground, head, version).await? {
                Ok(one) => newest.insert((one.kind, one.name.clone()), one).is_some(),
                Err(one) => {
                    tracing::error!(%tenant, kind = one.kind.word(), name = one.name, version = one.version, reason = one.reason,
                        "a published definition does not compile any more and is set aside");
                    broken.insert((one.kind, one.name.clone()), one).is_some()
                }
            };
        }
        let calendars = Arc::new(Calendars::new(
            newest.values().filter_map(|one| calendar(one)).collect(),
        ));
        let snapshot = Arc::new(Snapshot {
            epoch,
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
        self.compiled(conn, tenant, &ground, head, version)
            .await
            .map(Some)
    }

    /// A version, compiled; or what is wrong with it, if it does not compile any more.
    async fn compiled(
        &self,
        conn: &Conn,
        tenant: TenantId,
        ground: &Ground,
        head: store::head::Model,
        version: store::version::Model,
    ) -> Result<Result<Arc<Compiled>, Broken>, Error> {
        let kind = Kind::read(&version.kind)
            .ok_or_else(|| Error::broken(format!("a definition of kind {:?}", version.kind)))?;
        let key = (tenant, kind, version.name.clone(), version.version);
        if let Some(held) = self.versions.get(&key) {
            return Ok(Ok(held));
        }
        let document = match self.compile_aside(&version.text, ground).await? {
            Ok(document) => document,
            Err(reason) => {
                return Ok(Err(Broken {
                    kind,
                    name: version.name,
                    version: version.version,
                    reason,
                }));
            }
        };
        self.keep(conn, kind, head, version, document).map(Ok)
    }

    /// Keeps a version compiled, as soon as it is durable.
    pub(super) fn keep(
        &self,
        conn: &Conn,
        kind: Kind,
        head: store::head::Model,
        version: store::version::Model,
        document: Document,
    ) -> Result<Arc<Compiled>, Error> {
        let key = (version.tenant_id, kind, version.name.clone(), version.version);
        let publisher = Publisher::of(&version)?;
        let compiled = Arc::new(Compiled {
            id: head.id,
            kind,
            title: title(&document),
            name: version.name,
            version: version.version,
            text: version.text,
            outline: Outline::of(&document, &self.actions()).map(Arc::new),
            document,
            publisher,
            created_at: head.created_at,
            updated_at: version.published_at,
        });
        let (cache, kept) = (Arc::clone(&self.versions), Arc::clone(&compiled));
        conn.when_durable(move || cache.insert(key, kept));
        Ok(compiled)
    }

    /// Compiles on a thread of its own, so that those who answer others go on meanwhile.
    async fn compile_aside(&self, text: &str, ground: &Ground) -> Result<Result<Document, String>, Error> {
        let (text, around) = (text.to_owned(), self.surroundings(ground));
        let compiled = tokio::task::spawn_blocking(move || compile_in(&text, &around, &Deadline::none()));
        compiled.await.map_err(Error::broken)?.map_err(Error::broken)
    }

    /// What was checked when it was published is compiled as it stands: what has changed around it since (a role
    /// given up, an event type gone) is no reason to lose it.
    pub(super) fn compile(
        &self,
        text: &str,
        ground: &Ground,
        deadline: &Deadline<'_>,
    ) -> Result<Result<Document, String>, TooCostly> {
        compile_in(text, &self.surroundings(ground), deadline)
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

fn compile_in(
    text: &str,
    around: &Surroundings,
    deadline: &Deadline<'_>,
) -> Result<Result<Document, String>, TooCostly> {
    let checked = check_within(text, around, deadline)?;
    Ok(checked.document.ok_or_else(|| {
        let first = checked.findings.iter().find(|finding| finding.is_error());
        first.map_or_else(
            || "it does not compile".to_owned(),
            |finding| format!("line {}: {}", finding.line, finding.message.get(Locale::En)),
        )
    }))
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
