//! Keeping what may be published as the next version of its name.

use countersign_identity::bump;
use countersign_identity::tenants::Epoch;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DefinitionId, EventId, UserId};
use countersign_kernel::text::Text;
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Entry, Quota, Uow};
use serde_json::json;

use super::compiled::title;
use super::judged::Passed;
use super::{Kind, Rules, Tenant, store};
use crate::error::Error;

/// The next version of a name.
pub(crate) struct Next<'a> {
    pub rules: &'a Rules,
    pub kind: Kind,
    pub name: &'a str,
    pub text: &'a str,
    /// The id of the definition, if this is its first version.
    pub id: DefinitionId,
    pub by: &'a Actor,
    /// Who proposed it, if somebody else publishes it.
    pub proposer: Option<UserId>,
    pub now: Instant,
    /// The W3C `traceparent` of the request.
    pub trace: Option<&'a str>,
}

impl Next<'_> {
    /// Keeps it after this one.
    pub(crate) async fn keep(
        &self,
        uow: &mut Uow,
        tenant: &Tenant,
        head: Option<store::head::Model>,
        passed: Passed,
    ) -> Result<store::head::Model, Error> {
        let first = head.is_none();
        let row = self.row(uow, head, &title(&passed.document))?;
        if first {
            let names = store::count(uow.reads(), uow.tenant()).await?;
            uow.within(Quota::Definitions, names, 1)?;
        }
        uow.within(Quota::Versions, row.version.unsigned_abs() - 1, 1)?;
        let version = self.version(&row, &tenant.directory, passed.tables)?;
        store::publish(uow, row.clone(), version.clone()).await?;
        if let Some(in_force) = passed.in_force {
            let definitions = &self.rules.definitions;
            definitions.keep_published(uow.reads(), row.clone(), version, in_force)?;
        }
        let memory = self.rules.directories.memory();
        bump(uow, memory, &[Epoch::Definitions], self.now).await?;
        uow.append(self.entry(&row));
        Ok(row)
    }

    fn row(
        &self,
        uow: &Uow,
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
                tenant_id: uow.tenant(),
                kind: self.kind.word().to_owned(),
                name: self.name.to_owned(),
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
        tables: Option<String>,
    ) -> Result<store::version::Model, Error> {
        let roles = |user: Option<UserId>| {
            let person = user.and_then(|user| directory.person(user));
            let roles = person.map(|person| serde_json::to_string(&person.roles));
            roles.transpose().map_err(countersign_storage::Error::broken)
        };
        Ok(store::version::Model {
            tenant_id: row.tenant_id,
            kind: row.kind.clone(),
            name: row.name.clone(),
            version: row.version,
            text: self.text.to_owned(),
            published_by: self.by.to_string(),
            publisher_roles: roles(self.by.user())?,
            published_at: self.now,
            proposed_by: self.proposer.map(|user| user.to_string()),
            proposer_roles: roles(self.proposer)?,
            tables,
        })
    }

    fn entry(&self, row: &store::head::Model) -> Entry {
        let change = ChangeContext {
            actor: self.by.clone(),
            at: self.now,
            cause: Cause::request(self.trace.map(str::to_owned)),
        };
        let id = countersign_kernel::id::derive("event", row.id.0, &row.version.to_be_bytes(), self.now);
        let kind = format!("rules.{}.published", self.kind.word());
        change
            .entry(EventId(id), Link::new("definition", row.id.0), row.version, kind)
            .with_body(json!({ "thing": { "id": row.id, "kind": row.kind, "name": row.name, "version": row.version } }))
    }
}
