//! `/v1/auth/…`, `/v1/sessions`, and the keys that verify our tokens.

use actix_web::http::header::{CACHE_CONTROL, USER_AGENT};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, delete, get, post};
use countersign_kernel::actor::{Caller, Via};
use countersign_kernel::id::{SessionId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{
    Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Noun, Page, Problem, client_address, trace,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{self, Proof, SignOut, SignOutEverywhere, Tokens};
use super::sign_in::{Credentials, sign_in};
use super::{Session, Visitor, store, token};
use crate::error::Error;
use crate::identity::Identity;
use crate::occasion::Occasion;
use crate::people;
use crate::people::service::admin_only;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(login)
        .service(refresh)
        .service(logout)
        .service(list_sessions)
        .service(delete_session)
        .service(list_user_sessions)
        .service(delete_user_sessions)
        .service(get_jwks);
}

/// What a list of sessions can be asked for.
pub struct Sessions;

impl Listed for Sessions {
    const NOUN: Noun = Noun {
        object: "session",
        plural: "sessions",
        fields: &[
            F::id("session"),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required().column("refreshed_at"),
            F::instant("expires_at").required(),
        ],
        expandable: &[("user", "user")],
        default_sort: "-created_at",
    };
}

/// A sign-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionView {
    pub id: SessionId,
    #[schema(example = "session")]
    pub object: &'static str,
    pub user: UserId,
    /// What the browser or program called itself.
    pub user_agent: Option<String>,
    /// Whether this request came with it.
    pub current: bool,
    /// When it ends unless it is refreshed.
    pub expires_at: Instant,
    pub created_at: Instant,
    /// When it was refreshed last.
    pub updated_at: Instant,
    pub version: i64,
}

impl SessionView {
    fn of(session: Session, current: Via) -> Self {
        Self {
            id: session.id,
            object: "session",
            user: session.user,
            user_agent: session.agent,
            current: current == Via::Session(session.id),
            expires_at: session.expires_at,
            created_at: session.created_at,
            updated_at: session.refreshed_at,
            version: 1,
        }
    }
}

/// A sign-in by password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"email": "ann@acme.example", "password": "countersign-demo"}))]
pub struct Login {
    email: String,
    password: String,
    /// The tenant's slug, if the address belongs to several.
    tenant: Option<String>,
}

/// A refresh token, to be exchanged or ended.
#[derive(Deserialize, ToSchema)]
pub struct RefreshBody {
    refresh_token: String,
}

/// What a sign-in or refresh gives.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    /// For `Authorization: Bearer`; lives ten minutes.
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// Used once, by `POST /v1/auth/refresh`; a used one gives the same heir for ten seconds, later it ends the
    /// session.
    pub refresh_token: String,
}

impl From<Tokens> for TokensView {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: token::LIFETIME.num_seconds(),
            refresh_token: tokens.refresh_token,
        }
    }
}

/// Sign in
///
/// Gives an access token for ten minutes and a refresh token. Wrong passwords and unknown addresses are answered
/// alike. After a few failures for one account or from one network address the next try waits, longer each time up to 15
/// minutes: 429 `too_many_failed_sign_ins` with `Retry-After`, and nothing is checked before. Sign-ins that succeed are not counted.
#[utoipa::path(post, path = "/v1/auth/login", tag = "sign-in", request_body = Login, security(()), responses((status = 200, description = "Signed in", body = TokensView)))]
#[post("/v1/auth/login")]
async fn login(
    request: HttpRequest,
    identity: Data<Identity>,
    Body(login): Body<Login>,
) -> Result<Answer, Problem> {
    let credentials = Credentials {
        email: login.email,
        password: login.password,
        tenant: login.tenant,
        visitor: visitor(&request),
    };
    let tokens = sign_in(&identity, credentials).await?;
    Ok(Answer::json(&TokensView::from(tokens)))
}

pub(crate) fn visitor(request: &HttpRequest) -> Visitor {
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    Visitor {
        agent: agent.map(|agent| agent.chars().take(200).collect()),
        client: client_address(request),
        trace: trace(request),
    }
}

/// Refresh a session
///
/// Exchanges a refresh token for a new access token and the next refresh token.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "sign-in", request_body = RefreshBody, security(()), responses((status = 200, description = "Refreshed", body = TokensView)))]
#[post("/v1/auth/refresh")]
async fn refresh(
    request: HttpRequest,
    identity: Data<Identity>,
    Body(body): Body<RefreshBody>,
) -> Result<Answer, Problem> {
    let tokens = service::refresh(&identity, &body.refresh_token, trace(&request)).await?;
    Ok(Answer::json(&TokensView::from(tokens)))
}

/// Sign out
///
/// Ends the session of this refresh token; its access tokens count no longer. Answers alike if there was none.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "sign-in", request_body = RefreshBody, security(()), responses((status = 204, description = "Signed out")))]
#[post("/v1/auth/logout")]
async fn logout(
    request: HttpRequest,
    identity: Data<Identity>,
    Body(body): Body<RefreshBody>,
) -> Result<Answer, Problem> {
    service::sign_out(&identity, &body.refresh_token, trace(&request)).await?;
    Ok(Answer::no_content())
}

/// List my sessions
///
/// Where the caller is signed in. Needs `identity:sessions:read`.
#[utoipa::path(get, path = "/v1/sessions", tag = "sign-in", params(Listing<Sessions>), security(("bearer" = ["identity:sessions:read"])), responses((status = 200, description = "A page of sessions", body = Page<SessionView>)))]
#[get("/v1/sessions")]
async fn list_sessions(ask: Listing<Sessions>) -> Result<Answer, Problem> {
    let now = ask.world.clock.now();
    let rows = store::page(&*ask.read().await?, ask.tenant(), ask.caller.user, now, &ask.list).await?;
    let via = ask.caller.via;
    ask.page(rows.map(|session| SessionView::of(session, via))).await
}

/// List somebody's sessions
///
/// Where a person is signed in: for admins, and for the person. Needs `identity:sessions:read`.
#[utoipa::path(get, path = "/v1/users/{user}/sessions", tag = "users", params(("user" = UserId, Path), Listing<Sessions>), security(("bearer" = ["identity:sessions:read"])), responses((status = 200, description = "A page of sessions", body = Page<SessionView>)))]
#[get("/v1/users/{user}/sessions")]
async fn list_user_sessions(ask: Listing<Sessions>, path: Path<String>) -> Result<Answer, Problem> {
    let user = countersign_web::id::<UserId>(&path)?;
    own_or_admin(&ask.caller, user)?;
    let (reader, now) = (ask.read().await?, ask.world.clock.now());
    people::store::find(&reader, ask.tenant(), user)
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    let rows = store::page(&reader, ask.tenant(), user, now, &ask.list).await?;
    drop(reader);
    let via = ask.caller.via;
    ask.page(rows.map(|session| SessionView::of(session, via))).await
}

/// Sign somebody out everywhere
///
/// Ends all sessions of a person, on their next request: for admins, and for the person. API keys go on. Needs
/// `identity:sessions:write`.
#[utoipa::path(delete, path = "/v1/users/{user}/sessions", tag = "users", params(("user" = UserId, Path)), security(("bearer" = ["identity:sessions:write"])), responses((status = 204, description = "Signed out")))]
#[delete("/v1/users/{user}/sessions")]
async fn delete_user_sessions(
    ctx: Ctx,
    identity: Data<Identity>,
    path: Path<String>,
) -> Result<Answer, Problem> {
    let user = countersign_web::id::<UserId>(&path)?;
    own_or_admin(&ctx.caller, user)?;
    let work = SignOutEverywhere {
        user,
        occasion: by_machine(&ctx),
        memory: identity.directories().memory().clone(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}

fn own_or_admin(caller: &Caller, user: UserId) -> Result<(), Error> {
    if caller.user == user {
        Ok(())
    } else {
        admin_only(caller)
    }
}

/// Sessions live by the machine's clock, also in a sandbox.
fn by_machine(ctx: &Ctx) -> Occasion {
    Occasion {
        at: ctx.world.clock.now(),
        ..Occasion::of(ctx)
    }
}

/// End a session
///
/// Signs it out; its access tokens count no longer. One's own; an admin ends anybody's. Needs `identity:sessions:write`.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "sign-in", params(("id" = SessionId, Path)), security(("bearer" = ["identity:sessions:write"])), responses((status = 204, description = "Ended")))]
#[delete("/v1/sessions/{id}")]
async fn delete_session(ctx: Ctx, identity: Data<Identity>, id: Id<SessionId>) -> Result<Answer, Problem> {
    let proof = if ctx.caller.is_admin() {
        Proof::Admin
    } else {
        Proof::Owner(ctx.caller.user)
    };
    let work = SignOut {
        session: *id,
        proof,
        occasion: by_machine(&ctx),
        memory: identity.directories().memory().clone(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}

/// List the keys that verify access tokens
///
/// A JSON Web Key Set; a new key stands here an hour before it signs.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "sign-in", security(()),
    responses((status = 200, description = "The keys", body = Object, example = json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "01m8m15dbee4svsax7mvryq4za", "x": "-zX9VfkJ5xqmqlUD57CDs1HRVy3hCAiOreY27zXXOTU"}
    ]})))
)]
#[get("/.well-known/jwks.json")]
async fn get_jwks(identity: Data<Identity>) -> Result<Answer, Problem> {
    let set = identity.keys().jwks(identity.clock().now());
    let value = serde_json::to_value(set).map_err(|_| Error::Broken("the keys cannot be shown"))?;
    Ok(Answer::json(&value).header(CACHE_CONTROL, "public, max-age=300"))
}
