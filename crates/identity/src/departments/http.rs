//! `/v1/departments`.

use actix_web::web::Data;
use actix_web::{delete, get, patch, post};
use countersign_kernel::id::{DepartmentId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{
    Answer, Body, Ctx, FilterField as F, Id, Listed, Listing, Member, Noun, Page, Patch, Problem, SearchBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{Create, Delete, Update};
use super::{Department, store};
use crate::identity::Identity;
use crate::occasion::Occasion;

pub fn mount(config: &mut ServiceConfig) {
    config
        .service(list_departments)
        .service(search_departments)
        .service(create_department)
        .service(get_department)
        .service(update_department)
        .service(delete_department);
}

/// What a list of departments can be asked for.
pub struct Departments;

impl Listed for Departments {
    const NOUN: Noun = Noun {
        object: "department",
        plural: "departments",
        fields: &[
            F::id("department"),
            F::written("name").required().sortable().searched(),
            F::person("head", "head_id"),
            F::instant("created_at").required().sortable(),
            F::instant("updated_at").required(),
        ],
        expandable: &[("head", "user")],
        default_sort: "-created_at",
    };
}

/// A department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DepartmentView {
    pub id: DepartmentId,
    #[schema(example = "department")]
    pub object: &'static str,
    /// As workflows name it.
    pub name: String,
    pub head: Option<UserId>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

impl DepartmentView {
    pub fn of(department: &Department) -> Self {
        Self {
            id: department.id,
            object: "department",
            name: department.name.clone(),
            head: department.head,
            created_at: department.created_at,
            updated_at: department.updated_at,
            version: department.version,
        }
    }
}

/// A new department.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Sales"}))]
pub struct NewDepartment {
    /// Unique in the tenant.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    head: Option<UserId>,
}

/// A change of a department.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"head": null}))]
pub struct DepartmentPatch {
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    name: Member<String>,
    #[serde(default)]
    head: Member<UserId>,
}

/// List departments
///
/// Needs `identity:departments:read`.
#[utoipa::path(get, path = "/v1/departments", tag = "departments", params(Listing<Departments>), security(("bearer" = ["identity:departments:read"])), responses((status = 200, description = "A page of departments", body = Page<DepartmentView>)))]
#[get("/v1/departments")]
async fn list_departments(ask: Listing<Departments>) -> Result<Answer, Problem> {
    page(ask).await
}

/// Search departments
///
/// The list, with its filter in the body. Needs `identity:departments:read`.
#[utoipa::path(post, path = "/v1/departments/search", tag = "departments", request_body = SearchBody, security(("bearer" = ["identity:departments:read"])), responses((status = 200, description = "A page of departments", body = Page<DepartmentView>)))]
#[post("/v1/departments/search")]
async fn search_departments(ask: Listing<Departments>) -> Result<Answer, Problem> {
    page(ask).await
}

async fn page(ask: Listing<Departments>) -> Result<Answer, Problem> {
    let rows = store::page(&*ask.read().await?, ask.tenant(), &ask.list).await?;
    ask.page(rows.map(|department| DepartmentView::of(&department)))
        .await
}

/// Get a department
///
/// Needs `identity:departments:read`.
#[utoipa::path(get, path = "/v1/departments/{id}", tag = "departments", params(("id" = DepartmentId, Path)), security(("bearer" = ["identity:departments:read"])), responses((status = 200, description = "The department", body = DepartmentView)))]
#[get("/v1/departments/{id}")]
async fn get_department(ctx: Ctx, id: Id<DepartmentId>) -> Result<Answer, Problem> {
    let department = store::find(&*ctx.read().await?, ctx.tenant(), *id).await?;
    let department = department.ok_or_else(|| Problem::not_found("department"))?;
    ctx.show(
        &Departments::NOUN,
        &DepartmentView::of(&department),
        department.version,
    )
    .await
}

/// Add a department
///
/// For admins. Needs `identity:departments:write`.
#[utoipa::path(post, path = "/v1/departments", tag = "departments", request_body = NewDepartment, security(("bearer" = ["identity:departments:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 201, description = "The department", body = DepartmentView)))]
#[post("/v1/departments")]
async fn create_department(
    ctx: Ctx,
    identity: Data<Identity>,
    Body(new): Body<NewDepartment>,
) -> Result<Answer, Problem> {
    let work = Create {
        id: DepartmentId::mint(ctx.world.entropy.as_ref(), ctx.now()),
        name: new.name,
        head: new.head,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    let show = |department: &Department| {
        let path = format!("/v1/departments/{}", department.id);
        Answer::object(&DepartmentView::of(department), department.version).created(&path)
    };
    ctx.write(work, show).await
}

/// Change a department
///
/// For admins. Needs `identity:departments:write` and `If-Match`.
#[utoipa::path(patch, path = "/v1/departments/{id}", tag = "departments", params(("id" = DepartmentId, Path)), request_body(content = DepartmentPatch, content_type = "application/merge-patch+json"), security(("bearer" = ["identity:departments:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The department", body = DepartmentView)))]
#[patch("/v1/departments/{id}")]
async fn update_department(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<DepartmentId>,
    Patch(patch): Patch<DepartmentPatch>,
) -> Result<Answer, Problem> {
    let work = Update {
        id: *id,
        name: patch.name,
        head: patch.head,
        expected: ctx.expected_or_428()?,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    ctx.write(work, |department| {
        Answer::object(&DepartmentView::of(department), department.version)
    })
    .await
}

/// Remove a department
///
/// Only where nobody works any more. For admins. Needs `identity:departments:write` and `If-Match`.
#[utoipa::path(delete, path = "/v1/departments/{id}", tag = "departments", params(("id" = DepartmentId, Path)), security(("bearer" = ["identity:departments:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 204, description = "Removed")))]
#[delete("/v1/departments/{id}")]
async fn delete_department(
    ctx: Ctx,
    identity: Data<Identity>,
    id: Id<DepartmentId>,
) -> Result<Answer, Problem> {
    let work = Delete {
        id: *id,
        expected: ctx.expected_or_428()?,
        occasion: Occasion::of(&ctx),
        directories: identity.directories().clone(),
    };
    ctx.write(work, |()| Answer::no_content()).await
}
