//! `POST /v1/auth/set-up`, and the page that sends it.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::web::Data;
use actix_web::{HttpRequest, get, post};
use countersign_web::{Answer, Body, Fault, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{First, tenant_of, use_link};
use super::shipped::{Shipped, Shipping};
use crate::error::Error;
use crate::identity::Identity;
use crate::sessions::http::{TokensView, visitor};
use crate::tenants::NewTenant;

pub fn mount(config: &mut ServiceConfig) {
    config.service(set_up).service(get_set_up_page);
}

const PAGE: &str = include_str!("page.html");
/// The page runs what stands in it and talks to its own server, and to nobody else.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// The first tenant.
#[derive(Deserialize, ToSchema)]
pub struct FirstTenant {
    /// Lower-case letters, digits and hyphens.
    #[schema(min_length = 1, max_length = 60)]
    slug: String,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// ISO 4217; EUR unless told. It never changes.
    currency: Option<String>,
    /// IANA name; Europe/Berlin unless told.
    zone: Option<String>,
    /// `en` unless told.
    locale: Option<String>,
}

/// The first tenant and its admin.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"token": "csu_…", "tenant": {"slug": "acme", "name": "Acme"}, "name": "Ada Adler", "email": "ada@acme.example", "password": "correct horse battery"}))]
pub struct SetUp {
    /// What stands behind the `#` of the set-up link.
    token: String,
    tenant: FirstTenant,
    /// The admin's name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    /// At least 12 characters.
    password: String,
    /// Publish the workflows, calendars and automations that ship with the server; the admin is their publisher. Not unless told.
    with_workflows: Option<bool>,
}

/// The admin's first sign-in, and what was published.
#[derive(Serialize, ToSchema)]
pub struct SetUpDone {
    #[serde(flatten)]
    tokens: TokensView,
    /// What became of what ships; `null` unless `with_workflows` asked for it.
    shipped: Option<Shipped>,
}

/// Set the server up
///
/// Makes the first tenant and its admin, once, with the link that a first start prints, and signs the admin in. With
/// `with_workflows` the workflows that ship are published, too, each after the same checks as by `PUT`.
#[utoipa::path(post, path = "/v1/auth/set-up", tag = "sign-in", request_body = SetUp, security(()), responses((status = 200, description = "Set up and signed in", body = SetUpDone)))]
#[post("/v1/auth/set-up")]
async fn set_up(
    request: HttpRequest,
    identity: Data<Identity>,
    shipping: Data<dyn Shipping>,
    Body(body): Body<SetUp>,
) -> Result<Answer, Problem> {
    let id = tenant_of(&body.token)?;
    let or = |text: Option<String>, default: &str| text.unwrap_or_else(|| default.to_owned());
    let new = NewTenant {
        slug: body.tenant.slug,
        name: body.tenant.name,
        currency: or(body.tenant.currency, "EUR"),
        zone: or(body.tenant.zone, "Europe/Berlin"),
        locale: or(body.tenant.locale, "en"),
    };
    let tenant = new
        .checked(id, "/tenant", identity.clock().now())
        .map_err(Error::Invalid)?;
    let about = [&body.email, &body.name, &tenant.slug, &tenant.name].map(String::as_str);
    if let Some((code, detail)) = identity.password_fault(&body.password, &about) {
        return Err(Problem::invalid([Fault::at("/password", code, detail)]));
    }
    let first = First {
        tenant,
        name: body.name,
        email: body.email,
        password: body.password,
        visitor: visitor(&request),
    };
    let (admin, tokens) = use_link(&identity, &body.token, first).await?;
    let shipped = match body.with_workflows {
        Some(true) => Some(shipping.publish(id, admin).await),
        Some(false) | None => None,
    };
    Ok(Answer::json(&SetUpDone {
        tokens: tokens.into(),
        shipped,
    }))
}

/// The set-up page
///
/// A form for the link that a first start prints.
#[utoipa::path(get, path = "/set-up", tag = "sign-in", security(()), responses((status = 200, description = "The page", body = String, content_type = "text/html")))]
#[get("/set-up")]
async fn get_set_up_page() -> Answer {
    Answer::bytes("text/html; charset=utf-8", PAGE)
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(REFERRER_POLICY, "no-referrer")
        .header(CACHE_CONTROL, "no-store")
}
