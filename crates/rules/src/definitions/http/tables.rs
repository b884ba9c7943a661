//! Tables over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use countersign_web::{Answer, Ctx, Problem};

use super::super::view::{DefinitionPage, DefinitionView, VersionPage};
use super::super::{Kind, Rules};
use crate::proposals::view::ProposalView;
use crate::yaml::Yaml;

/// The tables that are published, by name. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/tables",
    tag = "tables",
    responses((status = 200, description = "The tables.", body = DefinitionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/tables")]
pub(crate) async fn list_tables(ctx: Ctx, rules: Data<Rules>) -> Result<Answer, Problem> {
    super::list(&ctx, &rules, Kind::Table).await
}

/// A table in its newest version. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/tables/{name}",
    tag = "tables",
    params(("name" = String, Path)),
    responses((status = 200, description = "The table.", body = DefinitionView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/tables/{name}")]
pub(crate) async fn get_table(ctx: Ctx, name: Path<String>, rules: Data<Rules>) -> Result<Answer, Problem> {
    super::get(&ctx, &rules, Kind::Table, &name).await
}

/// Publish a version of a table: only without errors, and only while all workflows and automations in force can ask it as they
/// do. From the second version on `If-Match` names the one in force; the same file again is no new version. Running requests are
/// decided by the new version from then on. Scope: `rules:definitions:write`.
#[utoipa::path(
    put,
    path = "/v1/tables/{name}",
    tag = "tables",
    params(("name" = String, Path)),
    request_body(content = String, content_type = "application/yaml"),
    responses(
        (status = 201, description = "The first version.", body = DefinitionView),
        (status = 200, description = "The next version.", body = DefinitionView),
        (status = 202, description = "A proposal: the settings want a second person, who publishes it.", body = ProposalView),
    ),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-publishes" = json!(["table"]))),
)]
#[put("/v1/tables/{name}")]
pub(crate) async fn put_table(
    ctx: Ctx,
    name: Path<String>,
    yaml: Yaml,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::put(&ctx, &rules, Kind::Table, name.into_inner(), yaml).await
}

/// The versions of a table, newest first. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/tables/{name}/versions",
    tag = "tables",
    params(("name" = String, Path)),
    responses((status = 200, description = "The versions.", body = VersionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/tables/{name}/versions")]
pub(crate) async fn list_table_versions(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::versions(&ctx, &rules, Kind::Table, &name).await
}
