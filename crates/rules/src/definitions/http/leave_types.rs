//! Leave types over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use countersign_web::{Answer, Ctx, Problem};

use super::super::view::{DefinitionPage, DefinitionView, VersionPage};
use super::super::{Kind, Rules};
use crate::proposals::view::ProposalView;
use crate::yaml::Yaml;

/// The files of leave types that are published, by name. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/leave-types",
    tag = "leave",
    responses((status = 200, description = "The files.", body = DefinitionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/leave-types")]
pub(crate) async fn list_leave_types(ctx: Ctx, rules: Data<Rules>) -> Result<Answer, Problem> {
    super::list(&ctx, &rules, Kind::LeaveTypes).await
}

/// Leave types in their newest version. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/leave-types/{name}",
    tag = "leave",
    params(("name" = String, Path)),
    responses((status = 200, description = "The file.", body = DefinitionView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/leave-types/{name}")]
pub(crate) async fn get_leave_types(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::get(&ctx, &rules, Kind::LeaveTypes, &name).await
}

/// Publish a version of leave types: only without errors, and when its stories come true. From the second version on `If-Match` names the one in force; the same
/// file again is no new version. Scope: `rules:definitions:write`.
#[utoipa::path(
    put,
    path = "/v1/leave-types/{name}",
    tag = "leave",
    params(("name" = String, Path)),
    request_body(content = String, content_type = "application/yaml"),
    responses(
        (status = 201, description = "The first version.", body = DefinitionView),
        (status = 200, description = "The next version.", body = DefinitionView),
        (status = 202, description = "A proposal: the settings want a second person, who publishes it.", body = ProposalView),
    ),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-publishes" = json!(["leave_types"]))),
)]
#[put("/v1/leave-types/{name}")]
pub(crate) async fn put_leave_types(
    ctx: Ctx,
    name: Path<String>,
    yaml: Yaml,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::put(&ctx, &rules, Kind::LeaveTypes, name.into_inner(), yaml).await
}

/// The versions of leave types, newest first. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/leave-types/{name}/versions",
    tag = "leave",
    params(("name" = String, Path)),
    responses((status = 200, description = "The versions.", body = VersionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/leave-types/{name}/versions")]
pub(crate) async fn list_leave_types_versions(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::versions(&ctx, &rules, Kind::LeaveTypes, &name).await
}
