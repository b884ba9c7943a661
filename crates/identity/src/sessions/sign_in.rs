//! Sign-in by password: whose it is, at the price and in the time that a wrong one takes.

use std::time::Duration;

use countersign_kernel::id::{TenantId, UserId};

use super::Visitor;
use super::service::{Tokens, start};
use super::throttle::{Attempt, service::judging};
use crate::error::Error;
use crate::identity::Identity;
use crate::people;
use crate::tenants::{self, SYSTEM_TENANT};

/// A failure is not told sooner. An address that several tenants have takes several hashes, which stay within it, so the
/// time does not tell whether it has more than one, one or none.
const FAILURE_TOLD_AFTER: Duration = Duration::from_millis(500);

/// What somebody signs in with.
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// The slug, where the address belongs to several tenants.
    pub tenant: Option<String>,
    pub visitor: Visitor,
}

/// Whom the words were found to mean.
struct Proven {
    tenant: TenantId,
    user: UserId,
    /// Whether they could have meant nobody else. Where they could, one person's success forgives no guess at the other's
    /// password.
    alone: bool,
}

/// Signs somebody in. For an address that nobody has, the same work is done.
pub async fn sign_in(identity: &Identity, credentials: Credentials) -> Result<Tokens, Error> {
    let soonest = tokio::time::Instant::now() + FAILURE_TOLD_AFTER;
    match guarded(identity, &credentials).await {
        Ok(proven) => start(identity, proven.tenant, proven.user, credentials.visitor).await,
        Err(Error::SignIn) => {
            tokio::time::sleep_until(soonest).await;
            Err(Error::SignIn)
        }
        Err(other) => Err(other),
    }
}

/// Checks the password if it is not too early for that, and counts a failure.
async fn guarded(identity: &Identity, credentials: &Credentials) -> Result<Proven, Error> {
    let tenant = credentials.tenant.as_deref();
    let attempt = Attempt::sign_in(&credentials.email, tenant, credentials.visitor.client);
    let judging = judging(identity, &attempt).await?;
    let proven = prove(identity, credentials).await;
    match &proven {
        Ok(proven) if proven.alone => judging.succeeded().await?,
        Err(Error::SignIn) => judging.failed().await?,
        Ok(_) | Err(_) => {}
    }
    proven
}

async fn prove(identity: &Identity, credentials: &Credentials) -> Result<Proven, Error> {
    let people = {
        let reader = identity.db().across_tenants().await?;
        people::store::by_email(&reader, &credentials.email, credentials.tenant.as_deref()).await?
    };
    let mut fitting = Vec::new();
    for (tenant, user) in people.iter().copied() {
        if password_fits(identity, tenant, user, &credentials.password).await? {
            fitting.push((tenant, user));
        }
    }
    if people.is_empty() {
        password_fits(
            identity,
            SYSTEM_TENANT,
            UserId(uuid::Uuid::nil()),
            &credentials.password,
        )
        .await?;
    }
    match fitting.as_slice() {
        [] => Err(Error::SignIn),
        [(tenant, user)] => Ok(Proven {
            tenant: *tenant,
            user: *user,
            alone: people.len() == 1,
        }),
        several => Err(Error::TenantWanted(slugs(identity, several).await?)),
    }
}

/// Whether somebody active has this password.
pub(crate) async fn password_fits(
    identity: &Identity,
    tenant: TenantId,
    user: UserId,
    password: &str,
) -> Result<bool, Error> {
    let reader = identity.db().read(tenant).await?;
    let known = people::store::credentials(&reader, tenant, user).await?;
    drop(reader);
    let active = known.as_ref().is_some_and(|known| known.active);
    let fits = identity
        .passwords()
        .verify(password, known.and_then(|known| known.hash))
        .await?;
    Ok(fits && active)
}

async fn slugs(identity: &Identity, people: &[(TenantId, UserId)]) -> Result<Vec<String>, Error> {
    let mut slugs = Vec::new();
    for (tenant, _) in people {
        let tenant = tenants::store::find(&*identity.db().read(*tenant).await?, *tenant).await?;
        slugs.extend(tenant.map(|tenant| tenant.slug));
    }
    slugs.sort();
    Ok(slugs)
}
