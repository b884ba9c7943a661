//! The API's description: collected from the handlers, with what all operations share said once.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null where there is nothing, and whatever is written into here is an object"
)]

mod answers;
mod asyncapi;
mod events;
mod examples;
pub(crate) mod filters;
mod pages;
mod print;
mod schemas;
mod shared;
mod summaries;
mod tags;
#[cfg(test)]
mod tests;

use countersign_kernel::catalogue::Catalogue;
use countersign_web::{close_bodies, standard_parameters, tidy_members};
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

pub(crate) use asyncapi::asyncapi;
pub(crate) use pages::{findings_page, problems_page};
pub(crate) use print::print;

/// What stands before the operations.
pub(crate) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Countersign")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A company's approvals and its customers, over one REST API. Sign in with `POST /v1/auth/login`, then send \
             `Authorization: Bearer` with the access token, or an API key.\n\nA list is filtered by its fields: `status=open`, or with \
             an operator in brackets, `amount[gte]=1000`; repeated, a field means or.",
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

/// Adds to the collected operations what conventions say of all.
pub(crate) fn complete(document: &mut OpenApi) {
    standard_parameters(document);
    answers::add(document);
}

/// The document as it is published: every schema closed, free or referred to as it should be, examples, events, tags,
/// and nothing spelled twice.
pub(crate) fn published(document: &OpenApi, catalogue: &Catalogue) -> anyhow::Result<Value> {
    let mut json = serde_json::to_value(document)?;
    tidy_members(&mut json);
    schemas::name_operations(&mut json);
    schemas::refer(&mut json);
    close_bodies(&mut json);
    summaries::shorten(&mut json);
    schemas::describe(&mut json);
    schemas::rehearse(&mut json);
    examples::add(&mut json);
    schemas::expand(&mut json);
    events::add(&mut json, catalogue);
    tags::add(&mut json);
    schemas::pages(&mut json);
    schemas::plain(&mut json);
    filters::share(&mut json);
    shared::parameters(&mut json);
    shared::headers(&mut json);
    shared::contents(&mut json);
    Ok(json)
}
