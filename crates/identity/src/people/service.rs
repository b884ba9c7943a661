//! The use cases of people: add, change, disable, enable.

use std::sync::Arc;

use countersign_kernel::actor::{Caller, Via};
use countersign_kernel::catalogue::EventType;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::text::Words;
use countersign_storage::{Rule, RuleLock, Uow, Work};
use countersign_web::Expected;
use serde_json::json;

use super::patch::UserPatch;
use super::{ADMIN, Profile, Status, User, VACATED, faults, keeps_an_admin, personal, store, thing, vacated};
use crate::directory::Directories;
use crate::error::Error;
use crate::memory::bump;
use crate::occasion::{Change, Occasion};
use crate::tenants::{self, Epoch};
use crate::{keys, passwords, roles, sessions};

/// Only an admin changes the directory.
pub fn admin_only(caller: &Caller) -> Result<(), Error> {
    if caller.roles.contains(ADMIN) {
        Ok(())
    } else {
        Err(Error::AdminOnly)
    }
}

/// Roles and passwords are given by somebody who is signed in: a key, whatever its scopes, would make itself more than it is.
pub fn person_only(caller: &Caller) -> Result<(), Error> {
    match caller.via {
        Via::Session(_) => Ok(()),
        Via::Key(_) => Err(Error::PersonOnly),
    }
}

/// Everything that is said of several people, departments and roles together: an active admin stays, managers go in no
/// circle, addresses and names are taken once, departments and roles that are in use stay.
pub(crate) const ORGANISATION: Rule = Rule::named("organisation");

/// The directory, which nobody else changes until this unit of work ends: for units that hold [`ORGANISATION`].
pub(crate) async fn directory_of(uow: &Uow, directories: &Directories) -> Result<Arc<Directory>, Error> {
    uow.must_hold(ORGANISATION)?;
    let (tenant, conn) = (uow.tenant(), uow.reads());
    let epochs = tenants::store::epochs(conn, tenant).await?;
    let epochs = epochs.ok_or_else(|| Error::NotFound {
        kind: "tenant",
        id: tenant.to_string(),
    })?;
    Ok(directories.directory_in(conn, tenant, epochs.directory).await?)
}

/// Adds a person.
pub struct Create {
    pub id: UserId,
    pub profile: Profile,
    /// Names of roles, in order.
    pub roles: Vec<String>,
    /// The PHC string; none: no sign-in by password.
    pub password: Option<String>,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Create {
    type Out = User;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<User, Error> {
        let now = self.occasion.at;
        let user = User {
            id: self.id,
            status: Status::Active,
            profile: self.profile.clone(),
            roles: self.roles.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let found = faults(&user, &*directory_of(uow, &self.directories).await?);
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
        store::insert(uow, &user).await?;
        if let Some(hash) = &self.password {
            store::set_password(uow, user.id, hash, now).await?;
        }
        if !user.roles.is_empty() {
            roles::store::assign(uow, user.id, &user.roles).await?;
        }
        bump(uow, self.directories.memory(), &[Epoch::Directory], now).await?;
        let change = Change::made(thing(&user)).with_private(None, personal(&user));
        uow.append(
            self.occasion
                .entry(0, &super::CREATED, user.id.0, user.version, change),
        );
        Ok(user)
    }
}

/// Changes what is known of a person.
pub struct Update {
    pub id: UserId,
    pub patch: UserPatch,
    pub expected: Expected,
    pub currency: Currency,
    /// Whether the caller may give and take roles.
    pub may_give_roles: bool,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for Update {
    type Out = User;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<User, Error> {
        let directory = directory_of(uow, &self.directories).await?;
        let before = load(uow, self.id, &self.expected).await?;
        let mut after = self.patch.over(&before, self.currency)?;
        let mut change = Change::between(&thing(&before), thing(&after))
            .with_private(Some(&personal(&before)), personal(&after));
        if change.is_nothing() {
            return Ok(before);
        }
        if after.roles != before.roles && !self.may_give_roles {
            return Err(Error::PersonOnly);
        }
        let found = faults(&after, &directory);
        if !found.is_empty() {
            return Err(Error::Invalid(found));
        }
        keeps_an_admin(&after, &directory)?;
        say_vacated(&mut change, vacated(&before, &after, &directory));
        after.version += 1;
        after.updated_at = self.occasion.at;
        store::update(uow, &after).await?;
        if after.roles != before.roles {
            roles::store::assign(uow, after.id, &after.roles).await?;
        }
        let rights = after.roles != before.roles || after.profile.locale != before.profile.locale;
        let which: &[Epoch] = if rights {
            &[Epoch::Directory, Epoch::Rights]
        } else {
            &[Epoch::Directory]
        };
        bump(uow, self.directories.memory(), which, self.occasion.at).await?;
        uow.append(
            self.occasion
                .entry(0, &super::UPDATED, after.id.0, after.version, change),
        );
        Ok(after)
    }
}

/// Disables a person, or lets them in again. Works on their next request. What let them in before is dead for good: sessions,
/// keys and links.
pub struct SetStatus {
    pub id: UserId,
    pub status: Status,
    pub expected: Expected,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for SetStatus {
    type Out = User;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<User, Error> {
        let directory = directory_of(uow, &self.directories).await?;
        let before = load(uow, self.id, &self.expected).await?;
        if before.status == self.status {
            return Err(already(self.status));
        }
        let now = self.occasion.at;
        let after = User {
            status: self.status,
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        keeps_an_admin(&after, &directory)?;
        store::update(uow, &after).await?;
        if self.status == Status::Disabled {
            // Enabled again, the person signs in again: an old refresh token, key or link is of no use.
            sessions::store::end_all(uow, self.id, None, now).await?;
            passwords::store::take(uow, self.id).await?;
            keys::service::revoke_all(uow, self.id, &self.occasion).await?;
        }
        bump(
            uow,
            self.directories.memory(),
            &[Epoch::Directory, Epoch::Rights],
            now,
        )
        .await?;
        let kind = if self.status == Status::Disabled {
            &super::DISABLED
        } else {
            &super::ENABLED
        };
        let mut change = Change::between(&thing(&before), thing(&after));
        say_vacated(&mut change, vacated(&before, &after, &directory));
        uow.append(self.occasion.entry(0, kind, after.id.0, after.version, change));
        Ok(after)
    }
}

/// The event names the roles that lost their last holder with it, where there are any.
fn say_vacated(change: &mut Change, roles: Vec<String>) {
    if !roles.is_empty() {
        change.thing.insert(VACATED.to_owned(), json!(roles));
    }
}

/// Moves a person's version on, and leaves an entry of what happened to them, where nothing that is shown of them changed.
pub(crate) async fn note(
    uow: &mut Uow,
    before: &User,
    occasion: &Occasion,
    kind: &EventType,
) -> Result<(), Error> {
    let after = User {
        version: before.version + 1,
        updated_at: occasion.at,
        ..before.clone()
    };
    store::update(uow, &after).await?;
    let change = Change::made(thing(&after));
    uow.append(occasion.entry(0, kind, after.id.0, after.version, change));
    Ok(())
}

pub(crate) async fn load(uow: &Uow, id: UserId, expected: &Expected) -> Result<User, Error> {
    let user = store::find(uow.reads(), uow.tenant(), id).await?;
    let user = user.ok_or_else(|| Error::NotFound {
        kind: "user",
        id: id.to_string(),
    })?;
    if expected.allows(user.version) {
        Ok(user)
    } else {
        Err(Error::Moved {
            current: user.version,
        })
    }
}

fn already(status: Status) -> Error {
    match status {
        Status::Disabled => Error::conflict(
            "already_disabled",
            "disabled",
            &["enable"],
            Words::fixed("This person is disabled already.", "此人已被停用。"),
        ),
        Status::Active => Error::conflict(
            "already_active",
            "active",
            &["disable"],
            Words::fixed("This person is active already.", "此人已处于启用状态。"),
        ),
    }
}
