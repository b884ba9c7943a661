//! `/v1/users`.

use actix_web::web::Data;
use actix_web::{get, patch, post};
use countersign_kernel::id::{DepartmentId, TypedId, UserId};
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use countersign_web::{
    Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Nothing, Noun, OptionalBody, Page, Patch,
    Problem, SearchBody,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::leaving::{Leaving, LeftTasks};
use super::patch::{NewUser, UserPatch};
use super::service::{Create, SetStatus, Update, person_only};
use super::{Status, User, store};
use crate::error::{Error, Fault};
use crate::identity::Identity;
use crate::occasion::Occasion;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(super::me::get_me)
        .service(list_users)
        .service(search_users)
        .service(create_user)
        .service(get_user)
        .service(update_user)
        .service(disable_user)
        .service(enable_user);
}

/// What a list of people can be asked for.
pub struct Users;

impl Listed for Users {
    const NOUN: Noun = Noun {
        object: "user",
        plural: "users",
        fields: &[
            F::id("user"),
            F::written("name").required().sortable().searched(),
            F::written("email").required().searched(),
            F::choice("status", Status::WORDS),
            F::person("manager", "manager_id"),
            F::record("department", "department", "department_id"),
            F::written("title").searched(),
            F::written("grade"),
            F::text("country"),
            F::written("cost_center"),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[("manager", "user"), ("department", "department")],
        default_sort: "-created_at",
    };
}

closed_words!(
    /// Who is disabled cannot sign in and is asked for nothing.
    pub UserStatus: "active", "disabled"
);

/// A person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserView {
    pub id: UserId,
    #[schema(example = "user")]
    pub object: &'static str,
    pub name: String,
    pub email: String,
    #[schema(value_type = UserStatus, example = "active")]
    pub status: &'static str,
    /// Whom the person reports to.
    pub manager: Option<UserId>,
    pub department: Option<DepartmentId>,
    pub title: Option<String>,
    pub grade: Option<String>,
    /// ISO 3166.
    pub country: Option<String>,
    pub cost_center: Option<String>,
    /// What the person may sign for.
    pub limit: Option<Money>,
    /// The person's language; null: the tenant's.
    pub locale: Option<&'static str>,
    /// Names of roles.
    pub roles: Vec<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

impl UserView {
    pub fn of(user: &User, currency: Currency) -> Self {
        let profile = user.profile.clone();
        Self {
            id: user.id,
            object: "user",
            name: profile.name,
            email: profile.email,
            status: user.status.word(),
            manager: profile.manager,
            department: profile.department,
            title: profile.title,
            grade: profile.grade,
            country: profile.country,
            cost_center: profile.cost_center,
            limit: profile.limit_minor.map(|minor| Money::new(minor, currency)),
            locale: profile.locale.map(countersign_kernel::text::Locale::tag),
            roles: user.roles.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            version: user.version,
        }
    }
}

/// A person who was disabled, and what becomes of what waited for them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisabledView {
    #[serde(flatten)]
    pub user: UserView,
    pub tasks: LeftTasks,
}

/// List people
///
/// Everyone of the tenant. Needs `identity:users:read`.
#[utoipa::path(get, path = "/v1/users", tag = "users", params(Listing<Users>), security(("bearer" = ["identity:users:read"])), responses((status = 200, description = "A page of people", body = Page<UserView>)))]
#[get("/v1/users")]
async fn list_users(ask: Listing<Users>) -> Result<Answer, Problem> {
    page(ask).await
}

/// Search people
///
/// The list, with its filter in the body. Needs `identity:users:read`.
#[utoipa::path(post, path = "/v1/users/search", tag = "users", request_body = SearchBody, security(("bearer" = ["identity:users:read"])), responses((status = 200, description = "A page of people", body = Page<UserView>)))]
#[post("/v1/users/search")]
async fn search_users(ask: Listing<Users>) -> Result<Answer, Problem> {
    page(ask).await
}

async fn page(ask: Listing<Users>) -> Result<Answer, Problem> {
    let currency = ask.world.auth.currency(ask.tenant()).await?;
    let rows = store::page(&*ask.read().await?, ask.tenant(), &ask.list).await?;
    ask.page(rows.map(|user| UserView::of(&user, currency))).await
}

/// Get a person
///
/// Needs `identity:users:read`.
#[utoipa::path(get, path = "/v1/users/{id}", tag = "users", params(("id" = UserId, Path)), security(("bearer" = ["identity:users:read"])), responses((status = 200, description = "The person", body = UserView)))]
#[get("/v1/users/{id}")]
async fn get_user(ctx: Ctx, id: Id<UserId>) -> Result<Answer, Problem> {
    let currency = ctx.world.auth.currency(ctx.tenant()).await?;
    let user = store::find(&*ctx.read().await?, ctx.tenant(), *id)
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    ctx.show(&Users::NOUN, &UserView::of(&user, currency), user.version)
        .await
}

/// Add a person
///
/// For admins. An API key gives neither roles nor a password: only a signed-in person does. Without a password, make a link
/// with which the person sets one. Needs `identity:users:write`.
#[utoipa::path(post, path = "/v1/users", tag = "users", request_body = NewUser, security(("bearer" = ["identity:users:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 201, description = "The person", body = UserView)))]
#[post("/v1/users")]
async fn create_user(
    ctx: Ctx,
    identity: Data<Identity>,
    Body(new): Body<NewUser>,
) -> Result<Answer, Problem> {
    let currency = ctx.world.auth.currency(ctx.tenant()).await?;
    let (profile, roles) = new.read(currency, password_fault(&ctx, &identity, &new).await?)?;
    if !roles.is_empty() || new.password.is_some() {
        person_only(&ctx.caller)?;
    }
    if new.password.is_some() {
        identity.slow_fingerprint(&ctx).await?;
    }
    let password = match &new.password {
        Some(password) if !ctx.validate_only() => Some(identity.hash_password(password).await?),
        _ => None,
    };
    let id = UserId::mint(ctx.world.entropy.as_ref(), ctx.now());
    let work = Create {
        id,
        profile,
        roles,
        password,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    let show = move |user: &User| {
        Answer::object(&UserView::of(user, currency), user.version).created(&format!("/v1/users/{}", user.id))
    };
    ctx.write(work, show).await
}

async fn password_fault(ctx: &Ctx, identity: &Identity, new: &NewUser) -> Result<Option<Fault>, Error> {
    let Some(password) = &new.password else {
        return Ok(None);
    };
    let about = [new.name.as_str(), new.email.as_str()];
    let fault = identity.password_fault_in(ctx.tenant(), password, &about).await?;
    Ok(fault.map(|(code, detail)| Fault::new("/password", code, detail)))
}

/// Change a person
///
/// For admins. An API key does not change roles: only a signed-in person does. Needs `identity:users:write` and `If-Match`.
#[utoipa::path(patch, path = "/v1/users/{id}", tag = "users", params(("id" = UserId, Path)), request_body(content = UserPatch, content_type = "application/merge-patch+json"), security(("bearer" = ["identity:users:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The person", body = UserView)))]
#[patch("/v1/users/{id}")]
async fn update_user(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<UserId>,
    Patch(patch): Patch<UserPatch>,
) -> Result<Answer, Problem> {
    let currency = ctx.world.auth.currency(ctx.tenant()).await?;
    let work = Update {
        id: *id,
        patch,
        expected: ctx.expected_or_428()?,
        currency,
        may_give_roles: person_only(&ctx.caller).is_ok(),
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    ctx.write(work, move |user| {
        Answer::object(&UserView::of(user, currency), user.version)
    })
    .await
}

/// Disable a person
///
/// No sign-in, no tasks, and on their next request no access. Their sessions and API keys are ended for good, also if they are
/// enabled again. `tasks` counts what becomes of what waits for them, as it is judged now: it goes on at once, each task by itself.
/// For admins. Needs `identity:users:write`.
#[utoipa::path(post, path = "/v1/users/{id}/disable", tag = "users", params(("id" = UserId, Path)), request_body = Option<Nothing>, security(("bearer" = ["identity:users:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The person, and what becomes of their tasks", body = DisabledView)))]
#[post("/v1/users/{id}/disable")]
async fn disable_user(
    ctx: Ctx,
    identity: Data<Identity>,
    leaving: Data<dyn Leaving>,
    id: Id<UserId>,
    _: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let (work, currency) = set_status(&ctx, &identity, *id, Status::Disabled).await?;
    let tasks = leaving.foreseen(ctx.tenant(), *id).await?;
    ctx.write(work, move |user| {
        let user = UserView::of(user, currency);
        let version = user.version;
        Answer::object(&DisabledView { user, tasks }, version)
    })
    .await
}

/// Enable a person again
///
/// For admins. Needs `identity:users:write`.
#[utoipa::path(post, path = "/v1/users/{id}/enable", tag = "users", params(("id" = UserId, Path)), request_body = Option<Nothing>, security(("bearer" = ["identity:users:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The person", body = UserView)))]
#[post("/v1/users/{id}/enable")]
async fn enable_user(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<UserId>,
    _: OptionalBody<Nothing>,
) -> Result<Answer, Problem> {
    let (work, currency) = set_status(&ctx, &identity, *id, Status::Active).await?;
    ctx.write(work, move |user| {
        Answer::object(&UserView::of(user, currency), user.version)
    })
    .await
}

async fn set_status(
    ctx: &Ctx,
    identity: &Identity,
    id: UserId,
    status: Status,
) -> Result<(SetStatus, Currency), Problem> {
    let currency = ctx.world.auth.currency(ctx.tenant()).await?;
    let work = SetStatus {
        id,
        status,
        expected: ctx.expected()?,
        occasion: Occasion::of(ctx),
        directories: identity.directories().clone(),
    };
    Ok((work, currency))
}
