//! Print the link, and use it.

use countersign_kernel::id::{TenantId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, RuleLock, Uow, Work};

use super::{LIFETIME, SetUpToken, store};
use crate::error::Error;
use crate::identity::Identity;
use crate::occasion::Occasion;
use crate::people::service::ORGANISATION;
use crate::people::{self, ADMIN, Profile};
use crate::secret::Secret;
use crate::sessions::Visitor;
use crate::sessions::service::{Tokens, start};
use crate::tenants::{self, Tenant};

/// The link of a server where nobody is yet; none if somebody is. It is shown once: only its hash is kept.
pub async fn link(identity: &Identity) -> Result<Option<String>, Error> {
    if people::store::anybody(&*identity.db().across_tenants().await?).await? {
        return Ok(None);
    }
    let now = identity.clock().now();
    let tenant = TenantId::mint(identity.entropy(), now);
    let token = SetUpToken {
        tenant,
        secret: Secret::mint(identity.entropy()),
    };
    identity
        .db()
        .write(
            tenant,
            KeepLink {
                hash: token.secret.hash(),
                now,
            },
        )
        .await?;
    // Behind the hash mark, so that it reaches no server's log.
    Ok(Some(format!("{}/set-up#{token}", identity.public_url())))
}

struct KeepLink {
    hash: String,
    now: Instant,
}

impl Work for KeepLink {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        Ok(store::insert(uow, self.hash.clone(), self.now, self.now.plus(LIFETIME)).await?)
    }
}

/// The first tenant's settings (under the id that the link names), and its admin.
pub struct First {
    pub tenant: Tenant,
    pub name: String,
    pub email: String,
    pub password: String,
    pub visitor: Visitor,
}

/// A tenant and its first admin, made together.
pub struct Founding {
    pub tenant: tenants::service::Create,
    pub admin: people::service::Create,
}

impl Founding {
    /// In a unit of work that made sure that it may.
    async fn found(&self, uow: &mut Uow) -> Result<(), Error> {
        self.tenant.run(uow).await?;
        // The tenant is as new as its roles: nobody else has seen a directory of it, so none is remembered wrongly.
        self.admin.run(uow).await?;
        Ok(())
    }
}

impl Work for Founding {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        self.found(uow).await
    }
}

/// The tenant that a link makes, if the link has its form.
pub fn tenant_of(token: &str) -> Result<TenantId, Error> {
    token
        .parse::<SetUpToken>()
        .map(|token| token.tenant)
        .map_err(|_| Error::SetUpLink)
}

/// Makes the tenant and its admin, and signs the admin in. The link counts once, and only while nobody is there.
pub async fn use_link(identity: &Identity, token: &str, first: First) -> Result<(UserId, Tokens), Error> {
    let token: SetUpToken = token.parse().map_err(|_| Error::SetUpLink)?;
    if people::store::anybody(&*identity.db().across_tenants().await?).await? {
        return Err(Error::SetUpLink);
    }
    // A guess costs no hash of a password.
    let reader = identity.db().read(token.tenant).await?;
    check(&reader, token.tenant, &token.secret, identity.clock().now()).await?;
    drop(reader);
    let occasion =
        || Occasion::system(identity.clock(), identity.entropy()).traced(first.visitor.trace.clone());
    let made = occasion();
    let user = UserId::mint(identity.entropy(), made.at);
    let work = UseLink {
        secret: token.secret,
        founding: Founding {
            tenant: tenants::service::Create {
                tenant: first.tenant,
                occasion: made,
            },
            admin: people::service::Create {
                id: user,
                profile: Profile {
                    name: first.name,
                    email: first.email,
                    ..Profile::default()
                },
                roles: vec![ADMIN.to_owned()],
                password: Some(identity.hash_password(&first.password).await?),
                occasion: occasion(),
                directories: identity.directories().clone(),
            },
        },
    };
    identity.db().write(token.tenant, work).await?;
    let tokens = start(identity, token.tenant, user, first.visitor).await?;
    Ok((user, tokens))
}

/// Whether this is the secret of the tenant's link, which still counts.
async fn check(conn: &Conn, tenant: TenantId, secret: &Secret, now: Instant) -> Result<(), Error> {
    let kept = store::find(conn, tenant, now).await?;
    if kept.is_some_and(|hash| secret.matches(&hash)) {
        Ok(())
    } else {
        Err(Error::SetUpLink)
    }
}

struct UseLink {
    secret: Secret,
    founding: Founding,
}

impl Work for UseLink {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let now = self.founding.admin.occasion.at;
        check(uow.reads(), uow.tenant(), &self.secret, now).await?;
        if !store::take(uow).await? || !store::be_first(uow).await? {
            return Err(Error::SetUpLink);
        }
        self.founding.found(uow).await
    }
}
