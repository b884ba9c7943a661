//! One attempt: the bytes, the signature, the call, and what the receiver said.

use std::time::Duration;

use countersign_kernel::time::Instant;
use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use serde_json::{Map, Value, json};
use url::Url;

use super::{ANSWER_BYTES_MAX, ATTEMPT_S, is_secret_header};
use crate::egress::{Guard, Refused};
use crate::sign::{Secret, signatures};

/// What the receiver said, or why nothing was heard.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub status_code: Option<u16>,
    pub error: Option<String>,
    /// JSON, secrets removed.
    pub headers: Option<String>,
    pub answer: Option<String>,
    pub retry_after_s: Option<i64>,
    pub duration: Duration,
}

impl Heard {
    pub fn succeeded(&self) -> bool {
        self.status_code
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// The receiver is gone for good.
    pub fn gone(&self) -> bool {
        self.status_code == Some(410)
    }

    fn failed(why: &str) -> Self {
        Self {
            error: Some(why.to_owned()),
            ..Self::default()
        }
    }
}

/// The guarded client: it dials only what the guard judged, follows nothing, and asks no proxy.
pub fn client(guard: &Guard) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .dns_resolver(guard.clone())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(ATTEMPT_S))
        .connect_timeout(Duration::from_secs(ATTEMPT_S))
        .pool_idle_timeout(Duration::from_secs(90))
        .build()
}

/// What is sent: the event's id is stable over all attempts, the timestamp is fresh.
pub struct Message<'a> {
    pub url: &'a str,
    pub id: String,
    pub body: String,
    pub secrets: &'a [Secret],
    pub at: Instant,
}

/// Calls the receiver once.
pub async fn call(client: &reqwest::Client, guard: &Guard, message: Message<'_>) -> Heard {
    let Ok(url) = Url::parse(message.url) else {
        return Heard::failed("the address cannot be read");
    };
    if let Err(refused) = guard.judge_url(&url) {
        return Heard::failed(&refused.to_string());
    }
    let timestamp = message.at.millis() / 1000;
    let signature = signatures(message.secrets, &message.id, timestamp, message.body.as_bytes());
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "Countersign-Webhooks")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", signature)
        .body(message.body);
    match request.send().await {
        Ok(response) => read(response).await,
        Err(error) => Heard::failed(why(&error)),
    }
}

async fn read(response: reqwest::Response) -> Heard {
    let status_code = response.status().as_u16();
    let headers = kept_headers(response.headers());
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let retry_after_s = retry_after.and_then(|value| value.trim().parse().ok());
    let mut answer = Vec::new();
    let mut stream = response.bytes_stream();
    // What comes after the first 4 KiB is neither read nor waited for.
    while let Some(Ok(part)) = stream.next().await {
        let room = ANSWER_BYTES_MAX.saturating_sub(answer.len());
        answer.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
        if answer.len() >= ANSWER_BYTES_MAX {
            break;
        }
    }
    let answer: String = String::from_utf8_lossy(&answer).replace('\0', "\u{fffd}");
    let error = match status_code {
        200..300 => None,
        300..400 => Some("redirects are not followed".to_owned()),
        _ => Some(format!("the receiver answered {status_code}")),
    };
    Heard {
        status_code: Some(status_code),
        error,
        headers: Some(headers),
        answer: Some(answer),
        retry_after_s,
        ..Heard::default()
    }
}

fn kept_headers(headers: &HeaderMap) -> String {
    let kept: Map<String, Value> = headers
        .iter()
        .take(50)
        .map(|(name, value)| {
            let shown = String::from_utf8_lossy(value.as_bytes());
            let shown = if is_secret_header(name.as_str()) {
                "(removed)".to_owned()
            } else {
                shown.chars().take(500).collect()
            };
            (name.as_str().to_owned(), json!(shown))
        })
        .collect();
    Value::Object(kept).to_string()
}

/// In words that say nothing of what is inside our network.
fn why(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.downcast_ref::<Refused>().is_some() {
            return "address_refused";
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        "no answer within 15 s"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
}
