//! Who looks: what they see, and what they command.

use std::collections::{BTreeMap, BTreeSet};

use countersign_events::{Acting, Rights};
use countersign_kernel::actor::{Caller, Scopes};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{TenantId, UserId};

use super::{Meta, Visibility};

/// The eyes of a caller; `everything` for admins and for the server itself.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub tenant: TenantId,
    pub user: Option<UserId>,
    pub everything: bool,
    /// The caller, and everyone who reports to them, however far down.
    pub line: BTreeSet<UserId>,
    /// What the caller's key may touch.
    pub scopes: Scopes,
}

impl Viewer {
    pub fn of(caller: &Caller, directory: &Directory) -> Self {
        Self {
            tenant: caller.tenant,
            user: Some(caller.user),
            everything: caller.is_admin(),
            line: line_of(caller.user, directory),
            scopes: caller.scopes.clone(),
        }
    }

    /// The eyes of those by whose rights an action acts, one after the other.
    pub fn acting(tenant: TenantId, rights: &Rights) -> Vec<Self> {
        match rights {
            Rights::Server => vec![Self::server(tenant)],
            Rights::Of(people, directory) => {
                let eyes = people.iter().map(|one| Self {
                    tenant,
                    user: one.with.is_none().then_some(one.user),
                    everything: one.all(is_admin),
                    line: line_of_all(one, directory),
                    scopes: Scopes::All,
                });
                eyes.collect()
            }
        }
    }

    /// The server itself, acting for an automation or a timer.
    pub fn server(tenant: TenantId) -> Self {
        Self {
            tenant,
            user: None,
            everything: true,
            line: BTreeSet::new(),
            scopes: Scopes::All,
        }
    }

    pub fn sees(&self, meta: &Meta) -> bool {
        meta.tenant == self.tenant && (meta.visibility == Visibility::Tenant || self.commands(meta.owner))
    }

    /// Whether the caller is the owner, one whom the owner reports to, or an admin. What nobody owns, everyone
    /// commands who sees it.
    pub fn commands(&self, owner: Option<UserId>) -> bool {
        self.everything || owner.is_none_or(|owner| self.line.contains(&owner))
    }
}

/// Those whom everybody commands who must have the rights: an admin commands all.
fn line_of_all(acting: &Acting, directory: &Directory) -> BTreeSet<UserId> {
    let Some(other) = &acting.with else {
        return line_of(acting.user, directory);
    };
    match (is_admin(acting), is_admin(other)) {
        (true, _) => line_of(other.user, directory),
        (false, true) => line_of(acting.user, directory),
        (false, false) => {
            let (own, others) = (line_of(acting.user, directory), line_of(other.user, directory));
            own.intersection(&others).copied().collect()
        }
    }
}

fn is_admin(acting: &Acting) -> bool {
    acting.roles.contains("admin")
}

/// A person and all who report to them. Managers who go in a circle are walked once.
fn line_of(top: UserId, directory: &Directory) -> BTreeSet<UserId> {
    let mut reports: BTreeMap<UserId, Vec<UserId>> = BTreeMap::new();
    for person in directory.people.values() {
        if let Some(manager) = person.manager {
            reports.entry(manager).or_default().push(person.id);
        }
    }
    let mut line = BTreeSet::from([top]);
    let mut next = vec![top];
    while let Some(manager) = next.pop() {
        let below = reports.get(&manager).into_iter().flatten();
        next.extend(below.copied().filter(|person| line.insert(*person)));
    }
    line
}
