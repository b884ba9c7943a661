//! `POST /v1/workflows/check`: what is wrong with a file, before it is published.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::Data;
use countersign_engine::{Deadline, check_within};
use countersign_web::{Answer, Ctx, Problem};

use super::super::Rules;
use super::super::view::{CheckView, FindingView};
use crate::yaml::Yaml;

/// Check a file of any kind. Against the tenant's people, forms and events; nothing is saved. Scope: `rules:definitions:read`.
#[utoipa::path(
    post,
    path = "/v1/workflows/check",
    tag = "workflows",
    request_body(content = String, content_type = "application/yaml"),
    responses((status = 200, description = "What was found; `ok` is false only with an error.", body = CheckView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[post("/v1/workflows/check")]
pub(crate) async fn check_workflow(ctx: Ctx, yaml: Yaml, rules: Data<Rules>) -> Result<Answer, Problem> {
    let tenant = rules.tenant_in(&*ctx.read().await?, ctx.tenant()).await?;
    let definitions = Arc::clone(&rules.definitions);
    let check =
        move |deadline: &Deadline<'_>| check_within(&yaml.text, &tenant.surroundings(&definitions), deadline);
    let checked = rules.definitions.pool().run(ctx.tenant(), check).await?;
    let findings = checked
        .findings
        .iter()
        .map(|finding| FindingView::of(finding, ctx.locale))
        .collect();
    Ok(Answer::json(&CheckView {
        ok: checked.document.is_some(),
        findings,
    }))
}
