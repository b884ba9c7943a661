//! Who may publish a name.

use std::collections::BTreeSet;

use countersign_engine::definition::{Document, Who, WhoKind};
use countersign_identity::people::me::Publishes;
use countersign_identity::tenants::publishing::PUBLISHERS;
use countersign_identity::tenants::{self, Publishing};
use countersign_kernel::actor::Caller;
use countersign_kernel::directory::{Directory, Person};
use countersign_kernel::text;
use countersign_storage::Conn;
use countersign_web::Problem;
use futures_util::future::BoxFuture;

use super::{Kind, Rules, Tenant};
use crate::error::Error;

/// The right to publish one name.
pub(crate) struct Right<'a> {
    kind: Kind,
    name: &'a str,
    /// Of the version in force; calendars and automations name none, and tables need not.
    owners: Option<&'a Who>,
    publishing: &'a Publishing,
    directory: &'a Directory,
}

impl<'a> Right<'a> {
    /// As the settings and the version in force say it. What a first version says of itself gives nobody a right, and
    /// of one that does not compile any more it can no longer be read whose it is.
    pub(crate) fn to(kind: Kind, name: &'a str, tenant: &'a Tenant, publishing: &'a Publishing) -> Self {
        let in_force = tenant.newest.get(kind, name);
        let owners = match in_force.map(|one| &*one.document) {
            Some(Document::Workflow(workflow)) => Some(&workflow.owners),
            Some(Document::Table(table)) => table.owners.as_ref(),
            Some(Document::Automation(_) | Document::Calendar(_) | Document::LeaveTypes(_)) | None => None,
        };
        Self {
            kind,
            name,
            owners,
            publishing,
            directory: &tenant.directory,
        }
    }

    /// Whether somebody with these roles has it.
    pub(crate) fn is_of(&self, roles: &BTreeSet<String>, person: Option<&Person>) -> bool {
        PUBLISHERS.iter().any(|role| roles.contains(*role))
            || self.publishing.allows(roles, self.kind.word(), self.name)
            || person
                .zip(self.owners)
                .is_some_and(|(person, owners)| owns(owners, person, self.directory))
    }
}

/// Refuses whoever may not publish a name.
pub(super) fn check(
    caller: &Caller,
    kind: Kind,
    name: &str,
    tenant: &Tenant,
    publishing: &Publishing,
) -> Result<(), Error> {
    let person = tenant.directory.person(caller.user);
    if Right::to(kind, name, tenant, publishing).is_of(&caller.roles, person) {
        return Ok(());
    }
    let first = tenant.newest.get(kind, name).is_none();
    Err(Error::NotYours { first })
}

impl Rules {
    /// Refuses whoever may not publish a name before their file is judged: that costs, and is nothing to them.
    pub(super) async fn may_publish(
        &self,
        conn: &Conn,
        caller: &Caller,
        (kind, name): (Kind, &str),
        tenant: &Tenant,
    ) -> Result<(), Error> {
        let settings = tenants::store::find(conn, caller.tenant).await?;
        let publishing = settings.map(|settings| settings.publishing).unwrap_or_default();
        check(caller, kind, name, tenant, &publishing)
    }
}

impl Publishes for Rules {
    fn kinds<'a>(
        &'a self,
        conn: &'a Conn,
        caller: &'a Caller,
        publishing: &'a Publishing,
    ) -> BoxFuture<'a, Result<Vec<&'static str>, Problem>> {
        Box::pin(async move {
            let tenant = self.tenant_in(conn, caller.tenant).await?;
            let person = tenant.directory.person(caller.user);
            let has = |kind: &Kind| {
                let of = |name| Right::to(*kind, name, &tenant, publishing).is_of(&caller.roles, person);
                publishing.allows_some(&caller.roles, kind.word())
                    // What may be published under every name.
                    || of("")
                    || tenant.newest.all(*kind).any(|one| of(&one.name))
            };
            let kinds = Kind::ALL.into_iter().filter(has);
            Ok(kinds.map(Kind::word).collect())
        })
    }
}

/// Whether a person is among the owners. Owners are found without a request, so only what needs none counts.
pub fn owns(owners: &Who, person: &Person, directory: &Directory) -> bool {
    owners
        .parts
        .iter()
        .filter(|part| !part.needs_request())
        .any(|part| match &part.kind {
            WhoKind::Everyone => true,
            WhoKind::User(email) => text::same(&person.email, email),
            WhoKind::Role(role) => person.roles.contains(role),
            WhoKind::Group(group) => person.groups.contains(group),
            WhoKind::Department(name) => person.department.as_ref() == Some(name),
            WhoKind::HeadOf(name) => directory
                .department(name)
                .is_some_and(|department| department.head == Some(person.id)),
            WhoKind::Requester
            | WhoKind::HeadOfValue(_)
            | WhoKind::ManagerOf { .. }
            | WhoKind::ManagersOf { .. }
            | WhoKind::ApproverOf(_)
            | WhoKind::Person(_) => false,
        })
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use countersign_identity::tenants::publishing::KINDS;

    #[test]
    fn the_settings_know_every_kind() {
        assert_eq!(KINDS, Kind::ALL.map(Kind::word));
    }
}
