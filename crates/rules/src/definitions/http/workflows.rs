//! Workflows over HTTP.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::web::{Data, Path};
use actix_web::{get, post, put};
use countersign_engine::Deadline;
use countersign_kernel::id::UserId;
use countersign_web::{Answer, Body, Ctx, Problem, Query as Asked};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::{IntoParams, ToSchema};

use super::super::view::{DefinitionPage, DefinitionView, VersionPage};
use super::super::{Kind, Rules};
use super::trial::{self, Tried};
use crate::diagram::{self, Format};
use crate::error::Error;
use crate::foresight::SimulationView;
use crate::proposals::view::ProposalView;
use crate::yaml::Yaml;

/// The workflows that are published, by name. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows",
    tag = "workflows",
    responses((status = 200, description = "The workflows.", body = DefinitionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows")]
pub(crate) async fn list_workflows(ctx: Ctx, rules: Data<Rules>) -> Result<Answer, Problem> {
    super::list(&ctx, &rules, Kind::Workflow).await
}

/// A workflow in its newest version. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows/{name}",
    tag = "workflows",
    params(("name" = String, Path)),
    responses((status = 200, description = "The workflow.", body = DefinitionView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows/{name}")]
pub(crate) async fn get_workflow(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::get(&ctx, &rules, Kind::Workflow, &name).await
}

/// Publish a version of a workflow: only without errors and with its own tests passed. From the second version on `If-Match`
/// names the one in force; the same file again is no new version. Scope: `rules:definitions:write`.
#[utoipa::path(
    put,
    path = "/v1/workflows/{name}",
    tag = "workflows",
    params(("name" = String, Path)),
    request_body(content = String, content_type = "application/yaml"),
    responses(
        (status = 201, description = "The first version.", body = DefinitionView),
        (status = 200, description = "The next version.", body = DefinitionView),
        (status = 202, description = "A proposal: the settings want a second person, who publishes it.", body = ProposalView),
    ),
    security(("bearer" = ["rules:definitions:write"])),
    extensions(("x-publishes" = json!(["workflow"]))),
)]
#[put("/v1/workflows/{name}")]
pub(crate) async fn put_workflow(
    ctx: Ctx,
    name: Path<String>,
    yaml: Yaml,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::put(&ctx, &rules, Kind::Workflow, name.into_inner(), yaml).await
}

/// The versions of a workflow, newest first. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows/{name}/versions",
    tag = "workflows",
    params(("name" = String, Path)),
    responses((status = 200, description = "The versions.", body = VersionPage)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows/{name}/versions")]
pub(crate) async fn list_workflow_versions(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    super::versions(&ctx, &rules, Kind::Workflow, &name).await
}

/// The format of a picture.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiagramQuery {
    /// `svg` unless told, or `mermaid`.
    format: Option<String>,
}

/// A workflow's picture. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows/{name}/diagram",
    tag = "workflows",
    params(("name" = String, Path), DiagramQuery),
    responses((status = 200, description = "The picture.", content((String = "image/svg+xml"), (String = "text/vnd.mermaid")))),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows/{name}/diagram")]
pub(crate) async fn get_workflow_diagram(
    ctx: Ctx,
    name: Path<String>,
    Asked(asked): Asked<DiagramQuery>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let format = Format::read(asked.format.as_deref())?;
    let (_, one) = super::find(&ctx, &rules, Kind::Workflow, &name).await?;
    let locale = ctx.locale;
    let draw = move |_: &Deadline<'_>| {
        let drawn = |workflow| diagram::draw(workflow, None, format, locale);
        Ok(one.workflow().map(drawn))
    };
    let picture = rules.definitions.pool().run(ctx.tenant(), draw).await?;
    let picture = picture.ok_or_else(|| Problem::internal("a workflow that is none"))?;
    Ok(diagram::answer(format, picture))
}

/// What a workflow says in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    name: String,
    version: i64,
    /// The file with every default filled in.
    text: String,
    /// The same as sentences, one a line.
    prose: String,
}

/// A workflow in full: the file with every default filled in, and the same as sentences. Scope: `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows/{name}/explain",
    tag = "workflows",
    params(("name" = String, Path)),
    responses((status = 200, description = "The workflow in full.", body = Explanation)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows/{name}/explain")]
pub(crate) async fn explain_workflow(
    ctx: Ctx,
    name: Path<String>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let (_, one) = super::find(&ctx, &rules, Kind::Workflow, &name).await?;
    let locale = ctx.locale;
    let explain = move |_: &Deadline<'_>| {
        Ok(Explanation {
            name: one.name.clone(),
            version: one.version,
            text: countersign_engine::explain(&one.document),
            prose: countersign_engine::prose(&one.document, locale),
        })
    };
    let explanation = rules.definitions.pool().run(ctx.tenant(), explain).await?;
    Ok(Answer::object(&explanation, explanation.version).in_language(locale))
}

/// A submission that is not made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"form": {"purpose": "Taxi", "amount": {"amount": "42.50", "currency": "EUR"}, "category": "travel", "spent_on": "2026-03-02"}}))]
pub(crate) struct Supposed {
    /// What would be filled in, by field.
    #[schema(value_type = Object)]
    form: Map<String, Json>,
    /// Who would ask; the caller unless told.
    #[serde(default)]
    requester: Option<UserId>,
}

/// Simulate a workflow. Says, without saving anything, who would be asked and why, what would be skipped, and how it could end.
/// Scope: `rules:definitions:read`.
#[utoipa::path(
    post,
    path = "/v1/workflows/{name}/simulate",
    tag = "workflows",
    params(("name" = String, Path)),
    request_body = Supposed,
    responses((status = 200, description = "What would come of it.", body = SimulationView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[post("/v1/workflows/{name}/simulate")]
pub(crate) async fn simulate_workflow(
    ctx: Ctx,
    name: Path<String>,
    Body(body): Body<Supposed>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let requester = body.requester.unwrap_or(ctx.caller.user);
    let tried = Tried {
        requester,
        form: body.form,
    };
    let simulation = trial::simulate(&ctx, &rules, &name, tried)
        .await?
        .map_err(|refusal| Error::Refused(Box::new(refusal)))?;
    Ok(Answer::json(&SimulationView::new(&simulation, ctx.locale)))
}
