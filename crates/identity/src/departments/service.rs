//! The use cases of departments: add, change, remove.

use countersign_kernel::id::{DepartmentId, UserId};
use countersign_kernel::text::Words;
use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::{Expected, Member};

use super::{Department, faults, store, thing};
use crate::directory::Directories;
use crate::error::{Error, Fault};
use crate::memory::bump;
use crate::occasion::{Change, Occasion};
use crate::people::service::{ORGANISATION, directory_of};
use crate::tenants::Epoch;

/// Adds a department.
pub struct Create {
    pub id: DepartmentId,
    pub name: String,
    pub head: Option<UserId>,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Create {
    type Out = Department;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Department, Error> {
        let (name, now) = (self.name.trim().to_owned(), self.occasion.at);
        let department = Department {
            id: self.id,
            name,
            head: self.head,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let found = faults(&department, &*directory_of(uow, &self.directories).await?);
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
        store::insert(uow, &department).await?;
        bump(uow, self.directories.memory(), &[Epoch::Directory], now).await?;
        let change = Change::made(thing(&department));
        uow.append(
            self.occasion
                .entry(0, &super::CREATED, department.id.0, 1, change),
        );
        Ok(department)
    }
}

/// Renames a department or gives it another head.
pub struct Update {
    pub id: DepartmentId,
    pub name: Member<String>,
    pub head: Member<UserId>,
    pub expected: Expected,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Update {
    type Out = Department;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Department, Error> {
        let directory = directory_of(uow, &self.directories).await?;
        let before = load(uow, self.id, &self.expected).await?;
        let name = self.name.clone().over_required(before.name.clone(), "/name");
        let name = name
            .map_err(|fault| Error::Invalid(vec![Fault::from(fault)]))?
            .trim()
            .to_owned();
        let mut after = Department {
            name,
            head: self.head.clone().over(before.head),
            ..before.clone()
        };
        let change = Change::between(&thing(&before), thing(&after));
        if change.is_nothing() {
            return Ok(before);
        }
        let found = faults(&after, &directory);
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
        after.version += 1;
        after.updated_at = self.occasion.at;
        store::update(uow, &after).await?;
        bump(
            uow,
            self.directories.memory(),
            &[Epoch::Directory],
            self.occasion.at,
        )
        .await?;
        uow.append(
            self.occasion
                .entry(0, &super::UPDATED, after.id.0, after.version, change),
        );
        Ok(after)
    }
}

/// Removes a department where nobody works.
pub struct Delete {
    pub id: DepartmentId,
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
        let here = directory
            .people
            .values()
            .filter(|person| person.department.as_ref() == Some(&before.name))
            .count();
        if here > 0 {
            let detail = Words::new(
                format!("{here} people work in this department: move them first."),
                format!("该部门还有 {here} 人：请先将他们调出。"),
            );
            return Err(Error::conflict("department_in_use", "in_use", &[], detail));
        }
        store::delete(uow, self.id).await?;
        bump(
            uow,
            self.directories.memory(),
            &[Epoch::Directory],
            self.occasion.at,
        )
        .await?;
        let change = Change::made(thing(&before));
        uow.append(
            self.occasion
                .entry(0, &super::DELETED, before.id.0, before.version + 1, change),
        );
        Ok(())
    }
}

async fn load(uow: &Uow, id: DepartmentId, expected: &Expected) -> Result<Department, Error> {
    let department = store::find(uow.reads(), uow.tenant(), id).await?;
    let department = department.ok_or_else(|| Error::NotFound {
        kind: "department",
        id: id.to_string(),
    })?;
    if expected.allows(department.version) {
        Ok(department)
    } else {
        Err(Error::Moved {
            current: department.version,
        })
    }
}
