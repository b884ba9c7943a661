//! Publishing: what was checked against the tenant and passed its own tests is kept as the next version.

use std::sync::Arc;

use countersign_engine::definition::Document;
use countersign_engine::finding::Finding;
use countersign_engine::{Surroundings, Tables};
use countersign_events::Rights;
use countersign_identity::Directories;
use countersign_identity::tenants::{self, Publishing};
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DefinitionId, TenantId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, Rule, RuleLock, Uow, Work};
use countersign_web::Expected;

use super::cache::{Definitions, Snapshot};
use super::compiled::Compiled;
use super::judged::{Judged, Passed};
use super::keep::Next;
use super::right;
use super::{Kind, store};
use crate::error::Error;
use crate::proposals::{self, Proposal};
use crate::scene::{Ground, Scene};

/// What rules work with; made once, where everything is put together. In actix's app data as `web::Data<Rules>`.
#[derive(Clone)]
pub struct Rules {
    pub definitions: Arc<Definitions>,
    pub directories: Arc<Directories>,
}

/// A tenant as rules see it: its settings, people and newest definitions.
#[derive(Clone)]
pub struct Tenant {
    pub ground: Ground,
    pub directory: Arc<Directory>,
    pub newest: Arc<Snapshot>,
}

impl Tenant {
    /// What the checker is told of the world.
    pub fn surroundings(&self, definitions: &Definitions) -> Surroundings {
        let forms = self.newest.all(Kind::Workflow).filter_map(|one| one.workflow());
        Surroundings {
            events: definitions.catalogue().events().copied().collect(),
            actions: definitions.actions(),
            directory: Some(Directory::clone(&self.directory)),
            calendars: self.newest.calendars.all.clone(),
            tables: Tables::clone(&self.newest.tables),
            asked: self.newest.asked(),
            workflows: forms
                .map(|workflow| (workflow.name.clone(), countersign_engine::form::summary(workflow)))
                .collect(),
            in_force: Some(self.newest.outlines().collect()),
            currency: self.ground.currency,
            zone: self.ground.zone,
            ..Surroundings::default()
        }
    }

    /// What a judgement reads at this instant.
    pub fn scene(&self, now: Instant) -> Scene {
        Scene {
            now,
            directory: Arc::clone(&self.directory),
            calendars: Arc::clone(&self.newest.calendars),
            tables: Arc::clone(&self.newest.tables),
            currency: self.ground.currency,
            zone: self.ground.zone,
            newest: Arc::clone(&self.newest),
        }
    }
}

impl Rules {
    pub fn new(definitions: Arc<Definitions>, directories: Arc<Directories>) -> Self {
        Self {
            definitions,
            directories,
        }
    }

    /// The tenant as the database says it is now.
    pub async fn tenant_in(&self, conn: &Conn, tenant: TenantId) -> Result<Tenant, Error> {
        let ground = store::ground(conn, tenant).await?;
        let directory = self
            .directories
            .directory_in(conn, tenant, ground.directory_epoch)
            .await?;
        let newest = self
            .definitions
            .snapshot_in(conn, tenant, ground.definitions_epoch)
            .await?;
        Ok(Tenant {
            ground,
            directory,
            newest,
        })
    }
}

/// What is published is checked against everything that is in force, and by whom it may be published that says: so one
/// is published after the other.
pub(crate) const PUBLISHING: Rule = Rule::named("definitions");

/// A version to be published.
pub struct Publish {
    pub rules: Rules,
    pub kind: Kind,
    pub name: String,
    /// The file.
    pub judged: Judged,
    pub actor: Actor,
    /// Who asks; none at set-up, where the server publishes what ships with it.
    pub caller: Option<Caller>,
    pub expected: Expected,
    /// `If-None-Match: *`.
    pub create_only: bool,
    /// The id of the definition, if this is its first version.
    pub id: DefinitionId,
    pub now: Instant,
    /// The W3C `traceparent` of the request.
    pub trace: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Offered {
    Published(Box<Published>),
    /// It waits for a second person.
    Proposed(Box<Proposal>),
}

impl Offered {
    /// The version that is in force now; none yet of a proposal under a new name.
    pub fn version(&self) -> i64 {
        match self {
            Self::Published(published) => published.row.version,
            Self::Proposed(proposal) => proposal.base_version,
        }
    }
}

/// The version that is in force now.
#[derive(Debug, Clone)]
pub struct Published {
    pub(crate) row: store::head::Model,
    pub text: String,
    pub document: Document,
    /// Warnings of the checker.
    pub findings: Vec<Finding>,
    pub first: bool,
}

impl Work for Publish {
    type Out = Offered;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![PUBLISHING.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Offered, Error> {
        let (tenant, publishing) = self.rules.publishing_in(uow).await?;
        let passed = self.judged.passed(&tenant)?;
        self.check_name(&passed.document)?;
        self.check_right(&tenant, &publishing)?;
        let head = store::head(uow.reads(), uow.tenant(), self.kind, &self.name).await?;
        self.check_version(head.as_ref())?;
        let published = |row, passed: &Passed, first| {
            Offered::Published(Box::new(Published {
                row,
                text: self.judged.text.clone(),
                document: passed.document.clone(),
                findings: passed.findings.clone(),
                first,
            }))
        };
        if let Some(head) = head.as_ref().filter(|head| self.is_in_force(head, &tenant)) {
            return Ok(published(head.clone(), &passed, false));
        }
        if let Some(caller) = self.caller.as_ref().filter(|_| publishing.second_person) {
            let base = head.map_or(0, |head| head.version);
            let row = proposals::open(uow, self, caller, (&tenant, &publishing), (&passed, base)).await?;
            return Ok(Offered::Proposed(Box::new(row)));
        }
        let next = Next {
            rules: &self.rules,
            kind: self.kind,
            name: &self.name,
            text: &self.judged.text,
            id: self.id,
            by: &self.actor,
            proposer: None,
            now: self.now,
            trace: self.trace.as_deref(),
        };
        let first = head.is_none();
        let row = next.keep(uow, &tenant, head, passed.clone()).await?;
        Ok(published(row, &passed, first))
    }
}

impl Rules {
    /// What decides over publishing, as it is until the unit of work ends.
    pub(crate) async fn publishing_in(&self, uow: &Uow) -> Result<(Tenant, Publishing), Error> {
        uow.must_hold(PUBLISHING)?;
        // Held, so that whoever changes the settings does so before this or after it.
        let settings = tenants::store::held(uow).await?;
        let publishing = settings.map(|settings| settings.publishing).unwrap_or_default();
        let tenant = self.tenant_in(uow.reads(), uow.tenant()).await?;
        Ok((tenant, publishing))
    }
}

impl Publish {
    fn check_name(&self, document: &Document) -> Result<(), Error> {
        if document.kind() == self.kind.word() && document.name() == self.name {
            return Ok(());
        }
        let found = Kind::read(document.kind()).unwrap_or(self.kind);
        Err(Error::OtherName {
            wanted: self.kind,
            name: self.name.clone(),
            found,
            found_name: document.name().to_owned(),
        })
    }

    fn check_right(&self, tenant: &Tenant, publishing: &Publishing) -> Result<(), Error> {
        let caller = self.caller.as_ref();
        caller.map_or(Ok(()), |caller| {
            right::check(caller, self.kind, &self.name, tenant, publishing)
        })
    }

    /// Whether this is the version in force: the same file again is no new version, unless it acts by more rights.
    fn is_in_force(&self, head: &store::head::Model, tenant: &Tenant) -> bool {
        let known = tenant.newest.get(self.kind, &self.name);
        known.is_some_and(|known| {
            known.text == self.judged.text
                && known.version == head.version
                && !self.lends_more(known, &tenant.directory)
        })
    }

    /// Whether what is published reaches others through this publisher, and did not through the one before.
    fn lends_more(&self, known: &Compiled, directory: &Arc<Directory>) -> bool {
        let own = Rights::of(self.actor.user(), None, directory);
        own.reach_others() && !known.rights(None, directory).reach_others()
    }

    fn check_version(&self, head: Option<&store::head::Model>) -> Result<(), Error> {
        let Some(head) = head else {
            // Naming a version of what is not there is naming another one.
            return if matches!(self.expected, Expected::OneOf(_)) {
                Err(Error::Stale { current: 0 })
            } else {
                Ok(())
            };
        };
        if self.create_only {
            return Err(Error::Exists);
        }
        if self.caller.is_some() && self.expected == Expected::NotGiven {
            return Err(Error::VersionNeeded);
        }
        if self.expected.allows(head.version) {
            Ok(())
        } else {
            Err(Error::Stale {
                current: head.version,
            })
        }
    }
}
