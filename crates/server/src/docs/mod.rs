//! `/docs/`: the API's reference in a browser, from files that are in the binary, so that it loads without any network.
//!
//! The reference itself is Scalar's (MIT, `page/LICENSE`): `dist/browser/standalone.js` of the npm package `@scalar/api-reference` in the
//! version that its name says, packed with `gzip -9n`.

use std::io::Read as _;
use std::sync::LazyLock;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, get, routes};
use serde_json::{Value, json};

use crate::demo;

const PAGE: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const REFERENCE: &[u8] = include_bytes!("page/reference-1.46.4.js.gz");

/// For the few who take nothing packed; made once, when the first of them asks.
static UNPACKED: LazyLock<std::io::Result<Bytes>> = LazyLock::new(|| {
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(REFERENCE).read_to_end(&mut unpacked)?;
    Ok(unpacked.into())
});

/// It runs the scripts that come with it, and talks to its own server alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Who can be signed in by one click: the sample people in the demo, nobody elsewhere.
#[derive(Clone)]
pub(crate) struct SamplePeople(Value);

impl SamplePeople {
    pub(crate) fn of(demo: bool) -> Self {
        let companies: &[_] = if demo { &demo::people::COMPANIES } else { &[] };
        let people: Vec<Value> = companies
            .iter()
            .flat_map(|(company, staff)| {
                staff.iter().map(move |person| {
                    json!({
                        "email": person.email(company),
                        "name": person.name(),
                        "title": person.title,
                        "company": company,
                    })
                })
            })
            .collect();
        let password = demo.then_some(demo::PASSWORD);
        Self(json!({"password": password, "people": people}))
    }
}

pub(crate) fn mount(config: &mut web::ServiceConfig) {
    config
        .service(front_door)
        .service(page)
        .service(style)
        .service(script)
        .service(reference)
        .service(sample_people);
}

/// Gives the pages under `/docs` their policy.
pub(crate) async fn policy<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_docs = request.path() == "/docs" || request.path().starts_with("/docs/");
    let mut response = next.call(request).await?;
    if is_docs {
        let policy = HeaderValue::from_static(POLICY);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Whoever opens the address in a browser finds the API's description.
#[routes]
#[get("/")]
#[get("/docs")]
async fn front_door(request: HttpRequest) -> HttpResponse {
    let query = match request.query_string() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    HttpResponse::Found()
        .insert_header(("Location", format!("/docs/{query}")))
        .finish()
}

#[get("/docs/")]
async fn page() -> HttpResponse {
    file("text/html; charset=utf-8", PAGE)
}

#[get("/docs/page.css")]
async fn style() -> HttpResponse {
    file("text/css; charset=utf-8", STYLE)
}

#[get("/docs/page.js")]
async fn script() -> HttpResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

/// A newer server may have newer ones.
fn file(kind: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// As it is kept, or unpacked for the few who take nothing packed. Its name changes with it.
#[get("/docs/reference-1.46.4.js")]
async fn reference(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept-Encoding"));
    let taken = request.headers().get(ACCEPT_ENCODING);
    if taken.is_some_and(|taken| taken.to_str().is_ok_and(|taken| taken.contains("gzip"))) {
        return answer.insert_header((CONTENT_ENCODING, "gzip")).body(REFERENCE);
    }
    match &*UNPACKED {
        Ok(unpacked) => answer.body(unpacked.clone()),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

#[get("/docs/people.json")]
async fn sample_people(people: web::Data<SamplePeople>) -> HttpResponse {
    HttpResponse::Ok().json(&people.0)
}
