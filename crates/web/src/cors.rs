//! Which web pages may call.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY,
};

const READABLE: &str =
    "ETag, Link, Location, X-Request-Id, Idempotency-Replayed, Retry-After, RateLimit, RateLimit-Policy";
const SENDABLE: &str = "Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, Idempotency-Key, \
                        X-Request-Id, Traceparent, Last-Event-ID";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// The origins that may call: whole ones, and `http://localhost:*` for any port.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    origins: Vec<String>,
}

impl Cors {
    pub fn new(origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            origins: origins.into_iter().map(Into::into).collect(),
        }
    }

    /// Whether a page of this origin may call.
    pub fn allows(&self, origin: &str) -> bool {
        self.origins
            .iter()
            .any(|allowed| match allowed.strip_suffix(":*") {
                Some(host) => origin
                    .strip_prefix(host)
                    .and_then(|rest| rest.strip_prefix(':'))
                    .is_some_and(is_port),
                None => allowed == origin,
            })
    }

    /// Adds the leave to an answer. Nothing for unknown origins; never credentials: tokens travel in a header.
    pub(crate) fn mark(&self, origin: Option<&HeaderValue>, preflight: bool, headers: &mut HeaderMap) {
        headers.append(VARY, HeaderValue::from_name(ORIGIN));
        let Some(origin) = origin.filter(|origin| origin.to_str().is_ok_and(|origin| self.allows(origin)))
        else {
            return;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READABLE));
        if preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENDABLE));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.parse::<u16>().is_ok_and(|port| port > 0) && !text.starts_with('+')
}

#[cfg(test)]
mod tests {
    use super::Cors;

    #[test]
    fn any_port_of_localhost_but_nothing_like_it() {
        let cors = Cors::new(["http://localhost:*", "https://app.example"]);
        for origin in [
            "http://localhost:5173",
            "http://localhost:1",
            "https://app.example",
        ] {
            assert!(cors.allows(origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost",
            "http://localhost:",
            "http://localhost:80.evil.example",
            "http://localhost.evil:80",
            "null",
            "https://app.example:1",
        ] {
            assert!(!cors.allows(origin), "{origin}");
        }
    }
}
