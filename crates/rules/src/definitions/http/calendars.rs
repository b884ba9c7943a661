//! Calendars over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{get, put};
use countersign_web::{Answer, Ctx, Problem};

use super::super::view::{DefinitionPage, DefinitionView, VersionPage};
use super::super::{Kind, Rules};
use crate::proposals::view::ProposalView;
use crate::yaml::Yaml;

/// The calendars that are published, by name. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/calendars",
    tag = "calendars",
    responses((status = 200, description = "The calendars.", body = DefinitionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/calendars")]
pub(crate) async fn list_calendars(ctx: Ctx, rules: Data<Rules>) -> Result<Answer, Problem> {
    super::list(&ctx, &rules, Kind::Calendar).await
}

/// A calendar in its newest version. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/calendars/{name}",
    tag = "calendars",
    params(("name" = String, Path)),
    responses((status = 200, description = "The calendar.", body = DefinitionView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/calendars/{name}")]
pub(crate) async fn get_calendar(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::get(&ctx, &rules, Kind::Calendar, &name).await
}

/// Publish a version of a calendar: only without errors. From the second version on `If-Match` names the one in force; the same
/// file again is no new version. Scope: `rules:definitions:write`.
#[utoipa::path(
    put,
    path = "/v1/calendars/{name}",
    tag = "calendars",
    params(("name" = String, Path)),
    request_body(content = String, content_type = "application/yaml"),
    responses(
        (status = 201, description = "The first version.", body = DefinitionView),
        (status = 200, description = "The next version.", body = DefinitionView),
        (status = 202, description = "A proposal: the settings want a second person, who publishes it.", body = ProposalView),
    ),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-publishes" = json!(["calendar"]))),
)]
#[put("/v1/calendars/{name}")]
pub(crate) async fn put_calendar(
    ctx: Ctx,
    name: Path<String>,
    yaml: Yaml,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::put(&ctx, &rules, Kind::Calendar, name.into_inner(), yaml).await
}

/// The versions of a calendar, newest first. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/calendars/{name}/versions",
    tag = "calendars",
    params(("name" = String, Path)),
    responses((status = 200, description = "The versions.", body = VersionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/calendars/{name}/versions")]
pub(crate) async fn list_calendar_versions(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::versions(&ctx, &rules, Kind::Calendar, &name).await
}
