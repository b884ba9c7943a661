//! The edge: what is true of every answer, whatever operation gave it.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Instant as Stopwatch;

use actix_web::body::{self, BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use countersign_kernel::text::Words;
use futures_util::FutureExt;

use crate::client::{Admission, PeerSocket};
use crate::cpu::Metered;
use crate::negotiate::{self, accepts};
use crate::pace::paced;
use crate::problem::{Fault, Problem, ProblemKind, Scene, of_status, respond};
use crate::seen::{Seen, Who};
use crate::world::World;

/// As proxies log it.
const CLIENT_CLOSED: u16 = 499;
const PROBLEM: &str = "application/problem+json";
/// What is no page loads and runs nothing, and stands in nobody's frame. Pages say what they need; a picture has its own styles.
const NO_PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Headers of one value. Of two, a proxy in front and this server might each read another one, so neither is read.
const SINGLE: [&str; 4] = ["Authorization", "Content-Type", "Content-Encoding", "Origin"];

/// Wrap the app in this: `.wrap(actix_web::middleware::from_fn(web::edge))`.
///
/// Request id, trace, language; HEAD as GET; refused encodings; problems in their form; panics as problems;
/// 406; limits, CORS and security headers; the access log.
pub async fn edge<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Stopwatch::now();
    let world = request
        .app_data::<Data<World>>()
        .cloned()
        .ok_or_else(|| Problem::internal("the app has no World in its data"))?;
    let visit = Visit::of(&request, &world);
    request.extensions_mut().insert(visit.seen.clone());
    let payload = request.take_payload();
    request.set_payload(paced(payload));
    if visit.method == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let socket = request.conn_data::<PeerSocket>().cloned();
    let called = match visit.refused() {
        Some(problem) => {
            let response = respond(&problem, &visit.scene());
            Called::Answered(request.into_response(response))
        }
        None => {
            let work = AssertUnwindSafe(Metered::new(&visit.seen, next.call(request))).catch_unwind();
            let done = match socket {
                Some(socket) => socket.unless_gone(visit.reads(), work).await,
                None => Some(work.await),
            };
            match done {
                Some(Ok(Ok(response))) => {
                    let response = visit.in_form(response.map_into_boxed_body());
                    Called::Answered(visit.without_stream(response))
                }
                Some(Ok(Err(error))) => Called::Fell(respond(&problem_of(&error), &visit.scene())),
                Some(Err(panic)) => Called::Fell(respond(
                    &Problem::internal(format!("panic: {}", words_of(&*panic))),
                    &visit.scene(),
                )),
                None => Called::Fell(hung_up()),
            }
        }
    };
    match called {
        Called::Answered(mut response) => {
            visit.mark(&world, response.headers_mut());
            visit.log(response.status(), began);
            Ok(response)
        }
        Called::Fell(mut response) => {
            visit.mark(&world, response.headers_mut());
            visit.log(response.status(), began);
            Err(InternalError::from_response("answered", response).into())
        }
    }
}

/// For the access log: nobody reads it.
fn hung_up() -> HttpResponse<BoxBody> {
    let status = StatusCode::from_u16(CLIENT_CLOSED).unwrap_or(StatusCode::BAD_REQUEST);
    HttpResponse::build(status).force_close().finish()
}

enum Called {
    Answered(ServiceResponse<BoxBody>),
    /// The service broke and took the request with it; only an answer is left.
    Fell(HttpResponse<BoxBody>),
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

fn problem_of(error: &Error) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None => of_status(error.as_response_error().status_code()).because(error),
    }
}

/// What the edge knows of a request while it is elsewhere.
struct Visit {
    seen: Rc<Seen>,
    method: Method,
    path: String,
    accept: Option<String>,
    encoding: Option<String>,
    origin: Option<HeaderValue>,
    preflight: bool,
    crowded: Option<Problem>,
    /// A header that came twice although it has one value.
    repeated: Option<&'static str>,
}

impl Visit {
    fn of(request: &ServiceRequest, world: &World) -> Self {
        let headers = request.headers();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut accept = headers
            .get_all(ACCEPT)
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
            .join(",");
        accept.truncate(4_096.min(accept.len()));
        let seen = Seen {
            request_id: negotiate::request_id(text("x-request-id"), world),
            trace: text("traceparent")
                .filter(|trace| negotiate::is_trace(trace))
                .map(str::to_owned),
            client: request
                .peer_addr()
                .map(|peer| world.proxies.client(peer.ip(), headers)),
            language: text(ACCEPT_LANGUAGE.as_str()).map(negotiate::language),
            ..Seen::default()
        };
        Self {
            seen: Rc::new(seen),
            method: request.method().clone(),
            path: world.routes.without_secrets(request.path()),
            accept: Some(accept).filter(|accept| !accept.is_empty()),
            encoding: text(CONTENT_ENCODING.as_str()).map(str::to_owned),
            origin: headers.get(ORIGIN).cloned(),
            preflight: request.method() == Method::OPTIONS
                && headers.contains_key("access-control-request-method"),
            crowded: request.conn_data::<Admission>().and_then(Admission::refused),
            repeated: SINGLE
                .into_iter()
                .find(|name| headers.get_all(*name).nth(1).is_some()),
        }
    }

    fn scene(&self) -> Scene {
        Scene {
            request_id: self.seen.request_id.clone(),
            path: self.path.clone(),
            locale: self.seen.locale(),
        }
    }

    fn reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// What is refused before anything is done: one connection too many, a writing request whose answer nobody would take, and encodings.
    fn refused(&self) -> Option<Problem> {
        if self.crowded.is_some() {
            return self.crowded.clone();
        }
        if let Some(name) = self.repeated {
            return Some(repeated(name));
        }
        if self
            .encoding
            .as_deref()
            .is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"))
        {
            let detail = Words::fixed(
                "Send the body as it is, without Content-Encoding.",
                "请直接发送请求体，不要使用 Content-Encoding。",
            );
            let fault = Fault::header("Content-Encoding", "unsupported", detail.clone());
            return Some(Problem::new(ProblemKind::UnsupportedMediaType, detail).with_faults([fault]));
        }
        (!self.reads() && !self.takes("application/json")).then(|| not_acceptable("application/json"))
    }

    fn takes(&self, media: &str) -> bool {
        self.accept.as_deref().is_none_or(|accept| accepts(accept, media))
    }

    /// Problems get their form; a read answer that nobody would take is refused.
    fn in_form(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let media = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let failed = response.status().as_u16() >= 400;
        let problem = match response.response().error() {
            Some(error) => Some(problem_of(error)),
            None if failed && !media.starts_with(PROBLEM) => Some(of_status(response.status())),
            None if !failed && !media.is_empty() && self.reads() && !self.takes(media) => {
                Some(not_acceptable(media))
            }
            None => None,
        };
        match problem {
            Some(problem) => {
                let answer = respond(&problem, &self.scene());
                ServiceResponse::new(response.request().clone(), answer)
            }
            None => response,
        }
    }

    /// Nothing is made for HEAD that is made while it is sent.
    fn without_stream(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if self.method == Method::HEAD && response.response().body().size() == BodySize::Stream {
            response.map_body(|_, _| BoxBody::new(body::None::new()))
        } else {
            response
        }
    }

    /// The headers of every answer.
    fn mark(&self, world: &World, headers: &mut HeaderMap) {
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        put("x-request-id", &self.seen.request_id);
        if let Some(standing) = self.seen.standing.get() {
            put("ratelimit", &standing.limit());
            put("ratelimit-policy", &standing.policy());
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers.append(
            VARY,
            HeaderValue::from_static("Accept, Accept-Language, Authorization"),
        );
        world.cors.mark(self.origin.as_ref(), self.preflight, headers);
    }

    /// Who called for what, and no secret: neither headers nor the query are written, nor a path behind where a secret begins.
    fn log(&self, status: StatusCode, began: Stopwatch) {
        let who = self.seen.who.get();
        let key = who.and_then(Who::key);
        tracing::info!(
            request_id = %self.seen.request_id,
            method = %self.method,
            path = %self.path,
            status = status.as_u16(),
            client = self.seen.client.map(|client| client.to_string()),
            tenant = who.map(|who| who.tenant.to_string()),
            user = who.map(|who| who.user.to_string()),
            key = key.map(|key| key.to_string()),
            micros = began.elapsed().as_micros() as u64,
            "answered"
        );
    }
}

fn repeated(name: &'static str) -> Problem {
    let detail = Words::new(format!("Send {name} once."), format!("{name} 只能出现一次。"));
    Problem::bad_header(Fault::header(name, "repeated", detail))
}

fn not_acceptable(media: &str) -> Problem {
    let media = media.split(';').next().unwrap_or_default();
    let detail = Words::new(
        format!("This is {media}; let Accept name it."),
        format!("返回格式为 {media}；请在 Accept 中允许它。"),
    );
    Problem::new(ProblemKind::NotAcceptable, detail.clone()).with_faults([Fault::header(
        "Accept",
        "not_acceptable",
        detail,
    )])
}
