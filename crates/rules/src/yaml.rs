//! A body of YAML, as it was sent.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use countersign_web::{Fault, Problem, ProblemKind, Words, broken_off};
use sha2::{Digest, Sha256};

const TYPES: [&str; 4] = [
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
];
/// 1 MiB, as the language says.
const LIMIT: usize = 1 << 20;

/// A file as its author wrote it, with the hash of its bytes.
pub(crate) struct Yaml {
    pub text: String,
    pub sha256: [u8; 32],
}

impl FromRequest for Yaml {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media = media
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let known = TYPES.contains(&media.as_str());
        let payload = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            if !known {
                return Err(unsupported());
            }
            let bytes = payload.map_err(Problem::internal)?.to_bytes_limited(LIMIT).await;
            let bytes =
                bytes
                    .map_err(|_| Problem::too_large(LIMIT))?
                    .map_err(|error| match error.as_error() {
                        Some(error) => broken_off(error),
                        None => Problem::internal(error),
                    })?;
            let sha256 = Sha256::digest(&bytes).into();
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| not_utf8())?;
            Ok(Self { text, sha256 })
        })
    }
}

fn unsupported() -> Problem {
    let detail = Words::fixed(
        "Send Content-Type: application/yaml.",
        "请使用 Content-Type: application/yaml。",
    );
    Problem::new(ProblemKind::UnsupportedMediaType, detail.clone()).with_faults([Fault::header(
        "Content-Type",
        "unsupported",
        detail,
    )])
}

fn not_utf8() -> Problem {
    Problem::new(
        ProblemKind::MalformedBody,
        Words::fixed(
            "The file is not UTF-8: save it as UTF-8.",
            "文件不是 UTF-8：请以 UTF-8 保存。",
        ),
    )
}
