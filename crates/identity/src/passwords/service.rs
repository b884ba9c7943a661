//! The use cases of passwords: change one's own, make a link for somebody, use the link.

use std::net::IpAddr;

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{SessionId, TenantId, UserId};
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_storage::{Conn, RuleLock, Uow, Work};
use countersign_web::Expected;

use super::{LIFETIME, LinkToken, store};
use crate::directory::Directories;
use crate::error::Error;
use crate::identity::Identity;
use crate::memory::bump;
use crate::occasion::Occasion;
use crate::people::service::{ORGANISATION, load, note};
use crate::people::{self, Status, User};
use crate::secret::Secret;
use crate::sessions::service::{Tokens, start};
use crate::sessions::throttle::{Attempt, service::proven_otherwise};
use crate::sessions::{self, Visitor};
use crate::tenants::{self, Epoch};

/// Sets a person's password, and ends their sessions but one.
struct Set<'a> {
    /// The PHC string.
    hash: &'a str,
    spared: Option<SessionId>,
    occasion: &'a Occasion,
    directories: &'a Directories,
}

impl Set<'_> {
    async fn run(&self, uow: &mut Uow, before: &User) -> Result<(), Error> {
        let now = self.occasion.at;
        people::store::set_password(uow, before.id, self.hash, now).await?;
        // Whoever holds a link could undo it.
        store::take(uow, before.id).await?;
        sessions::store::end_all(uow, before.id, self.spared, now).await?;
        bump(uow, self.directories.memory(), &[Epoch::Rights], now).await?;
        note(uow, before, self.occasion, &people::PASSWORD_CHANGED).await
    }
}

/// Changes the caller's own password.
pub struct ChangeOwn {
    pub user: UserId,
    /// Whether the present password was proven. Judged here, behind the idempotency key: sent again, it is not any more.
    pub proven: bool,
    /// The PHC string of the new one.
    pub hash: String,
    /// The session that goes on.
    pub spared: SessionId,
    pub occasion: Occasion,
    pub directories: Directories,
}

impl Work for ChangeOwn {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        if !self.proven {
            return Err(Error::PresentPassword);
        }
        let before = load(uow, self.user, &Expected::NotGiven).await?;
        // Who was disabled since the call began changes nothing.
        if before.status != Status::Active {
            return Err(Error::SessionEnded);
        }
        let set = Set {
            hash: &self.hash,
            spared: Some(self.spared),
            occasion: &self.occasion,
            directories: &self.directories,
        };
        set.run(uow, &before).await
    }
}

/// Makes the link with which a person sets a password. It takes the place of the one before.
pub struct MakeLink {
    /// Only its hash is kept.
    token: LinkToken,
    public_url: String,
    expected: Expected,
    now: Instant,
    occasion: Occasion,
}

/// A link as it is shown, once.
#[derive(Debug, Clone)]
pub struct Link {
    pub text: String,
    pub expires_at: Instant,
}

impl MakeLink {
    pub fn new(
        identity: &Identity,
        tenant: TenantId,
        user: UserId,
        expected: Expected,
        occasion: Occasion,
    ) -> Self {
        let secret = Secret::mint(identity.entropy());
        Self {
            token: LinkToken { tenant, user, secret },
            public_url: identity.public_url().to_owned(),
            expected,
            // Links live by the machine's clock, also in a sandbox.
            now: identity.clock().now(),
            occasion,
        }
    }

    pub fn link(&self) -> Link {
        Link {
            // Behind the hash mark, so that the token reaches no server's log.
            text: format!("{}/set-password#{}", self.public_url, self.token),
            expires_at: self.now.plus(LIFETIME),
        }
    }
}

impl Work for MakeLink {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let user = self.token.user;
        let before = load(uow, user, &self.expected).await?;
        if before.status != Status::Active {
            return Err(disabled());
        }
        let hash = self.token.secret.hash();
        store::keep(uow, user, &hash, self.now, self.link().expires_at).await?;
        note(uow, &before, &self.occasion, &people::PASSWORD_LINK_CREATED).await
    }
}

fn disabled() -> Error {
    Error::conflict(
        "user_disabled",
        "disabled",
        &["enable"],
        Words::fixed(
            "This person is disabled: enable them before they set a password.",
            "此人已被停用：请先启用，再设置密码。",
        ),
    )
}

/// A link that was shown and is good.
pub struct Shown {
    token: LinkToken,
    pub holder: User,
}

impl Shown {
    pub fn tenant(&self) -> TenantId {
        self.token.tenant
    }
}

/// Judges a link. Whoever guesses is told so at the price of a look.
pub async fn shown(identity: &Identity, token: &str) -> Result<Shown, Error> {
    let token: LinkToken = token.parse().map_err(|_| Error::PasswordLink)?;
    let reader = identity.db().read(token.tenant).await?;
    check(&reader, &token, identity.clock().now()).await?;
    let holder = people::store::find(&reader, token.tenant, token.user).await?;
    let holder = holder.ok_or(Error::PasswordLink)?;
    Ok(Shown { token, holder })
}

/// Whether this is the person's link, which still counts.
async fn check(conn: &Conn, token: &LinkToken, now: Instant) -> Result<(), Error> {
    let kept = store::find(conn, token.tenant, token.user, now).await?;
    if kept.is_some_and(|hash| token.secret.matches(&hash)) {
        Ok(())
    } else {
        Err(Error::PasswordLink)
    }
}

/// Sets the password that a link is for, ends all sessions of its person, and signs them in.
pub async fn use_link(
    identity: &Identity,
    shown: Shown,
    password: &str,
    visitor: Visitor,
) -> Result<Tokens, Error> {
    let (tenant, user) = (shown.token.tenant, shown.token.user);
    let work = UseLink {
        token: shown.token,
        hash: identity.hash_password(password).await?,
        occasion: Occasion::by(Actor::User(user), identity.clock(), identity.entropy())
            .traced(visitor.trace.clone()),
        directories: identity.directories().clone(),
    };
    identity.db().write(tenant, work).await?;
    welcome(identity, tenant, &shown.holder.profile.email, visitor.client).await?;
    start(identity, tenant, user, visitor).await
}

/// Whoever guessed before at the person's password does not keep them waiting now.
async fn welcome(
    identity: &Identity,
    tenant: TenantId,
    email: &str,
    client: Option<IpAddr>,
) -> Result<(), Error> {
    let slug = tenants::store::find(&*identity.db().read(tenant).await?, tenant).await?;
    let slug = slug.map(|tenant| tenant.slug);
    let same = people::store::by_email(&*identity.db().across_tenants().await?, email, None).await?;
    proven_otherwise(identity, Attempt::sign_in(email, slug.as_deref(), client)).await?;
    // Without a tenant the address may mean somebody else.
    if same.len() == 1 {
        proven_otherwise(identity, Attempt::sign_in(email, None, client)).await?;
    }
    Ok(())
}

struct UseLink {
    token: LinkToken,
    hash: String,
    occasion: Occasion,
    directories: Directories,
}

impl Work for UseLink {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let (user, now) = (self.token.user, self.occasion.at);
        check(uow.reads(), &self.token, now).await?;
        let before = people::store::find(uow.reads(), uow.tenant(), user).await?;
        let before = before.filter(|person| person.status == Status::Active);
        let before = before.ok_or(Error::PasswordLink)?;
        let set = Set {
            hash: &self.hash,
            spared: None,
            occasion: &self.occasion,
            directories: &self.directories,
        };
        set.run(uow, &before).await
    }
}
