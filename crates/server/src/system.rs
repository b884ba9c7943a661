//! What stands beside the API: health, metrics, the description itself, and pages of problems.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, get, web};
use countersign_events::{Stall, Stalls};
use countersign_identity::Directories;
use countersign_kernel::text::Locale;
use countersign_platform::Platform;
use countersign_rules::Rules;
use countersign_storage::Why;
use countersign_web::{Problem, ProblemKind, World};
use serde_json::json;

use crate::metrics::{self, access::Access};

/// Whether the server can serve: not while it starts, fills the sample company, or stops, nor while a consumer that it
/// needs stands still.
#[derive(Default)]
pub(crate) struct Ready {
    serving: AtomicBool,
    stalls: OnceLock<Stalls>,
}

impl Ready {
    pub(crate) fn set(&self, serving: bool) {
        self.serving.store(serving, Ordering::Release);
    }

    /// Told once the consumers run.
    pub(crate) fn watch(&self, stalls: Stalls) {
        // Set once at the start; a second call would bring the same.
        let _ = self.stalls.set(stalls);
    }

    fn serves(&self) -> bool {
        self.serving.load(Ordering::Acquire)
    }

    fn stalled(&self) -> Vec<Stall> {
        self.stalls.get().map(Stalls::now).unwrap_or_default()
    }
}

/// The documents, rendered once.
pub(crate) struct Documents {
    pub(crate) openapi: String,
    pub(crate) asyncapi: String,
}

pub(crate) fn mount(config: &mut web::ServiceConfig) {
    config
        .service(healthz)
        .service(readyz)
        .service(metrics_text)
        .service(openapi_json)
        .service(asyncapi_json)
        .service(problem_page);
}

/// What an address for operators alone answers.
pub(crate) fn mount_figures(config: &mut web::ServiceConfig) {
    config.service(healthz).service(metrics_text);
}

/// The process lives.
#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// The process can serve: it has started, its database answers and takes changes, its store of files has room, and none
/// of its consumers is behind the log without moving. One that only waits for somebody else's server is named and does
/// not count.
#[get("/readyz")]
async fn readyz(
    ready: web::Data<Ready>,
    world: web::Data<World>,
    platform: web::Data<Platform>,
) -> Result<HttpResponse, Problem> {
    if !ready.serves() {
        return Err(Problem::unavailable(1));
    }
    if !metrics::database_answers(&world.db).await {
        return Err(Problem::hindered(Why::Away));
    }
    if let Some(why) = world.db.hindrance().await {
        return Err(Problem::hindered(why));
    }
    if platform.shelf.is_full().await {
        return Err(Problem::disk_full());
    }
    let stalled = ready.stalled();
    let names: Vec<&str> = stalled.iter().map(|stall| stall.consumer.as_str()).collect();
    if stalled.iter().any(|stall| stall.required) {
        return Err(Problem::stalled(&names));
    }
    Ok(HttpResponse::Ok().json(json!({"status": "ready", "stalled": names})))
}

/// Prometheus text.
#[get("/metrics")]
async fn metrics_text(
    request: HttpRequest,
    access: web::Data<Access>,
    ready: web::Data<Ready>,
    world: web::Data<World>,
    directories: web::Data<Directories>,
    rules: web::Data<Rules>,
) -> Result<HttpResponse, Problem> {
    access.judge(&request)?;
    let (callers, people) = directories.memory().bytes();
    let (versions, newest) = rules.definitions.bytes();
    let caches = [
        ("callers", callers),
        ("directories", people),
        ("definitions", versions),
        ("newest_definitions", newest),
    ];
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(metrics::text(&world, &caches, &ready.stalled()).await))
}

#[get("/openapi.json")]
async fn openapi_json(documents: web::Data<Documents>) -> HttpResponse {
    document(documents.openapi.clone())
}

#[get("/asyncapi.json")]
async fn asyncapi_json(documents: web::Data<Documents>) -> HttpResponse {
    document(documents.asyncapi.clone())
}

fn document(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// What a kind of problem means: where `type` leads.
#[get("/problems/{code}")]
async fn problem_page(code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let kind = ProblemKind::ALL.iter().find(|kind| kind.code() == code.as_str());
    let kind = kind.ok_or_else(|| Problem::not_found("problem"))?;
    let title = kind.title();
    let retry = if kind.retryable() {
        "The same request may succeed later."
    } else {
        "The same request will fail again."
    };
    let text = format!(
        "{} ({})\n{}\n\n{retry}\nWhat is wrong, where, and what to do stands in `detail` and `errors` of the answer.\n",
        title.get(Locale::En),
        kind.status(),
        title.get(Locale::ZhCn),
    );
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}
