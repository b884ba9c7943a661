//! `/v1/me/password`, `/v1/users/{id}/password-link`, `/v1/auth/password`, and the page that sends it.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};
use countersign_kernel::actor::Via;
use countersign_kernel::id::{TenantId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Body, Ctx, Fault, Id, Nothing, OptionalBody, Problem, client_address};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{ChangeOwn, MakeLink, shown, use_link};
use crate::error::Error;
use crate::identity::Identity;
use crate::occasion::Occasion;
use crate::people::{self, User};
use crate::sessions::http::{TokensView, visitor};
use crate::sessions::sign_in::password_fits;
use crate::sessions::throttle::{Attempt, service::judging};
use crate::set_up::http::POLICY;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(change_my_password)
        .service(create_password_link)
        .service(set_password)
        .service(get_set_password_page);
}

const PAGE: &str = include_str!("page.html");

/// The caller's password, and the next.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"current_password": "correct horse battery", "new_password": "another horse battery"}))]
pub struct ChangePassword {
    current_password: String,
    /// At least 12 characters; nothing common, and not the person's name, address or company.
    new_password: String,
}

/// A link with which a person sets a password.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PasswordLinkView {
    #[schema(example = "password_link")]
    pub object: &'static str,
    pub user: UserId,
    /// Works once; shown this once. What stands behind the `#` is the token.
    #[schema(example = "https://office.example.com/set-password#csp_…")]
    pub link: Option<String>,
    pub expires_at: Instant,
}

/// A password, set with a link.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"token": "csp_…", "password": "correct horse battery"}))]
pub struct SetPassword {
    /// What stands behind the `#` of the link.
    token: String,
    /// At least 12 characters; nothing common, and not the person's name, address or company.
    password: String,
}

/// Refuses what may not be this person's password.
async fn refuse_plain(
    identity: &Identity,
    (tenant, user): (TenantId, &User),
    pointer: &str,
    password: &str,
) -> Result<(), Problem> {
    let about = [user.profile.name.as_str(), user.profile.email.as_str()];
    match identity.password_fault_in(tenant, password, &about).await? {
        None => Ok(()),
        Some((code, detail)) => Err(Problem::invalid([Fault::at(pointer, code, detail)])),
    }
}

/// Change my password
///
/// Ends the caller's other sessions. Only a signed-in person may, with the present password, and never an API key; failures
/// make the next try wait, as at sign-in. Needs no scope.
#[utoipa::path(post, path = "/v1/me/password", tag = "users", request_body = ChangePassword, security(("bearer" = [])), extensions(("x-session" = json!(true))), responses((status = 204, description = "Changed")))]
#[post("/v1/me/password")]
async fn change_my_password(
    request: HttpRequest,
    ctx: Ctx,
    identity: Data<Identity>,
    Body(body): Body<ChangePassword>,
) -> Result<Answer, Problem> {
    let Via::Session(spared) = ctx.caller.via else {
        return Err(Error::PersonOnly.into());
    };
    let (tenant, user) = (ctx.tenant(), ctx.caller.user);
    let person = people::store::find(&*ctx.read().await?, tenant, user).await?;
    let person = person.ok_or_else(Problem::unauthenticated)?;
    refuse_plain(&identity, (tenant, &person), "/new_password", &body.new_password).await?;
    identity.slow_fingerprint(&ctx).await?;
    let attempt = Attempt::present_password(user, client_address(&request));
    let judging = judging(&identity, &attempt).await?;
    let proven = password_fits(&identity, tenant, user, &body.current_password).await?;
    let hash = if proven {
        identity.hash_password(&body.new_password).await?
    } else {
        String::new()
    };
    let work = ChangeOwn {
        user,
        proven,
        hash,
        spared,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    let answer = ctx.write(work, |()| Answer::no_content()).await;
    match &answer {
        Ok(_) if proven => judging.succeeded().await?,
        Err(_) if !proven => judging.failed().await?,
        // Given again under its key.
        _ => {}
    }
    answer
}

/// Make a link that sets a password
///
/// For admins: hand the link to the person, who sets a first or forgotten password with it. It works once, within a day, and
/// takes the place of the one before. Only a signed-in person makes one, never an API key. Needs `identity:users:write`.
#[utoipa::path(post, path = "/v1/users/{id}/password-link", tag = "users", params(("id" = UserId, Path)), request_body = Option<Nothing>, security(("bearer" = ["identity:users:write"])), extensions(("x-roles" = json!(["admin"])), ("x-session" = json!(true))), responses((status = 200, description = "The link", body = PasswordLinkView)))]
#[post("/v1/users/{id}/password-link")]
async fn create_password_link(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<UserId>,
    _: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let work = MakeLink::new(&identity, ctx.tenant(), *id, ctx.expected()?, Occasion::of(&ctx));
    let link = work.link();
    let view = PasswordLinkView {
        object: "password_link",
        user: *id,
        // A rehearsal gives no link that would not count.
        link: (!ctx.validate_only()).then_some(link.text),
        expires_at: link.expires_at,
    };
    let show = move |(): &()| Answer::json(&view).secret_fields(&["link"]);
    ctx.write(work, show).await
}

/// Set a password with a link
///
/// Ends all sessions of the person whom the link is for, and signs them in.
#[utoipa::path(post, path = "/v1/auth/password", tag = "sign-in", request_body = SetPassword, security(()), responses((status = 200, description = "Set and signed in", body = TokensView)))]
#[post("/v1/auth/password")]
async fn set_password(
    request: HttpRequest,
    identity: Data<Identity>,
    Body(body): Body<SetPassword>,
) -> Result<Answer, Problem> {
    let shown = shown(&identity, &body.token).await?;
    let holder = (shown.tenant(), &shown.holder);
    refuse_plain(&identity, holder, "/password", &body.password).await?;
    let tokens = use_link(&identity, shown, &body.password, visitor(&request)).await?;
    Ok(Answer::json(&TokensView::from(tokens)))
}

/// Get the page to set a password
///
/// A form for a link that sets a password.
#[utoipa::path(get, path = "/set-password", tag = "sign-in", security(()), responses((status = 200, description = "The page", body = String, content_type = "text/html")))]
#[get("/set-password")]
async fn get_set_password_page() -> Answer {
    Answer::bytes("text/html; charset=utf-8", PAGE)
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(REFERRER_POLICY, "no-referrer")
        .header(CACHE_CONTROL, "no-store")
}
