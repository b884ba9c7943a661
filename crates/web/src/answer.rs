//! What a handler answers.

use std::collections::HashSet;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LINK, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use countersign_storage::idempotency::Kept;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::ctx::Ctx;
use crate::etag::unchanged;
use crate::problem::{FAULTS_MAX, Fault, Problem};
use crate::shape::{Shapes, unknown_member};
use countersign_kernel::filter::Noun;
use countersign_kernel::text::{Locale, nearest};

const JSON: &str = "application/json";

/// An answer on its way: a status, headers, and bytes.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    etag: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    secrets: &'static [&'static str],
    failed: Option<Problem>,
}

impl Answer {
    fn new(status: StatusCode, body: Vec<u8>) -> Self {
        let headers = if body.is_empty() {
            Vec::new()
        } else {
            vec![(CONTENT_TYPE, HeaderValue::from_static(JSON))]
        };
        Self {
            status,
            body,
            etag: None,
            headers,
            secrets: &[],
            failed: None,
        }
    }

    /// Any view, without a version.
    pub fn json<V: Serialize>(view: &V) -> Self {
        match serde_json::to_vec(view) {
            Ok(body) => Self::new(StatusCode::OK, body),
            Err(error) => Self {
                failed: Some(Problem::internal(error)),
                ..Self::no_content()
            },
        }
    }

    /// An object and its version, which becomes its strong `ETag`.
    pub fn object<V: Serialize>(view: &V, version: i64) -> Self {
        let answer = Self::json(view);
        Self {
            etag: Some(format!("\"{version}\"")),
            ..answer
        }
    }

    /// 204.
    pub fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Vec::new())
    }

    /// Bytes of another media type.
    pub fn bytes(media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let mut answer = Self::new(StatusCode::OK, body.into());
        answer.headers = vec![(CONTENT_TYPE, HeaderValue::from_static(media_type))];
        answer
    }

    /// 201 with its `Location`: the path of the new object.
    pub fn created(mut self, path: &str) -> Self {
        self.status = StatusCode::CREATED;
        self.header(LOCATION, path)
    }

    /// 202 with the `Location` of its job.
    pub fn accepted(mut self, path: &str) -> Self {
        self.status = StatusCode::ACCEPTED;
        self.header(LOCATION, path)
    }

    /// Members that are shown this once: null when the answer is replayed.
    pub fn secret_fields(mut self, names: &'static [&'static str]) -> Self {
        self.secrets = names;
        self
    }

    /// One more header; a value that no header can hold is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// What is shown of other records changes without the version: the `ETag` of a version tells such bodies apart.
    pub fn beside(mut self, shown: Option<&str>) -> Self {
        let version = self.etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        if let Some((version, shown)) = version.zip(shown) {
            let hash: [u8; 32] = Sha256::digest(shown).into();
            let [a, b, c, d, ..] = hash;
            let hash = u32::from_be_bytes([a, b, c, d]);
            self.etag = Some(format!("\"{}-{hash:08x}\"", version.trim_matches('"')));
        }
        self
    }

    /// The body holds sentences in the caller's language: in another than English its `ETag` is weak.
    pub fn in_language(self, locale: Locale) -> Self {
        if locale == Locale::En {
            self
        } else {
            self.weakened()
        }
    }

    pub(crate) fn with_link(self, path: &str) -> Self {
        self.header(LINK, &format!("<{path}>; rel=\"next\""))
    }

    /// An `ETag` becomes one of these bytes alone.
    fn weakened(self) -> Self {
        if self.etag.is_some() { self.tagged() } else { self }
    }

    /// With an `ETag` of these bytes alone, which `If-Match` refuses.
    pub fn tagged(mut self) -> Self {
        let hash: [u8; 32] = Sha256::digest(&self.body).into();
        let [start @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hash;
        self.etag = Some(format!("W/\"{:032x}\"", u128::from_be_bytes(start)));
        self
    }

    /// As it is kept for replays.
    pub(crate) fn to_kept(&self) -> Kept {
        let mut body = self.body.clone();
        if !self.secrets.is_empty()
            && let Ok(Value::Object(mut members)) = serde_json::from_slice(&body)
        {
            members.extend(self.secrets.iter().map(|name| ((*name).to_owned(), Value::Null)));
            members.insert("secret_omitted".to_owned(), Value::Bool(true));
            body = Value::Object(members).to_string().into_bytes();
        }
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        headers.extend(self.etag.clone().map(|etag| (ETAG.to_string(), etag)));
        Kept {
            status: self.status.as_u16(),
            headers,
            body,
        }
    }

    /// The answer of the first time, again.
    pub(crate) fn replayed(kept: Kept) -> Self {
        let mut answer = Self::new(
            StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK),
            kept.body,
        );
        answer.headers = Vec::new();
        for (name, value) in kept.headers {
            if name == ETAG.as_str() {
                answer.etag = Some(value);
            } else if let Ok(name) = HeaderName::try_from(name) {
                answer = answer.header(name, &value);
            }
        }
        answer.header(HeaderName::from_static("idempotency-replayed"), "true")
    }

    /// As a rehearsal shows it: 200, without an id, a place or a version to match.
    pub(crate) fn rehearsed(mut self) -> Self {
        if let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(&self.body) {
            members.remove("id");
            self.body = Value::Object(members).to_string().into_bytes();
            self.status = StatusCode::OK;
        }
        self.etag = None;
        self.headers.retain(|(name, _)| *name != LOCATION);
        self
    }

    pub(crate) fn failed(self) -> Result<Self, Problem> {
        match self.failed {
            Some(problem) => Err(problem),
            None => Ok(self),
        }
    }
}

impl Ctx {
    /// One object, with what `expand` and `fields` make of it.
    pub async fn show<V: Serialize + ToSchema + 'static>(
        &self,
        noun: &Noun,
        view: &V,
        version: i64,
    ) -> Result<Answer, Problem> {
        self.expected()?.check(version)?;
        let answer = Answer::object(view, version).failed()?;
        if self.standard.expand.is_empty() && self.standard.fields.is_empty() {
            return Ok(answer);
        }
        let mut rows = vec![serde_json::from_slice(&answer.body).map_err(Problem::internal)?];
        self.reshape::<V>(noun, &mut rows).await?;
        let row = rows.pop().unwrap_or_default();
        let reshaped = Answer {
            body: row.to_string().into_bytes(),
            ..answer
        };
        Ok(reshaped.weakened())
    }

    /// Expands and cuts rows in place.
    pub(crate) async fn reshape<V: ToSchema + 'static>(
        &self,
        noun: &Noun,
        rows: &mut [Value],
    ) -> Result<(), Problem> {
        self.known_fields::<V>()?;
        crate::expand::expand(self, noun, rows).await?;
        let wanted: HashSet<&str> = self
            .standard
            .fields
            .iter()
            .map(String::as_str)
            .chain(["object"])
            .collect();
        if wanted.len() > 1 {
            for row in rows.iter_mut().filter_map(Value::as_object_mut) {
                row.retain(|name, _| wanted.contains(name.as_str()));
            }
        }
        Ok(())
    }

    fn known_fields<V: ToSchema + 'static>(&self) -> Result<(), Problem> {
        let shapes = Shapes::of::<V>();
        let known = shapes.members();
        let unknown = self
            .standard
            .fields
            .iter()
            .filter(|name| !known.contains(&name.as_str()))
            .take(FAULTS_MAX);
        let faults: Vec<Fault> = unknown
            .map(|name| {
                let near = nearest(name, known.iter().copied());
                Fault::parameter("fields", "unknown_field", unknown_member(name, near, &known))
            })
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::bad_parameters(faults))
        }
    }

    /// Whether `expand` or `fields` ask for another shape.
    pub(crate) fn wants_reshaping(&self) -> bool {
        !self.standard.expand.is_empty() || !self.standard.fields.is_empty()
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if let Some(problem) = &self.failed {
            return HttpResponse::from_error(problem.clone());
        }
        let header = request
            .headers()
            .get(IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok());
        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        let same = reading
            && header
                .zip(self.etag.as_deref())
                .is_some_and(|(header, etag)| unchanged(header, etag));
        let mut response = HttpResponseBuilder::new(if same {
            StatusCode::NOT_MODIFIED
        } else {
            self.status
        });
        if let Some(etag) = self.etag {
            response.insert_header((ETAG, etag));
        }
        if same {
            return response.finish();
        }
        for header in self.headers {
            response.append_header(header);
        }
        if self.body.is_empty() {
            response.finish()
        } else {
            response.body(self.body)
        }
    }
}
