//! What every operation can answer beside its own successes: problems and what follows from conventions.

use actix_web::http::StatusCode;
use countersign_kernel::text::Locale;
use countersign_web::ProblemKind;
use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Problems that every operation can answer alike, because they follow from how HTTP is spoken, who calls and how often: they are
/// its `default`.
const OTHER: &str = "Problem";

fn is_other(status: u16) -> bool {
    status >= 500 || matches!(status, 400 | 401 | 403 | 405 | 406 | 408 | 413 | 415 | 429)
}

/// What signing in answers by itself: elsewhere it only says that nobody has.
const SIGN_IN: u16 = 401;

/// Adds to every operation the problems that it can answer, and an operation id.
pub(super) fn add(document: &mut OpenApi) {
    if let Some(components) = document.components.as_mut() {
        let kinds = ProblemKind::ALL.iter().map(|kind| kind.status());
        for status in kinds.filter(|status| !is_other(*status) || *status == SIGN_IN) {
            components
                .responses
                .insert(name_of(status), RefOr::T(problem(|of| of == status)));
        }
        let mut others = problem(is_other);
        others.description =
            others
                .description
                .replacen("A problem", "A problem that any operation can answer", 1);
        components.responses.insert(OTHER.to_owned(), RefOr::T(others));
        let same = ResponseBuilder::new()
            .description("Not changed since the ETag in If-None-Match.")
            .build();
        components.responses.insert(name_of(304), RefOr::T(same));
    }
    for (path, item) in &mut document.paths.paths {
        let item_operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in item_operations {
            if let Some(operation) = operation {
                answer_otherwise(method, operation);
                let statuses = problems_of(method, path, operation);
                let responses = &mut operation.responses.responses;
                responses.insert("default".to_owned(), Ref::from_response_name(OTHER).into());
                for status in statuses {
                    responses
                        .entry(status.to_string())
                        .or_insert_with(|| Ref::from_response_name(name_of(status)).into());
                }
            }
        }
    }
}

/// Successes that follow from conventions: what was not changed (304), and what was only rehearsed (200).
fn answer_otherwise(method: &str, operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if method == "get" {
        let same = Ref::from_response_name(name_of(304));
        responses.entry("304".to_owned()).or_insert_with(|| same.into());
    } else if let Some(made) = responses.get("201").or_else(|| responses.get("202")).cloned() {
        responses.entry("200".to_owned()).or_insert(match made {
            RefOr::T(mut response) => {
                "With validate_only=true: the object as it would be; nothing was kept."
                    .clone_into(&mut response.description);
                RefOr::T(response)
            }
            reference @ RefOr::Ref(_) => reference,
        });
    }
}

/// The statuses of failure that an operation can answer.
fn problems_of(method: &str, path: &str, operation: &Operation) -> Vec<u16> {
    let mut statuses = Vec::new();
    if path.starts_with("/v1/auth") {
        statuses.push(SIGN_IN);
    }
    if path.contains('{') {
        statuses.push(404);
    }
    if path.starts_with("/v1/files/{id}/") || path.starts_with("/v1/downloads/") {
        statuses.push(410);
    }
    if operation.request_body.is_some() || method != "get" {
        statuses.extend([409, 422]);
    }
    let takes_version = header_of(operation, "If-Match");
    if takes_version {
        statuses.push(412);
    }
    if takes_version && matches!(method, "patch" | "put" | "delete") || path.starts_with("/v1/tasks/") {
        statuses.push(428);
    }
    statuses
}

fn header_of(operation: &Operation, name: &str) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|one| match one {
            RefOr::T(one) => Some(one),
            RefOr::Ref(_) => None,
        })
        .any(|one| one.name == name)
}

/// The name of a response by its status: `NotFound`. Most operations name them, so they are short.
fn name_of(status: u16) -> String {
    let short = match status {
        412 => "Outdated",
        422 => "Invalid",
        428 => "Unversioned",
        _ => "",
    };
    if !short.is_empty() {
        return short.to_owned();
    }
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let name = reason.map(|reason| reason.split_whitespace().collect());
    name.unwrap_or_else(|| format!("Status{status}"))
}

fn problem(of: impl Fn(u16) -> bool) -> Response {
    let kinds = || ProblemKind::ALL.iter().filter(|kind| of(kind.status()));
    let codes: Vec<&str> = kinds().map(|kind| kind.code()).collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(kinds().map(|kind| {
            let example = ExampleBuilder::new().value(Some(example(*kind))).build();
            (kind.code(), example)
        }))
        .build();
    ResponseBuilder::new()
        .description(format!("A problem: {}.", codes.join(", ")))
        .content("application/problem+json", content)
        .build()
}

fn example(kind: ProblemKind) -> Value {
    let title = kind.title();
    let title = title.get(Locale::En);
    let mut example = json!({
        "type": format!("/problems/{}", kind.code()),
        "title": title,
        "status": kind.status(),
        "detail": format!("{title}."),
        "instance": "/v1/deals",
        "code": kind.code(),
        "request_id": "fd542581fe9765665e493b0f5441d410",
        "retryable": kind.retryable(),
    });
    if kind == ProblemKind::Invalid {
        example["errors"] =
            json!([{"pointer": "/amount", "code": "too_fine", "detail": "EUR has 2 decimal places, not 3."}]);
    }
    example
}
