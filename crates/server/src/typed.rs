//! The API's description as one company sees it: with the form of each workflow that it has published.

mod lists;

use actix_web::get;
use actix_web::web::Data;
use countersign_engine::definition::Workflow;
use countersign_engine::form;
use countersign_kernel::text::Locale;
use countersign_rules::Rules;
use countersign_rules::definitions::Kind;
use countersign_web::{Answer, Ctx, Problem};
use serde_json::{Map, Value as Json, json};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::system::Documents;

pub(crate) fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_openapi);
}

/// Get the company's own description of the API. This description, with the forms of the workflows that the caller's company has
/// published: each is a schema of its own, and the body of `POST /v1/requests` is one of them; the fields that forms mark with
/// `list: true` are parameters of the list of requests. Clients that are generated from it know every field. Scope:
/// `rules:definitions:read`.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "workflows",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object, example = json!({"openapi": "3.1.0", "info": {"title": "Countersign", "version": "1"}, "paths": {}}))),
    security(("bearer" = ["rules:definitions:read"])),
)]
#[get("/v1/openapi.json")]
pub(crate) async fn get_openapi(
    ctx: Ctx,
    documents: Data<Documents>,
    rules: Data<Rules>,
) -> Result<Answer, Problem> {
    let tenant = rules.tenant_in(&*ctx.read().await?, ctx.tenant()).await?;
    let workflows = tenant.newest.all(Kind::Workflow);
    let workflows: Vec<&Workflow> = workflows.filter_map(|one| one.workflow()).collect();
    let mut document = serde_json::from_str(&documents.openapi)
        .map_err(|error| Problem::internal(format!("the document cannot be read: {error}")))?;
    lists::add(&mut document, &workflows, ctx.locale)?;
    let document = typed(document, workflows.into_iter(), ctx.locale);
    Ok(Answer::json(&document).in_language(ctx.locale))
}

/// The members of a new request, before its workflow is known.
const NEW: &str = "NewRequest";

/// Adds what is submitted for each workflow.
fn typed<'a>(mut document: Json, workflows: impl Iterator<Item = &'a Workflow>, locale: Locale) -> Json {
    let Some(new) = document.pointer(&format!("/components/schemas/{NEW}")).cloned() else {
        return document;
    };
    let mut schemas = Map::new();
    let mut bodies = Vec::new();
    for workflow in workflows {
        let mut name = type_name(&workflow.name);
        if schemas.contains_key(&format!("{name}Form")) {
            // `a-1` beside `a1`.
            name = workflow.name.replace('-', "_");
        }
        let (form_name, new_name) = (format!("{name}Form"), format!("{NEW}Of{name}"));
        let mut form = form::schema(&workflow.form, locale);
        if let Some(form) = form.as_object_mut() {
            form.remove("$schema");
            form.insert("title".to_owned(), json!(workflow.title.get(locale)));
        }
        let title = workflow.title.get(locale);
        bodies.push(json!({"$ref": format!("#/components/schemas/{new_name}")}));
        let workflow = json!({"type": "string", "const": workflow.name});
        let form_of = json!({"$ref": format!("#/components/schemas/{form_name}")});
        let members = [
            ("workflow", workflow),
            ("form", form_of),
            ("draft", json!({"const": false})),
        ];
        schemas.insert(new_name, with(&new, title, members, &["workflow", "form"]));
        schemas.insert(form_name, form);
    }
    if bodies.is_empty() {
        return document;
    }
    // What is saved and not submitted may be filled in as far as it is.
    let draft = [("draft", json!({"const": true}))];
    schemas.insert(
        "NewDraft".to_owned(),
        with(&new, "A draft", draft, &["workflow", "draft"]),
    );
    bodies.push(json!({"$ref": "#/components/schemas/NewDraft"}));
    let body = "/paths/~1v1~1requests/post/requestBody/content/application~1json";
    if let Some(body) = document.pointer_mut(body).and_then(Json::as_object_mut) {
        body.insert("schema".to_owned(), json!({"oneOf": bodies}));
        // The example is of a workflow that this company may not have.
        body.remove("example");
    }
    if let Some(all) = document
        .pointer_mut("/components/schemas")
        .and_then(Json::as_object_mut)
    {
        all.extend(schemas);
    }
    document
}

/// The schema with some members replaced, and only these needed.
fn with<const N: usize>(schema: &Json, title: &str, members: [(&str, Json); N], needed: &[&str]) -> Json {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) {
        properties.extend(members.map(|(name, member)| (name.to_owned(), member)));
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("example");
        schema.remove("examples");
        schema.insert("title".to_owned(), json!(title));
        schema.insert("required".to_owned(), json!(needed));
    }
    schema
}

/// `travel-claim` as generators name types: `TravelClaim`.
fn type_name(workflow: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    workflow.split('-').map(word).collect()
}
