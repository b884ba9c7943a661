//! The use cases of sessions: start, refresh, sign out.

use std::sync::Arc;

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{SessionId, TenantId, TypedId, UserId};
use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::Expected;
use serde_json::{Map, Value, json};

use super::refresh::{IDLE, RefreshToken, Verdict, judge};
use super::{Ended, Session, Visitor, store};
use crate::error::Error;
use crate::identity::Identity;
use crate::memory::{Memory, bump};
use crate::occasion::{Change, Occasion};
use crate::people;
use crate::people::service::{ORGANISATION, load, note};
use crate::secret::Secret;
use crate::tenants::Epoch;

/// What a sign-in or a refresh gives.
#[derive(Debug)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: String,
}

/// Begins a session of somebody whose word was proven.
pub async fn start(
    identity: &Identity,
    tenant: TenantId,
    user: UserId,
    visitor: Visitor,
) -> Result<Tokens, Error> {
    let now = identity.clock().now();
    let session = Session {
        id: SessionId::mint(identity.entropy(), now),
        user,
        agent: visitor.agent,
        created_at: now,
        refreshed_at: now,
        expires_at: now.plus(IDLE),
        ended_at: None,
    };
    let (id, secret) = (session.id, Secret::mint(identity.entropy()));
    let occasion =
        Occasion::by(Actor::User(user), identity.clock(), identity.entropy()).traced(visitor.trace);
    identity
        .db()
        .write(
            tenant,
            Start {
                session,
                secret: secret.clone(),
                occasion,
                memory: identity.memory().clone(),
            },
        )
        .await?;
    tokens(identity, tenant, user, id, secret)
}

fn tokens(
    identity: &Identity,
    tenant: TenantId,
    user: UserId,
    session: SessionId,
    secret: Secret,
) -> Result<Tokens, Error> {
    let access_token = identity.access_token(tenant, user, session)?;
    Ok(Tokens {
        access_token,
        refresh_token: RefreshToken {
            tenant,
            session,
            secret,
        }
        .to_string(),
    })
}

/// Begins a session.
struct Start {
    session: Session,
    secret: Secret,
    occasion: Occasion,
    memory: Arc<Memory>,
}

impl Work for Start {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let (user, now) = (self.session.user, self.session.created_at);
        // The person may have been disabled since the password was checked.
        if !people::store::held_active(uow, user).await? {
            return Err(Error::SignIn);
        }
        let others = uow.quotas().sessions_per_person.saturating_sub(1);
        for session in store::beyond(uow, user, now, others).await? {
            end(uow, &session, Ended::OverQuota, &self.occasion, &self.memory).await?;
        }
        store::insert(uow, &self.session).await?;
        store::insert_token(uow, self.session.id, &self.secret, now).await?;
        let change = Change::made(thing(user, None));
        uow.append(
            self.occasion
                .entry(0, &super::STARTED, self.session.id.0, 1, change),
        );
        Ok(())
    }
}

/// Exchanges a refresh token for its heir and a new access token.
pub async fn refresh(
    identity: &Identity,
    refresh_token: &str,
    trace: Option<String>,
) -> Result<Tokens, Error> {
    let token: RefreshToken = refresh_token.parse().map_err(|_| Error::SessionEnded)?;
    let (tenant, session) = (token.tenant, token.session);
    let work = Refresh {
        token,
        salt: Secret::mint(identity.entropy()),
        occasion: Occasion::by(Actor::System, identity.clock(), identity.entropy()).traced(trace),
        memory: identity.memory().clone(),
    };
    match identity.db().write(tenant, work).await? {
        Refreshed::Heir { user, secret } => tokens(identity, tenant, user, session, secret),
        Refreshed::Theft => {
            tracing::warn!(%tenant, %session, "a used refresh token came again: the session was ended");
            Err(Error::SessionEnded)
        }
    }
}

struct Refresh {
    token: RefreshToken,
    /// Leads to the heir, if this use is the first.
    salt: Secret,
    occasion: Occasion,
    memory: Arc<Memory>,
}

enum Refreshed {
    Heir {
        user: UserId,
        secret: Secret,
    },
    /// The family was ended; that is to be kept, so it is no error here.
    Theft,
}

impl Work for Refresh {
    type Out = Refreshed;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Refreshed, Error> {
        let (tenant, now, secret) = (uow.tenant(), self.occasion.at, &self.token.secret);
        let session = self.hold(uow).await?;
        // A token that this family never had is a guess: it ends nothing.
        let used = store::token(uow.reads(), tenant, session.id, secret)
            .await?
            .ok_or(Error::SessionEnded)?;
        match judge(secret, used.as_ref(), now) {
            Verdict::SameHeir(heir) => Ok(Refreshed::Heir {
                user: session.user,
                secret: heir,
            }),
            Verdict::Rotate => {
                let heir = secret.heir(&self.salt);
                let session = Session {
                    refreshed_at: now,
                    expires_at: now.plus(IDLE),
                    ..session
                };
                store::use_token(uow, &session, secret, &self.salt).await?;
                store::insert_token(uow, session.id, &heir, now).await?;
                Ok(Refreshed::Heir {
                    user: session.user,
                    secret: heir,
                })
            }
            Verdict::Theft => {
                end(uow, &session, Ended::Theft, &self.occasion, &self.memory).await?;
                Ok(Refreshed::Theft)
            }
        }
    }
}

impl Refresh {
    /// The session, held after its person, if both live.
    async fn hold(&self, uow: &Uow) -> Result<Session, Error> {
        let (tenant, id) = (uow.tenant(), self.token.session);
        let known = store::find(uow.reads(), tenant, id, false).await?;
        let user = known.ok_or(Error::SessionEnded)?.user;
        if !people::store::held_active(uow, user).await? {
            return Err(Error::SessionEnded);
        }
        store::find(uow.reads(), tenant, id, true)
            .await?
            .filter(|session| session.lives(self.occasion.at))
            .ok_or(Error::SessionEnded)
    }
}

/// Signs out whoever holds this refresh token. A token of no session signs nobody out, and is not told apart.
pub async fn sign_out(identity: &Identity, refresh_token: &str, trace: Option<String>) -> Result<(), Error> {
    let Ok(token) = refresh_token.parse::<RefreshToken>() else {
        return Ok(());
    };
    let tenant = token.tenant;
    let work = SignOut {
        session: token.session,
        proof: Proof::Token(token.secret),
        occasion: Occasion::by(Actor::System, identity.clock(), identity.entropy()).traced(trace),
        memory: identity.memory().clone(),
    };
    match identity.db().write(tenant, work).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Why a session may be ended by who asks.
pub enum Proof {
    /// A refresh token of the family.
    Token(Secret),
    /// It is this person's own.
    Owner(UserId),
    /// An admin ends anybody's.
    Admin,
}

/// Ends a session; its tokens count no longer with the next request.
pub struct SignOut {
    pub session: SessionId,
    pub proof: Proof,
    pub occasion: Occasion,
    pub memory: Arc<Memory>,
}

impl Work for SignOut {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let absent = || Error::NotFound {
            kind: "session",
            id: self.session.to_string(),
        };
        let session = store::find(uow.reads(), uow.tenant(), self.session, true)
            .await?
            .ok_or_else(absent)?;
        let may = match &self.proof {
            Proof::Admin => true,
            Proof::Owner(user) => session.user == *user,
            Proof::Token(secret) => store::token(uow.reads(), uow.tenant(), session.id, secret)
                .await?
                .is_some(),
        };
        if !may || !session.lives(self.occasion.at) {
            return Err(absent());
        }
        let why = match &self.proof {
            Proof::Admin if self.occasion.actor != Actor::User(session.user) => Ended::ByAdmin,
            _ => Ended::SignedOut,
        };
        end(uow, &session, why, &self.occasion, &self.memory).await
    }
}

/// Ends all sessions of a person.
pub struct SignOutEverywhere {
    pub user: UserId,
    pub occasion: Occasion,
    pub memory: Arc<Memory>,
}

impl Work for SignOutEverywhere {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![ORGANISATION.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let user = load(uow, self.user, &Expected::NotGiven).await?;
        store::end_all(uow, self.user, None, self.occasion.at).await?;
        bump(uow, &self.memory, &[Epoch::Rights], self.occasion.at).await?;
        note(uow, &user, &self.occasion, &people::SIGNED_OUT).await
    }
}

async fn end(
    uow: &mut Uow,
    session: &Session,
    why: Ended,
    occasion: &Occasion,
    memory: &Arc<Memory>,
) -> Result<(), Error> {
    if !store::end(uow, session.id, occasion.at).await? {
        return Ok(());
    }
    bump(uow, memory, &[Epoch::Rights], occasion.at).await?;
    let actor = match why {
        Ended::SignedOut => Actor::User(session.user),
        Ended::ByAdmin => occasion.actor.clone(),
        Ended::Theft | Ended::OverQuota => Actor::System,
    };
    let occasion = Occasion {
        actor,
        ..occasion.clone()
    };
    uow.append(occasion.entry_of_many(
        &super::ENDED,
        session.id.0,
        2,
        Change::made(thing(session.user, Some(why))),
    ));
    Ok(())
}

fn thing(user: UserId, why: Option<Ended>) -> Map<String, Value> {
    let value = json!({ "user": user, "why": why.map(Ended::word) });
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}
