//! The use cases of tenants: set one up, change its settings, move its sandbox clock.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_kernel::id::{self, RoleId, TypedId};
use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::Expected;
use serde_json::{Map, Value, json};

use super::{SettingsChange, Tenant, store};
use crate::error::Error;
use crate::memory::Memory;
use crate::occasion::{Change, Occasion};
use crate::people::service::ORGANISATION;
use crate::roles::{self, Role};

/// The roles that every tenant begins with: the workflows that ship name them.
const FIRST_ROLES: [(&str, &str); 4] = [
    (
        "admin",
        "Administers people, roles and settings; reads everything of the tenant.",
    ),
    ("finance", "Signs expenses and contracts off."),
    ("hr", "Signs long leave off; publishes workflows."),
    ("legal", "Signs contracts off."),
];

/// Sets up a tenant with its first roles. Runs in the tenant's own unit of work.
pub struct Create {
    pub tenant: Tenant,
    pub occasion: Occasion,
}

impl Work for Create {
    type Out = Tenant;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Tenant, Error> {
        store::insert(uow, &self.tenant).await?;
        let change = Change::made(thing(&self.tenant));
        uow.append(
            self.occasion
                .entry(0, &super::CREATED, self.tenant.id.0, 1, change),
        );
        for (place, (name, about)) in (1..).zip(FIRST_ROLES) {
            let now = self.occasion.at;
            let role = Role {
                id: RoleId(id::derive("role", self.tenant.id.uuid(), name.as_bytes(), now)),
                name: name.to_owned(),
                about: Some(about.to_owned()),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            roles::store::insert(uow, &role).await?;
            uow.append(self.occasion.entry(
                place,
                &roles::CREATED,
                role.id.0,
                1,
                Change::made(roles::thing(&role)),
            ));
        }
        Ok(self.tenant.clone())
    }
}

/// Changes the settings of the unit's tenant.
pub struct ChangeSettings {
    pub change: SettingsChange,
    pub expected: Expected,
    pub occasion: Occasion,
    pub memory: Arc<Memory>,
}

impl Work for ChangeSettings {
    type Out = Tenant;
    type Error = Error;

    /// The roles that the settings name stay while they are looked at.
    fn rules(&self) -> Vec<RuleLock> {
        let roles = self.change.publishing.names_roles();
        roles.then(|| ORGANISATION.shared()).into_iter().collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Tenant, Error> {
        let tenant = uow.tenant();
        let before = store::held(uow).await?;
        let before = before.ok_or_else(|| Error::NotFound {
            kind: "tenant",
            id: tenant.to_string(),
        })?;
        if !self.expected.allows(before.version) {
            return Err(Error::Moved {
                current: before.version,
            });
        }
        let roles = if self.change.publishing.names_roles() {
            uow.must_hold(ORGANISATION)?;
            roles::store::names(uow.reads(), tenant).await?
        } else {
            BTreeSet::new()
        };
        let (after, changed) = self
            .change
            .apply(&before, &roles, self.occasion.at)
            .map_err(Error::Invalid)?;
        if changed.is_empty() {
            return Ok(before);
        }
        store::update(uow, &after).await?;
        if changed.contains(&"locale") {
            // Callers without a language of their own carry the tenant's.
            crate::memory::bump(uow, &self.memory, &[super::Epoch::Rights], self.occasion.at).await?;
        }
        let change = Change::between(&thing(&before), thing(&after));
        uow.append(
            self.occasion
                .entry(0, &super::UPDATED, tenant.0, after.version, change),
        );
        Ok(after)
    }
}

/// What events carry of a tenant.
fn thing(tenant: &Tenant) -> Map<String, Value> {
    let value = json!({
        "slug": tenant.slug,
        "name": tenant.name,
        "currency": tenant.currency,
        "zone": tenant.zone,
        "locale": tenant.locale,
        "calendar": tenant.calendar,
        "publishing": tenant.publishing,
    });
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}
