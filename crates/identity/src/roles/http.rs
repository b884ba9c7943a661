//! `/v1/roles`.

use actix_web::web::Data;
use actix_web::{delete, get, patch, post};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{RoleId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{
    Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Member, Noun, Page, Patch, Problem, SearchBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{Create, Delete, Update};
use super::{Role, store};
use crate::identity::Identity;
use crate::occasion::Occasion;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(list_roles)
        .service(search_roles)
        .service(create_role)
        .service(get_role)
        .service(update_role)
        .service(delete_role);
}

/// What a list of roles can be asked for.
pub struct Roles;

impl Listed for Roles {
    const NOUN: Noun = Noun {
        object: "role",
        plural: "roles",
        fields: &[
            F::id("role"),
            F::text("name").required().sortable().searched(),
            F::written("about").searched(),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[],
        default_sort: "-created_at",
    };
}

/// A role, and who holds it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleView {
    pub id: RoleId,
    #[schema(example = "role")]
    pub object: &'static str,
    /// As workflows name it.
    #[schema(example = "finance")]
    pub name: String,
    pub about: Option<String>,
    /// Active people who hold it; given and taken by `PATCH /v1/users/{id}`.
    pub holders: Vec<UserId>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

impl RoleView {
    fn of(role: &Role, directory: &Directory) -> Self {
        Self {
            id: role.id,
            object: "role",
            name: role.name.clone(),
            about: role.about.clone(),
            holders: directory.holders(&role.name).map(|person| person.id).collect(),
            created_at: role.created_at,
            updated_at: role.updated_at,
            version: role.version,
        }
    }
}

/// A new role.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "legal", "about": "Signs contracts off."}))]
pub struct NewRole {
    /// Lower-case letters, digits and hyphens; never changes.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    #[schema(max_length = 1000)]
    about: Option<String>,
}

/// A change of a role.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"about": "Signs contracts off."}))]
pub struct RolePatch {
    #[schema(max_length = 1000)]
    #[serde(default)]
    about: Member<String>,
}

/// List roles
///
/// Needs `identity:roles:read`.
#[utoipa::path(get, path = "/v1/roles", tag = "roles", params(Listing<Roles>), security(("bearer" = ["identity:roles:read"])), responses((status = 200, description = "A page of roles", body = Page<RoleView>)))]
#[get("/v1/roles")]
async fn list_roles(ask: Listing<Roles>, identity: Data<Identity>) -> Result<Answer, Problem> {
    page(ask, &identity).await
}

/// Search roles
///
/// The list, with its filter in the body. Needs `identity:roles:read`.
#[utoipa::path(post, path = "/v1/roles/search", tag = "roles", request_body = SearchBody, security(("bearer" = ["identity:roles:read"])), responses((status = 200, description = "A page of roles", body = Page<RoleView>)))]
#[post("/v1/roles/search")]
async fn search_roles(ask: Listing<Roles>, identity: Data<Identity>) -> Result<Answer, Problem> {
    page(ask, &identity).await
}

async fn page(ask: Listing<Roles>, identity: &Identity) -> Result<Answer, Problem> {
    let rows = store::page(&*ask.read().await?, ask.tenant(), &ask.list).await?;
    let directory = identity.directories().directory(ask.tenant()).await?;
    ask.page(rows.map(|role| RoleView::of(&role, &directory))).await
}

/// Get a role
///
/// Needs `identity:roles:read`.
#[utoipa::path(get, path = "/v1/roles/{id}", tag = "roles", params(("id" = RoleId, Path)), security(("bearer" = ["identity:roles:read"])), responses((status = 200, description = "The role", body = RoleView)))]
#[get("/v1/roles/{id}")]
async fn get_role(ctx: Ctx, identity: Data<Identity>, id: Id<RoleId>) -> Result<Answer, Problem> {
    let role = store::find(&*ctx.read().await?, ctx.tenant(), *id)
        .await?
        .ok_or_else(|| Problem::not_found("role"))?;
    let directory = identity.directories().directory(ctx.tenant()).await?;
    ctx.show(&Roles::NOUN, &RoleView::of(&role, &directory), role.version)
        .await
}

/// Add a role
///
/// For admins. Needs `identity:roles:write`.
#[utoipa::path(post, path = "/v1/roles", tag = "roles", request_body = NewRole, security(("bearer" = ["identity:roles:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 201, description = "The role", body = RoleView)))]
#[post("/v1/roles")]
async fn create_role(
    ctx: Ctx,
    identity: Data<Identity>,
    Body(new): Body<NewRole>,
) -> Result<Answer, Problem> {
    let work = Create {
        id: RoleId::mint(ctx.world.entropy.as_ref(), ctx.now()),
        name: new.name,
        about: new.about,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    let show = |role: &Role| {
        let view = RoleView::of(role, &Directory::default());
        Answer::object(&view, role.version).created(&format!("/v1/roles/{}", role.id))
    };
    ctx.write(work, show).await
}

/// Describe a role
///
/// For admins. Needs `identity:roles:write` and `If-Match`.
#[utoipa::path(patch, path = "/v1/roles/{id}", tag = "roles", params(("id" = RoleId, Path)), request_body(content = RolePatch, content_type = "application/merge-patch+json"), security(("bearer" = ["identity:roles:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The role", body = RoleView)))]
#[patch("/v1/roles/{id}")]
async fn update_role(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<RoleId>,
    Patch(patch): Patch<RolePatch>,
) -> Result<Answer, Problem> {
    let directory = identity.directories().directory(ctx.tenant()).await?;
    let work = Update {
        id: *id,
        about: patch.about,
        expected: ctx.expected_or_428()?,
        occasion: Occasion::of(&ctx),
    };
    ctx.write(work, move |role| {
        Answer::object(&RoleView::of(role, &directory), role.version)
    })
    .await
}

/// Remove a role
///
/// Only when nobody holds it. For admins. Needs `identity:roles:write` and `If-Match`.
#[utoipa::path(delete, path = "/v1/roles/{id}", tag = "roles", params(("id" = RoleId, Path)), security(("bearer" = ["identity:roles:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 204, description = "Removed")))]
#[delete("/v1/roles/{id}")]
async fn delete_role(ctx: Ctx, identity: Data<Identity>, id: Id<RoleId>) -> Result<Answer, Problem> {
    let work = Delete {
        id: *id,
        expected: ctx.expected_or_428()?,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}
