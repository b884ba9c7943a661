//! The form of a workflow, for pages: its schema, and how it stands while somebody fills it in.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{get, post};
use countersign_engine::{FillingIn, fill_in};
use countersign_kernel::text::{Locale, Words};
use countersign_web::{Answer, Body, Ctx, Fault, Problem, Query as Asked};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::{IntoParams, ToSchema};

use super::super::{Kind, Rules};
use super::trial::{self, Tried};
use crate::Compiled;

/// Which version's form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormQuery {
    /// The version that a request goes by, its `workflow.version`; the one in force unless told.
    #[param(minimum = 1)]
    version: Option<i64>,
}

/// Get the form of a workflow. As JSON Schema 2020-12, with labels in the caller's language. Fields stand in `x-order`;
/// `x-widget` says what fits to fill one in, `x-show-when` and `x-required-when` on what it depends. Scope:
/// `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/workflows/{name}/form",
    tag = "workflows",
    params(("name" = String, Path), FormQuery),
    responses((status = 200, description = "The schema.", body = Object, example = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Expense", "type": "object", "required": ["purpose"],
        "properties": {"purpose": {"type": "string", "title": "What for", "maxLength": 200, "x-kind": "text", "x-widget": "text"}},
        "x-order": ["purpose"]
    }))),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/workflows/{name}/form")]
pub(crate) async fn get_workflow_form(
    ctx: Ctx,
    name: Path<String>,
    Asked(asked): Asked<FormQuery>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let (_, newest) = super::find(&ctx, &rules, Kind::Workflow, &name).await?;
    let one = match asked.version {
        Some(version) if version != newest.version => earlier(&ctx, &rules, &name, version, &newest).await?,
        _ => newest,
    };
    let workflow = one
        .workflow()
        .ok_or_else(|| Problem::internal("a workflow that is none"))?;
    let schema = countersign_engine::form::schema(&workflow.form, ctx.locale);
    Ok(Answer::object(&schema, one.version).in_language(ctx.locale))
}

/// A version that was published before the one in force.
async fn earlier(
    ctx: &Ctx,
    rules: &Rules,
    name: &str,
    version: i64,
    newest: &Compiled,
) -> Result<Arc<Compiled>, Problem> {
    let reader = ctx.read().await?;
    let found = rules
        .definitions
        .version_in(&reader, ctx.tenant(), Kind::Workflow, name, version);
    match found.await? {
        Some(found) => found.map_err(|broken| Problem::from(&broken)),
        None => {
            let newest = newest.version;
            Err(Problem::bad_parameters([Fault::parameter(
                "version",
                "bad_value",
                Words::new(
                    format!("There is no version {version} of {name}; the newest is {newest}."),
                    format!("{name} 没有第 {version} 版；最新为第 {newest} 版。"),
                ),
            )]))
        }
    }
}

/// A form as far as it is filled in.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FormSoFar, example = json!({"form": {"purpose": "Taxi", "amount": {"amount": "42.50"}}}))]
pub(crate) struct SoFar {
    #[schema(value_type = Object)]
    form: Map<String, Json>,
}

/// How a form stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormState)]
pub(crate) struct FormStateView {
    /// Always `form_state`.
    #[schema(example = "form_state")]
    object: &'static str,
    /// Whether it could be submitted like this: nothing is wrong or missing, and no check of the workflow refuses it.
    complete: bool,
    /// With defaults filled in and computed fields computed; without what is hidden or wrong.
    #[schema(value_type = Object)]
    form: Map<String, Json>,
    /// In the order of the form; the lines of a list stand behind it.
    fields: Vec<FieldStateView>,
    /// What is wrong or missing.
    errors: Vec<FormErrorView>,
    /// What the submitter would be warned of, once nothing is wrong.
    warnings: Vec<String>,
    /// Why a check of the workflow would refuse it, once nothing is wrong.
    refused: Option<String>,
}

/// A field as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldState)]
pub(crate) struct FieldStateView {
    /// A JSON pointer into the body, as in `errors`.
    #[schema(example = "/form/lines/0/amount")]
    pointer: String,
    /// Whether it belongs to a form filled in like this.
    shown: bool,
    required: bool,
}

/// One thing that is wrong or missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormError)]
pub(crate) struct FormErrorView {
    #[schema(example = "/form/amount")]
    pointer: String,
    #[schema(example = "required")]
    code: &'static str,
    #[schema(example = "`Amount` is needed.")]
    detail: String,
}

impl FormStateView {
    fn new(filling: FillingIn, locale: Locale) -> Self {
        let said = |text: &countersign_kernel::text::Text| text.get(locale).to_owned();
        Self {
            object: "form_state",
            complete: filling.faults.is_empty() && filling.refused.is_none(),
            form: filling.form,
            fields: filling
                .fields
                .into_iter()
                .map(|field| FieldStateView {
                    pointer: format!("/form{}", field.pointer),
                    shown: field.shown,
                    required: field.required,
                })
                .collect(),
            errors: filling
                .faults
                .iter()
                .map(|fault| FormErrorView {
                    pointer: fault.pointer.clone(),
                    code: fault.code,
                    detail: said(&fault.text),
                })
                .collect(),
            warnings: filling.warnings.iter().map(said).collect(),
            refused: filling.refused.as_ref().map(said),
        }
    }
}

/// Check a form while it is filled in: which fields are shown and required now, what is computed, and what is wrong or missing. A
/// page asks after each change, so that it needs no expressions of its own; nothing is saved, and whether files, people and
/// records exist is judged when it is submitted. Scope: `rules:definitions:read`.
#[utoipa::path(
    post,
    path = "/v1/workflows/{name}/form/check",
    tag = "workflows",
    params(("name" = String, Path)),
    request_body = SoFar,
    responses((status = 200, description = "How it stands.", body = FormStateView)),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[post("/v1/workflows/{name}/form/check")]
pub(crate) async fn check_workflow_form(
    ctx: Ctx,
    name: Path<String>,
    Body(body): Body<SoFar>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let caller = ctx.caller.user;
    let tried = Tried {
        requester: caller,
        form: body.form,
    };
    let filled = trial::ask(&ctx, &rules, &name, tried, move |asked, deadline| {
        let none = Map::new();
        let form = asked.form.as_object().unwrap_or(&none);
        let mut filling = fill_in(asked.workflow, form, caller, &asked.facts, deadline)?;
        if let Some(unknown) = asked.unknown.filter(|_| filling.faults.is_empty()) {
            filling.refused = Some(unknown.told());
        }
        Ok(filling)
    });
    let filled = filled.await?;
    Ok(Answer::json(&FormStateView::new(filled, ctx.locale)).in_language(ctx.locale))
}
