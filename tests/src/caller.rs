//! Somebody who calls the API.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::contract;

/// An answer, read.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body if it is JSON, else null.
    pub body: Value,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = String::from_utf8_lossy(&self.bytes).chars().take(600).collect();
        write!(f, "{} {text}", self.status)
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The rows of a list.
    pub fn rows(&self) -> &[Value] {
        self.body
            .get("data")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Demands a status.
    pub fn expect(self, status: u16) -> anyhow::Result<Self> {
        anyhow::ensure!(self.status == status, "expected {status}, saw {self}");
        Ok(self)
    }
}

/// A caller with a token, or without.
#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    /// Of each server; they are called in turn.
    bases: Arc<[String]>,
    turn: Arc<AtomicUsize>,
    pub token: Option<String>,
    renewal: Option<Arc<Renewal>>,
}

/// How somebody signs in again before their token ends: what a test does may take longer than a token lives.
struct Renewal {
    words: Value,
    first: Option<String>,
    signed_in: tokio::sync::Mutex<(Instant, String)>,
}

/// Tokens live ten minutes.
const FRESH: Duration = Duration::from_mins(7);

impl Caller {
    pub fn new(client: reqwest::Client, bases: Arc<[String]>, token: Option<String>) -> Self {
        Self {
            client,
            bases,
            turn: Arc::default(),
            token,
            renewal: None,
        }
    }

    /// The same, who signs in again with these words before the token ends.
    pub fn renewed_by(mut self, words: Value) -> Self {
        let token = self.token.clone().unwrap_or_default();
        self.renewal = Some(Arc::new(Renewal {
            words,
            first: self.token.clone(),
            signed_in: tokio::sync::Mutex::new((Instant::now(), token)),
        }));
        self
    }

    async fn fresh_token(&self) -> anyhow::Result<Option<String>> {
        // Whoever has another token since calls by that.
        let renewal = self
            .renewal
            .as_ref()
            .filter(|renewal| renewal.first == self.token);
        let Some(renewal) = renewal else {
            return Ok(self.token.clone());
        };
        let mut signed_in = renewal.signed_in.lock().await;
        if signed_in.0.elapsed() < FRESH {
            return Ok(Some(signed_in.1.clone()));
        }
        let request = self.client.post(self.url("/v1/auth/login")).json(&renewal.words);
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access_token")?;
        *signed_in = (Instant::now(), token.to_owned());
        Ok(Some(token.to_owned()))
    }

    /// Whether it calls by an API key.
    pub fn is_key(&self) -> bool {
        self.token
            .as_deref()
            .is_some_and(|token| token.starts_with("csk_"))
    }

    fn url(&self, path: &str) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let base = self.bases.iter().cycle().nth(turn % self.bases.len().max(1));
        format!("{}{path}", base.map_or("", String::as_str))
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, &[], None).await
    }

    /// An answer that does not end, to be read as it comes.
    pub async fn listen(&self, path: &str) -> anyhow::Result<reqwest::Response> {
        let token = self.fresh_token().await?.unwrap_or_default();
        Ok(self.client.get(self.url(path)).bearer_auth(token).send().await?)
    }

    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// A POST that is sent once however often it is repeated.
    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, &[("idempotency-key", key)], Some(body))
            .await
    }

    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    /// A merge patch of the object as it is now.
    pub async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let now = self.get(path).await?;
        let etag = now.header("etag").unwrap_or("*").to_owned();
        let headers = [
            ("if-match", etag.as_str()),
            ("content-type", "application/merge-patch+json"),
        ];
        self.send(Method::PATCH, path, &headers, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> anyhow::Result<Answer> {
        let now = self.get(path).await?;
        let etag = now.header("etag").unwrap_or("*").to_owned();
        self.send(Method::DELETE, path, &[("if-match", &etag)], None)
            .await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let bytes = body.map(serde_json::to_vec).transpose()?;
        let mut headers = headers.to_vec();
        if bytes.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            headers.push(("content-type", "application/json"));
        }
        self.send_bytes(method, path, &headers, bytes).await
    }

    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> anyhow::Result<Answer> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
        }
        let mut request = self.client.request(method.clone(), self.url(path)).headers(map);
        if let Some(token) = self.fresh_token().await? {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.with_context(|| path.to_owned())?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer {
            status,
            headers,
            bytes,
            body,
        };
        contract::holds(&method, path, &answer)?;
        Ok(answer)
    }

    /// Every row of a list, page by page.
    pub async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let join = if path.contains('?') { '&' } else { '?' };
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer = self
                .get(&format!("{path}{join}limit=200{cursor}"))
                .await?
                .expect(200)?;
            rows.extend_from_slice(answer.rows());
            if answer.body.get("has_more") != Some(&json!(true)) {
                return Ok(rows);
            }
            cursor = format!("&cursor={}", answer.text("/next_cursor"));
        }
    }

    /// A small PDF, uploaded; its id.
    pub async fn upload(&self) -> anyhow::Result<String> {
        let words = crate::unique("receipt");
        let pdf =
            format!("%PDF-1.4\n% {words}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
        self.upload_as("receipt.pdf", "application/pdf", pdf).await
    }

    /// Uploads these bytes under a name.
    pub async fn upload_as(
        &self,
        name: &str,
        media: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> anyhow::Result<String> {
        let part = reqwest::multipart::Part::bytes(bytes.into())
            .file_name(name.to_owned())
            .mime_str(media)?;
        let form = reqwest::multipart::Form::new().part("file", part);
        let mut request = self.client.post(self.url("/v1/files")).multipart(form);
        if let Some(token) = self.fresh_token().await? {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        anyhow::ensure!(status == 201, "upload: {status} {body}");
        Ok(body
            .get("id")
            .and_then(Value::as_str)
            .context("no id")?
            .to_owned())
    }

    /// Open tasks of this caller in a request.
    pub async fn tasks(&self, request: &str) -> anyhow::Result<Vec<Value>> {
        let rows = self.all("/v1/tasks?assignee=me&status=open").await?;
        Ok(rows
            .into_iter()
            .filter(|task| task.get("request") == Some(&json!(request)))
            .collect())
    }

    /// Approves the one task that this caller has in a request.
    pub async fn approve(&self, request: &str) -> anyhow::Result<Answer> {
        let tasks = self.tasks(request).await?;
        let task = tasks.first().context("no task here")?;
        let id = task
            .get("id")
            .and_then(Value::as_str)
            .context("a task without id")?;
        self.post(&format!("/v1/tasks/{id}/approve"), &json!({})).await
    }
}
