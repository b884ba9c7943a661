//! The API's description: collected from the handlers, with what all operations share added once.

use serde_json::{Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Response, ResponseBuilder,
};

use countersign_kernel::catalogue::{Catalogue, EventType};
use countersign_kernel::text::Locale;
use countersign_web::ProblemKind;

/// What stands before the operations.
pub(crate) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Countersign")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A company's approvals and its customers, over one REST API. Sign in with `POST /v1/auth/login`, then send \
             `Authorization: Bearer` with the access token, or an API key.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token (10 minutes), or an API key (`csk_…`)."))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .schema("Problem", <ProblemBody as utoipa::PartialSchema>::schema())
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// A failure, by RFC 9457. `type` has one status and one title. Only its schema is used: `web` writes the bodies.
#[derive(utoipa::ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "the shape of what `web` writes, for the document")]
struct ProblemBody {
    /// Where the kind is described: `/problems/CODE`.
    #[schema(format = "uri-reference", example = "/problems/invalid")]
    r#type: String,
    title: String,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    detail: String,
    instance: String,
    code: String,
    request_id: String,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// All that is wrong, at once.
    #[schema(inline)]
    errors: Option<Vec<ProblemFault>>,
    /// Of a 409: the object's status.
    state: Option<String>,
    /// Of a 409: who decided what, when.
    #[schema(value_type = Option<Object>)]
    outcome: Option<Value>,
    /// Of a 409: what this caller may do now.
    possible: Option<Vec<String>>,
}

/// One thing that is wrong.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the shape of what `web` writes, for the document")]
struct ProblemFault {
    /// RFC 6901, into what was sent.
    pointer: Option<String>,
    parameter: Option<String>,
    header: Option<String>,
    code: String,
    detail: String,
}

/// Adds to every operation the problems that it can answer, and an operation id.
pub(crate) fn finish(document: &mut OpenApi) {
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
                for status in problems_of(method, path, operation) {
                    let responses = &mut operation.responses.responses;
                    responses
                        .entry(status.to_string())
                        .or_insert_with(|| RefOr::T(problem(status)));
                }
            }
        }
    }
}

/// Successes that follow from conventions: what was not changed (304), and what was only rehearsed (200).
fn answer_otherwise(method: &str, operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if method == "get" {
        let same = ResponseBuilder::new()
            .description("Not changed since the ETag in If-None-Match.")
            .build();
        responses.entry("304".to_owned()).or_insert(RefOr::T(same));
    } else if let Some(made) = responses.get("201").cloned() {
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
    let mut statuses = vec![400, 406, 429, 500, 503];
    let open = operation.security.as_ref().is_none_or(Vec::is_empty);
    if !open || path.starts_with("/v1/auth") {
        statuses.push(401);
    }
    if !open {
        statuses.push(403);
    }
    if path.contains('{') {
        statuses.push(404);
    }
    if path.starts_with("/v1/files/{id}/") || path.starts_with("/v1/downloads/") {
        statuses.push(410);
    }
    if operation.request_body.is_some() || method != "get" {
        statuses.extend([409, 413, 415, 422]);
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

fn problem(status: u16) -> Response {
    let kinds = ProblemKind::ALL.iter().filter(|kind| kind.status() == status);
    let titles: Vec<&str> = kinds.map(|kind| kind.code()).collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(Some(example(status)))
        .build();
    ResponseBuilder::new()
        .description(format!("A problem: {}.", titles.join(", ")))
        .content("application/problem+json", content)
        .build()
}

fn example(status: u16) -> Value {
    let kind = ProblemKind::ALL
        .iter()
        .find(|kind| kind.status() == status)
        .copied()
        .unwrap_or(ProblemKind::Internal);
    let title = kind.title();
    let title = title.get(Locale::En);
    json!({
        "type": format!("/problems/{}", kind.code()),
        "title": title,
        "status": status,
        "detail": format!("{title}."),
        "instance": "/v1/…",
        "code": kind.code(),
        "request_id": "01jczj5m7h",
        "retryable": kind.retryable(),
    })
}

/// `api-spec/problems.md`.
pub(crate) fn problems_page() -> String {
    let mut page = String::from(
        "# Problems\n\nGenerated. Every failure is `application/problem+json` (RFC 9457) with one of these types; `type` is\n\
         `/problems/CODE`, has one status and one title, and can be opened.\n\n| code | status | retry | title | 标题 |\n| --- | --- | --- | --- | --- |\n",
    );
    for kind in ProblemKind::ALL {
        let title = kind.title();
        let retry = if kind.retryable() { "may help" } else { "" };
        let (en, zh) = (title.get(Locale::En), title.get(Locale::ZhCn));
        page.push_str(&format!(
            "| `{}` | {} | {retry} | {en} | {zh} |\n",
            kind.code(),
            kind.status()
        ));
    }
    page
}

/// `api-spec/asyncapi.json`: every public event, AsyncAPI 3.0.
pub(crate) fn asyncapi(catalogue: &Catalogue) -> Value {
    let mut channels = serde_json::Map::new();
    let mut operations = serde_json::Map::new();
    let mut messages = serde_json::Map::new();
    for of in catalogue.public() {
        let name = of.name.replace('.', "_");
        messages.insert(name.clone(), message(of));
        let at = json!({"$ref": format!("#/components/messages/{name}")});
        channels.insert(
            name.clone(),
            json!({"address": of.name, "messages": {"event": at}}),
        );
        let channel = json!({"$ref": format!("#/channels/{name}")});
        operations.insert(
            format!("send_{name}"),
            json!({"action": "send", "channel": channel, "summary": of.about}),
        );
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Countersign events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "CloudEvents 1.0 in JSON, the same in the log, the live stream, webhooks and NATS.",
            "license": {"name": "Apache-2.0"}
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages}
    })
}

fn message(of: &EventType) -> Value {
    json!({
        "name": of.name,
        "title": of.about,
        "contentType": "application/json",
        "payload": countersign_events::schema::envelope_schema(of),
    })
}

/// `docs/workflows/findings.md`: every finding of the checker, with a broken and a mended example.
pub(crate) fn findings_page() -> String {
    let mut page = String::from(
        "# What the checker finds\n\nGenerated. Each code with an example that shows it and the same mended; a test runs them all.\n",
    );
    for code in countersign_engine::codes::CODES {
        let severity = if code.severity == countersign_engine::finding::Severity::Error {
            "error"
        } else {
            "warning"
        };
        let (about, about_zh) = (code.about, code.about_zh);
        let example = |text: &str| code.place.file(text).trim_end().to_owned();
        page.push_str(&format!(
            "\n## `{}` ({severity})\n\n{about}\n\n{about_zh}\n",
            code.code
        ));
        page.push_str(&format!("\nBroken:\n\n~~~yaml\n{}\n~~~\n", example(code.broken)));
        page.push_str(&format!("\nMended:\n\n~~~yaml\n{}\n~~~\n", example(code.mended)));
    }
    page
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use crate::compose::document;

    #[test]
    fn the_document_says_what_is_answered_judged_and_refused() {
        let json = serde_json::to_value(document(true)).unwrap();
        for (path, item) in json["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let about = response["description"].as_str().unwrap();
                    assert!(!about.is_empty(), "{method} {path} {status} says nothing");
                }
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let names: Vec<&str> = parameters.map(|one| one["name"].as_str().unwrap()).collect();
                let judged = names.contains(&"If-Match");
                assert!(
                    !judged || path.contains('{') || *method != "post",
                    "{method} {path}"
                );
            }
        }
        let schemas = json["components"]["schemas"].as_object().unwrap();
        let open = schemas["NewDeal"]["additionalProperties"] != false;
        assert!(!open, "what a body does not name is refused");
        let required = schemas["Problem"]["required"].as_array().unwrap();
        assert!(!required.contains(&"outcome".into()), "{required:?}");
    }
}
