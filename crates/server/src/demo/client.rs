//! Somebody of the sample company, at the API.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::PASSWORD;

pub(super) struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Client {
    pub(super) async fn sign_in(base: &str, email: &str) -> anyhow::Result<Self> {
        // It calls this very server, on an address that nobody else named.
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_mins(1))
            .build()?;
        let words = json!({"email": email, "password": PASSWORD});
        let answer = http
            .post(format!("{base}/v1/auth/login"))
            .json(&words)
            .send()
            .await?;
        let signed_in: Value = read(answer)
            .await
            .with_context(|| format!("{email} cannot sign in"))?;
        let token = signed_in
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access_token")?
            .to_owned();
        Ok(Self {
            base: base.to_owned(),
            token,
            http,
        })
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .send()
            .await?;
        read(answer).await.with_context(|| path.to_owned())
    }

    /// A POST under a key: done once, however often the demo is started.
    pub(super) async fn post(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = request
            .header("idempotency-key", format!("demo-{key}"))
            .json(body)
            .send()
            .await?;
        read(answer).await.with_context(|| format!("{path} ({key})"))
    }

    /// A PUT under a key, of whatever is there.
    pub(super) async fn put(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self
            .http
            .put(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = request
            .header("idempotency-key", format!("demo-{key}"))
            .header("if-match", "*")
            .json(body)
            .send()
            .await?;
        read(answer).await.with_context(|| format!("{path} ({key})"))
    }

    /// A receipt, uploaded; its id. The bytes are the same every time, so a second start finds the first one's file.
    pub(super) async fn receipt(&self, name: &str) -> anyhow::Result<String> {
        let body = format!(
            "--demo\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}.pdf\"\r\n\
             content-type: application/pdf\r\n\r\n%PDF-1.4\n% {name}\n1 0 obj<</Type/Catalog>>endobj\n\
             trailer<</Root 1 0 R>>\n%%EOF\n\r\n--demo--\r\n"
        );
        let request = self
            .http
            .post(format!("{}/v1/files", self.base))
            .bearer_auth(&self.token);
        let request = request.header("content-type", "multipart/form-data; boundary=demo");
        let answer = request
            .header("idempotency-key", format!("demo-{name}"))
            .body(body)
            .send()
            .await?;
        id(&read(answer).await.context("/v1/files")?)
    }

    /// Decides the open task that this person has in a request, if there is one.
    pub(super) async fn decide(&self, request: &str, verb: &str, words: &Value) -> anyhow::Result<()> {
        let tasks = self
            .get(&format!("/v1/tasks?assignee=me&status=open&request={request}"))
            .await?;
        let Some(task) = tasks.pointer("/data/0") else {
            return Ok(());
        };
        let task = id(task)?;
        self.post(
            &format!("/v1/tasks/{task}/{verb}"),
            &format!("{verb}-{task}"),
            words,
        )
        .await?;
        Ok(())
    }
}

pub(super) fn id(object: &Value) -> anyhow::Result<String> {
    Ok(object
        .get("id")
        .and_then(Value::as_str)
        .context("an object without id")?
        .to_owned())
}

async fn read(answer: reqwest::Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let text = answer.text().await?;
    anyhow::ensure!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).context("the answer is no JSON")
}
