//! The use cases of roles: add, describe, remove. Who holds them is said of the person.

use countersign_kernel::id::RoleId;
use countersign_kernel::text::Words;
use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::{Expected, Member};

use super::{Role, store, thing};
use crate::directory::Directories;
use crate::error::{Error, Fault};
use crate::memory::bump;
use crate::occasion::{Change, Occasion};
use crate::people::ADMIN;
use crate::people::service::{ORGANISATION, directory_of};
use crate::tenants::{self, Epoch, slug_fault};

/// Adds a role.
pub struct Create {
    pub id: RoleId,
    pub name: String,
    pub about: Option<String>,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Create {
    type Out = Role;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Role, Error> {
        let directory = directory_of(uow, &self.directories).await?;
        let mut faults: Vec<Fault> = slug_fault("/name", &self.name).into_iter().collect();
        if directory.roles.contains(&self.name) {
            let detail = Words::new(
                format!("There is a role \"{}\" already.", self.name),
                format!("已有角色 “{}”。", self.name),
            );
            faults.push(Fault::new("/name", "taken", detail));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let now = self.occasion.at;
        let (name, about) = (self.name.clone(), self.about.clone());
        let role = Role {
            id: self.id,
            name,
            about,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert(uow, &role).await?;
        bump(uow, self.directories.memory(), &[Epoch::Directory], now).await?;
        uow.append(
            self.occasion
                .entry(0, &super::CREATED, role.id.0, 1, Change::made(thing(&role))),
        );
        Ok(role)
    }
}

/// Changes the words about a role.
pub struct Update {
    pub id: RoleId,
    pub about: Member<String>,
    pub expected: Expected,
    pub occasion: Occasion,
}

impl Work for Update {
    type Out = Role;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Role, Error> {
        let before = load(uow, self.id, &self.expected).await?;
        let mut after = Role {
            about: self.about.clone().over(before.about.clone()),
            ..before.clone()
        };
        let change = Change::between(&thing(&before), thing(&after));
        if change.is_nothing() {
            return Ok(before);
        }
        after.version += 1;
        after.updated_at = self.occasion.at;
        store::update(uow, &after).await?;
        uow.append(
            self.occasion
                .entry(0, &super::UPDATED, after.id.0, after.version, change),
        );
        Ok(after)
    }
}

/// Removes a role that nobody holds.
pub struct Delete {
    pub id: RoleId,
    pub expected: Expected,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Delete {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let directory = directory_of(uow, &self.directories).await?;
        let before = load(uow, self.id, &self.expected).await?;
        // Also the disabled: they may come back.
        let holders = directory
            .people
            .values()
            .filter(|person| person.roles.contains(&before.name))
            .count();
        if holders > 0 || before.name == ADMIN {
            let detail = Words::new(
                format!("{holders} people hold this role: take it from them first (admin always stays)."),
                format!("有 {holders} 人持有此角色：请先收回（admin 始终保留）。"),
            );
            return Err(Error::conflict("role_in_use", "in_use", &[], detail));
        }
        // Whoever is given a new role of this name would publish by what was said of the old one.
        let settings = tenants::store::find(uow.reads(), uow.tenant()).await?;
        if settings.is_some_and(|tenant| tenant.publishing.names_role(&before.name)) {
            let detail = Words::fixed(
                "The settings let this role publish definitions: take it out of publishing.rights first.",
                "设置允许此角色发布定义：请先将其从 publishing.rights 中删去。",
            );
            return Err(Error::conflict("role_in_use", "in_use", &[], detail));
        }
        store::delete(uow, self.id).await?;
        bump(
            uow,
            self.directories.memory(),
            &[Epoch::Directory],
            self.occasion.at,
        )
        .await?;
        uow.append(self.occasion.entry(
            0,
            &super::DELETED,
            before.id.0,
            before.version + 1,
            Change::made(thing(&before)),
        ));
        Ok(())
    }
}

async fn load(uow: &Uow, id: RoleId, expected: &Expected) -> Result<Role, Error> {
    let role = store::find(uow.reads(), uow.tenant(), id).await?;
    let role = role.ok_or_else(|| Error::NotFound {
        kind: "role",
        id: id.to_string(),
    })?;
    if expected.allows(role.version) {
        Ok(role)
    } else {
        Err(Error::Moved {
            current: role.version,
        })
    }
}
