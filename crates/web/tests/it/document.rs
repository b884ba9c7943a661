//! What the OpenAPI document says of bodies and lists.

use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::id::{ApiKeyId, SessionId, TenantId, UserId};
use countersign_kernel::text::Locale;
use countersign_web::{Listing, Routes, standard_parameters, tidy_members};
use serde_json::json;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{ComponentsBuilder, OpenApiBuilder, PathsBuilder, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::deals::{DealPatch, Deals};

#[test]
fn members_of_a_patch_stand_where_they_are_used() {
    let mut schemas = vec![("DealPatch".to_owned(), DealPatch::schema())];
    DealPatch::schemas(&mut schemas);
    let components = ComponentsBuilder::new().schemas_from_iter(schemas).build();
    let document = OpenApiBuilder::new().components(Some(components)).build();
    let mut json = serde_json::to_value(&document).unwrap();
    tidy_members(&mut json);
    let patch = &json["components"]["schemas"]["DealPatch"]["properties"];
    assert_eq!(patch["name"], json!({ "type": ["string", "null"] }));
    assert_eq!(patch["amount"]["oneOf"][0], json!({ "type": "null" }));
    assert_eq!(
        patch["amount"]["oneOf"][1]["required"],
        json!(["amount", "currency"])
    );
    assert!(!json.to_string().contains("Member"), "{json}");
}

#[test]
fn a_list_names_its_parameters() {
    let params = Listing::<Deals>::into_params(|| None);
    let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
    for name in [
        "limit", "cursor", "sort", "count", "fields", "expand", "q", "amount", "account",
    ] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    let schema = |name: &str| {
        let param = params.iter().find(|param| param.name == name).unwrap();
        serde_json::to_value(&param.schema).unwrap()
    };
    assert_eq!(schema("expand")["items"]["enum"], json!(["owner"]));
    let plain = |name: &str| schema(name)["anyOf"][0]["pattern"].clone();
    assert_eq!(plain("account"), "^acct_[0-7][0-9a-hjkmnp-tv-z]{25}$");
    assert_eq!(plain("owner"), "^(me|user_[0-7][0-9a-hjkmnp-tv-z]{25})$");
    let operators = &schema("amount")["anyOf"][1];
    assert_eq!(operators["properties"]["gte"]["type"], "string");
    assert_eq!(operators["properties"]["is_null"]["type"], "boolean");
    assert_eq!(operators["additionalProperties"], false);
    let about = params
        .iter()
        .find(|param| param.name == "account.country")
        .and_then(|param| param.description.clone());
    assert!(about.is_some_and(|about| about.contains("crm:accounts:read")));
}

#[test]
fn routes_come_from_the_document() {
    let item = utoipa::openapi::PathItem::new(
        utoipa::openapi::HttpMethod::Get,
        utoipa::openapi::path::Operation::new(),
    );
    let document = OpenApiBuilder::new()
        .paths(PathsBuilder::new().path("/v1/deals/{id}", item).build())
        .build();
    assert_eq!(
        Routes::of_document(&document).allow("/v1/deals/x").as_deref(),
        Some("GET, HEAD, OPTIONS")
    );
}

#[test]
fn what_operations_ask_of_their_callers_is_told_beforehand() {
    let operation = |id: &str, more: serde_json::Value| {
        let security = utoipa::openapi::security::SecurityRequirement::new("bearer", ["crm:deals:write"]);
        utoipa::openapi::path::OperationBuilder::new()
            .operation_id(Some(id))
            .security(security)
            .extensions(Some(
                serde_json::from_value::<Vec<(String, serde_json::Value)>>(more)
                    .unwrap()
                    .into_iter()
                    .collect(),
            ))
            .build()
    };
    let needs = [
        ("plain", json!([])),
        ("by_role", json!([["x-roles", ["admin", "hr"]]])),
        ("by_person", json!([["x-session", true]])),
        ("by_publisher", json!([["x-publishes", ["workflow"]]])),
    ];
    let paths = needs.into_iter().fold(PathsBuilder::new(), |paths, (id, more)| {
        let item = utoipa::openapi::PathItem::new(utoipa::openapi::HttpMethod::Post, operation(id, more));
        paths.path(format!("/v1/{id}"), item)
    });
    let routes = Routes::of_document(&OpenApiBuilder::new().paths(paths.build()).build());
    let id = uuid::Uuid::from_u128(1);
    let caller = |via: Via, scopes: Scopes, roles: &[&str]| Caller {
        tenant: TenantId(id),
        user: UserId(id),
        via,
        scopes,
        roles: std::sync::Arc::new(roles.iter().map(|role| (*role).to_owned()).collect()),
        locale: Locale::En,
    };
    let (session, key) = (Via::Session(SessionId(id)), Via::Key(ApiKeyId(id)));
    let reads = Scopes::Some(["crm:deals:read".to_owned()].into());
    for (caller, publishes, allowed) in [
        (
            caller(session, Scopes::All, &[]),
            &[][..],
            &["by_person", "plain"][..],
        ),
        (
            caller(key, Scopes::All, &["hr"]),
            &["workflow"][..],
            &["by_publisher", "by_role", "plain"][..],
        ),
        (
            caller(session, Scopes::All, &["ceo"]),
            &["calendar"][..],
            &["by_person", "plain"][..],
        ),
        (caller(session, reads, &["admin"]), &["workflow"][..], &[][..]),
    ] {
        assert_eq!(routes.allowed(&caller, publishes), allowed, "{caller:?}");
    }
}

#[test]
fn operations_with_a_caller_know_the_standard_parameters() {
    let secured = |path: &str| {
        let security = utoipa::openapi::security::SecurityRequirement::new("bearer", ["crm:deals:write"]);
        let operation = utoipa::openapi::path::OperationBuilder::new()
            .security(security)
            .build();
        (
            path.to_owned(),
            utoipa::openapi::PathItem::new(utoipa::openapi::HttpMethod::Post, operation),
        )
    };
    let paths = ["/v1/deals", "/v1/deals/{id}/win", "/v1/deals/search"].map(secured);
    let paths = paths
        .into_iter()
        .fold(PathsBuilder::new(), |paths, (path, item)| paths.path(path, item))
        .build();
    let mut document = OpenApiBuilder::new().paths(paths).build();
    standard_parameters(&mut document);
    let names = |path: &str| {
        let operation = document.paths.paths[path].post.as_ref().unwrap();
        let params = operation.parameters.iter().flatten();
        let name = |param: &RefOr<Parameter>| match param {
            RefOr::T(param) => param.name.clone(),
            RefOr::Ref(_) => String::new(),
        };
        params.map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("/v1/deals"), ["Idempotency-Key", "validate_only"]);
    assert_eq!(
        names("/v1/deals/{id}/win"),
        ["Idempotency-Key", "If-Match", "validate_only"]
    );
    assert!(names("/v1/deals/search").is_empty());
}
