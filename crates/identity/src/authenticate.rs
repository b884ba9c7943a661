//! Who calls: from a bearer token or an API key to a [`Caller`].

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::id::{TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_storage::Conn;
use countersign_web::{AuthError, Authenticate, Problem};
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::identity::Identity;
use crate::keys::{self, KeyText};
use crate::memory::Remembered;
use crate::{locale, roles, sessions};

impl Authenticate for Identity {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        Box::pin(async move {
            let proof: [u8; 32] = Sha256::digest(bearer).into();
            let now = self.clock().now();
            let remembered = match self.memory().caller(&proof) {
                Some(known) if self.still_counts(&known).await? => Some(known),
                _ => self
                    .recognised(bearer)
                    .await?
                    .inspect(|new| self.memory().remember(proof, new.clone())),
            };
            let caller = remembered.ok_or(AuthError::Unknown)?.caller;
            if let Via::Key(key) = caller.via {
                self.memory().note_use(caller.tenant, key, now);
            }
            Ok(caller)
        })
    }

    fn currency(&self, tenant: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        Box::pin(async move { Ok(Identity::currency(self, tenant).await?) })
    }
}

impl Identity {
    /// Whether nothing about rights changed since: no statement where this process owns the database, else one.
    async fn still_counts(&self, known: &Remembered) -> Result<bool, Error> {
        let now = self.clock().now();
        if known.ends_at.is_some_and(|ends_at| now >= ends_at) {
            return Ok(false);
        }
        let epochs = self.directories().epochs(known.caller.tenant).await?;
        Ok(epochs.rights == known.rights)
    }

    async fn recognised(&self, bearer: &str) -> Result<Option<Remembered>, Error> {
        match bearer.parse::<KeyText>() {
            Ok(key) => self.bearer_of_key(&key).await,
            Err(_) => self.bearer_of_token(bearer).await,
        }
    }

    async fn bearer_of_token(&self, token: &str) -> Result<Option<Remembered>, Error> {
        let Some(claims) = self.claims(token).await? else {
            return Ok(None);
        };
        let reader = self.db().read(claims.tenant).await?;
        let standing = sessions::store::standing(&reader, claims.tenant, claims.sid).await?;
        let Some(standing) =
            standing.filter(|found| found.active && !found.ended && found.user == claims.sub)
        else {
            return Ok(None);
        };
        let caller = Caller {
            tenant: claims.tenant,
            user: claims.sub,
            via: Via::Session(claims.sid),
            scopes: Scopes::All,
            roles: roles_of(&reader, claims.tenant, claims.sub).await?,
            locale: locale::read(&standing.locale).unwrap_or_default(),
        };
        Ok(Some(Remembered {
            caller,
            ends_at: Some(claims.ends_at()),
            rights: standing.rights,
        }))
    }

    async fn bearer_of_key(&self, text: &KeyText) -> Result<Option<Remembered>, Error> {
        let tenant = keys::store::tenant_of(&*self.db().across_tenants().await?, text.id).await?;
        let Some(tenant) = tenant else { return Ok(None) };
        let reader = self.db().read(tenant).await?;
        let standing = keys::store::standing(&reader, tenant, text.id).await?;
        let now = self.clock().now();
        let Some(standing) = standing
            .filter(|found| text.secret.matches(&found.key.hash) && found.active && found.key.counts(now))
        else {
            return Ok(None);
        };
        let key = standing.key;
        let caller = Caller {
            tenant,
            user: key.user,
            via: Via::Key(key.id),
            scopes: Scopes::Some(key.scopes),
            roles: roles_of(&reader, tenant, key.user).await?,
            locale: locale::read(&standing.locale).unwrap_or_default(),
        };
        Ok(Some(Remembered {
            caller,
            ends_at: key.expires_at,
            rights: standing.rights,
        }))
    }
}

async fn roles_of(conn: &Conn, tenant: TenantId, user: UserId) -> Result<Arc<BTreeSet<String>>, Error> {
    let mut held = roles::store::held_by(conn, tenant, &[user]).await?;
    Ok(Arc::new(held.remove(&user).unwrap_or_default()))
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        match error {
            Error::Storage(error) => Self::Storage(error),
            // A caller of a tenant that is not there is nobody; anything else that cannot be told is a fault.
            Error::NotFound { .. } => Self::Unknown,
            other => Self::Storage(countersign_storage::Error::broken(other)),
        }
    }
}
