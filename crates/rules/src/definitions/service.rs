//! Publishing: what was checked against the tenant and passed its own tests is kept as the next version.

use std::sync::Arc;

use countersign_engine::Surroundings;
use countersign_engine::definition::Document;
use countersign_engine::finding::Finding;
use countersign_events::Rights;
use countersign_identity::Directories;
use countersign_identity::bump;
use countersign_identity::tenants::{self, Epoch, Publishing};
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DefinitionId, EventId, TenantId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Conn, Entry, Quota, Rule, RuleLock, Uow, Work};
use countersign_web::Expected;
use serde_json::json;

use super::cache::{Definitions, Snapshot};
use super::compiled::{Compiled, title};
use super::judged::{Judged, Passed};
use super::right::Right;
use super::{Kind, store};
use crate::error::Error;
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
            currency: self.ground.currency,
            zone: self.ground.zone,
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
const PUBLISHING: Rule = Rule::named("definitions");

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
pub struct Published {
    pub(crate) row: store::head::Model,
    pub text: String,
    pub document: Document,
    /// Warnings of the checker.
    pub findings: Vec<Finding>,
    pub first: bool,
}

impl Published {
    /// The version that is in force now.
    pub fn version(&self) -> i64 {
        self.row.version
    }
}

impl Work for Publish {
    type Out = Published;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![PUBLISHING.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Published, Error> {
        uow.must_hold(PUBLISHING)?;
        let (tenant, passed) = self.may(uow).await?;
        let Passed {
            document,
            findings,
            in_force,
        } = passed;
        let head = store::head(uow.reads(), uow.tenant(), self.kind, &self.name).await?;
        self.check_version(head.as_ref())?;
        let known = head
            .as_ref()
            .and_then(|_| tenant.newest.get(self.kind, &self.name));
        if let (Some(head), Some(known)) = (&head, known)
            && known.text == self.judged.text
            && known.version == head.version
            && !self.lends_more(known, &tenant.directory)
        {
            // The same file again is no new version, unless it acts by more rights.
            return Ok(Published {
                row: head.clone(),
                text: known.text.clone(),
                document,
                findings,
                first: false,
            });
        }
        let first = head.is_none();
        let row = self.next(uow.tenant(), head, &title(&document))?;
        if first {
            let names = store::count(uow.reads(), uow.tenant()).await?;
            uow.within(Quota::Definitions, names, 1)?;
        }
        uow.within(Quota::Versions, row.version.unsigned_abs() - 1, 1)?;
        let version = self.version(&row, &tenant.directory)?;
        store::publish(uow, row.clone(), version.clone()).await?;
        if let Some(in_force) = in_force {
            let definitions = &self.rules.definitions;
            definitions.keep_published(uow.reads(), row.clone(), version, in_force)?;
        }
        bump(
            uow,
            self.rules.directories.memory(),
            &[Epoch::Definitions],
            self.now,
        )
        .await?;
        uow.append(self.entry(&row));
        Ok(Published {
            row,
            text: self.judged.text.clone(),
            document,
            findings,
            first,
        })
    }
}

impl Publish {
    /// What was judged, if whoever asks may publish it.
    async fn may(&self, uow: &Uow) -> Result<(Tenant, Passed), Error> {
        // Held, so that whoever changes the settings does so before this or after it.
        let settings = tenants::store::held(uow).await?;
        let publishing = settings.map(|settings| settings.publishing).unwrap_or_default();
        let tenant = self.rules.tenant_in(uow.reads(), uow.tenant()).await?;
        let passed = self.judged.passed(&tenant)?;
        self.check_name(&passed.document)?;
        self.check_right(&tenant, &publishing)?;
        Ok((tenant, passed))
    }

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
        let Some(caller) = &self.caller else { return Ok(()) };
        let person = tenant.directory.person(caller.user);
        if Right::to(self.kind, &self.name, tenant, publishing).is_of(&caller.roles, person) {
            return Ok(());
        }
        let in_force = tenant.newest.get(self.kind, &self.name);
        Err(Error::NotYours {
            first: in_force.is_none(),
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

    fn next(
        &self,
        tenant: TenantId,
        head: Option<store::head::Model>,
        title: &Text,
    ) -> Result<store::head::Model, Error> {
        let title = serde_json::to_string(title).map_err(countersign_storage::Error::broken)?;
        Ok(match head {
            Some(head) => store::head::Model {
                title,
                version: head.version + 1,
                updated_at: self.now,
                ..head
            },
            None => store::head::Model {
                tenant_id: tenant,
                kind: self.kind.word().to_owned(),
                name: self.name.clone(),
                id: self.id,
                title,
                version: 1,
                created_at: self.now,
                updated_at: self.now,
            },
        })
    }

    fn version(
        &self,
        row: &store::head::Model,
        directory: &Directory,
    ) -> Result<store::version::Model, Error> {
        let publisher = self.actor.user().and_then(|user| directory.person(user));
        let roles = publisher.map(|person| serde_json::to_string(&person.roles));
        Ok(store::version::Model {
            tenant_id: row.tenant_id,
            kind: row.kind.clone(),
            name: row.name.clone(),
            version: row.version,
            text: self.judged.text.clone(),
            published_by: self.actor.to_string(),
            publisher_roles: roles.transpose().map_err(countersign_storage::Error::broken)?,
            published_at: self.now,
        })
    }

    fn entry(&self, row: &store::head::Model) -> Entry {
        let change = ChangeContext {
            actor: self.actor.clone(),
            at: self.now,
            cause: Cause::request(self.trace.clone()),
        };
        let id = countersign_kernel::id::derive("event", row.id.0, &row.version.to_be_bytes(), self.now);
        let kind = format!("rules.{}.published", self.kind.word());
        change
            .entry(EventId(id), Link::new("definition", row.id.0), row.version, kind)
            .with_body(json!({ "thing": { "id": row.id, "kind": row.kind, "name": row.name, "version": row.version } }))
    }
}
