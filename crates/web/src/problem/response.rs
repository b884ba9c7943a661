//! From a problem to the bytes of an answer.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use countersign_kernel::text::Locale;
use serde_json::{Map, Value, json};

use super::{Problem, ProblemKind};

/// What an answer takes from its request.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) request_id: String,
    pub(crate) path: String,
    pub(crate) locale: Locale,
}

impl Problem {
    /// The body, for one request. A row of a batch shows it too.
    pub fn to_json(&self, request_id: &str, instance: &str, locale: Locale) -> Value {
        let inner = &self.0;
        let mut body: Map<String, Value> = inner.members.clone();
        let errors: Vec<Value> = inner.faults.iter().map(|fault| fault.to_json(locale)).collect();
        let standard = [
            ("type", json!(format!("/problems/{}", inner.kind.code()))),
            ("title", json!(inner.kind.title().get(locale))),
            ("status", json!(inner.kind.status())),
            ("detail", json!(inner.detail.get(locale))),
            ("instance", json!(instance)),
            ("code", json!(inner.code)),
            ("request_id", json!(request_id)),
            ("retryable", json!(inner.kind.retryable())),
        ];
        body.extend(standard.map(|(name, value)| (name.to_owned(), value)));
        if !errors.is_empty() {
            body.insert("errors".to_owned(), Value::Array(errors));
        }
        Value::Object(body)
    }
}

/// The whole answer; a fault of ours is logged here, once, under the id that the caller gets.
pub(crate) fn respond(problem: &Problem, scene: &Scene) -> HttpResponse<BoxBody> {
    let inner = &problem.0;
    if inner.kind.is_ours() {
        let (request_id, path, code) = (&scene.request_id, &scene.path, &inner.code);
        match inner.cause.as_deref() {
            // Nothing failed: the server starts, or has more to do than it takes on.
            None if inner.kind.retryable() => {
                tracing::warn!(%request_id, %path, %code, "not served at the moment");
            }
            cause => {
                let cause = cause.unwrap_or("-");
                tracing::error!(%request_id, %path, %code, cause, "a fault of ours");
            }
        }
    }
    let mut answer = HttpResponseBuilder::new(problem.status());
    answer.insert_header((CONTENT_TYPE, "application/problem+json"));
    answer.insert_header((CONTENT_LANGUAGE, scene.locale.tag()));
    if problem.status() == StatusCode::UNAUTHORIZED {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"countersign\""));
    }
    if let Some(seconds) = inner.retry_after {
        answer.insert_header((RETRY_AFTER, seconds));
    }
    if inner.closes {
        answer.force_close();
    }
    if let Some(methods) = &inner.allow {
        answer.insert_header((ALLOW, methods.as_str()));
    }
    answer.body(
        problem
            .to_json(&scene.request_id, &scene.path, scene.locale)
            .to_string(),
    )
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// The edge writes the body, where request, language and id are known.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status())
    }
}

/// What actix answers of its own accord, in our words.
pub(crate) fn of_status(status: StatusCode) -> Problem {
    use countersign_kernel::text::Words;
    match status.as_u16() {
        404 => Problem::new(
            ProblemKind::NoSuchPath,
            Words::fixed("There is nothing at this path.", "此路径不存在。"),
        ),
        413 => Problem::too_large(crate::body::LIMIT),
        415 => Problem::unsupported_media_type(&["application/json"]),
        400..=499 => Problem::new(
            ProblemKind::MalformedBody,
            Words::fixed("The request cannot be read.", "请求无法读取。"),
        ),
        _ => Problem::internal(status),
    }
}
