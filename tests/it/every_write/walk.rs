//! Sends each request under a key and a trace of its own, again at once, and again after a crash.

use std::collections::BTreeMap;

use anyhow::Context as _;
use countersign_acceptance::{Answer, Caller, Server};
use reqwest::Method;
use serde_json::Value;

/// Headers that an answer is given again with. The others tell one sending from another.
const KEPT: [&str; 3] = ["content-type", "etag", "location"];

/// What an answer shows once, and not again when it is given again.
const SECRETS: [&str; 4] = ["key", "link", "secret", "ticket"];
const SHOWS_A_SECRET: &[&str] = &[
    "POST /v1/api-keys",
    "POST /v1/events/stream-ticket",
    "POST /v1/leave/feeds",
    "POST /v1/users/{id}/password-link",
    "POST /v1/webhooks",
    "POST /v1/webhooks/{id}/rotate-secret",
];

/// They take the ETag of the caller's task, not of what their path names.
const BY_TASK: &[&str] = &[
    "POST /v1/requests/{id}/approve",
    "POST /v1/requests/{id}/reject",
    "POST /v1/requests/{id}/return",
];

/// A request that was sent, and its first answer.
pub struct Sent {
    pub operation: String,
    pub trace: String,
    who: Caller,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    answer: Answer,
}

/// A walk through the API by people of the sample company.
pub struct Walk {
    pub server: Server,
    pub sent: Vec<Sent>,
    /// The traces of what was sent once.
    pub once: Vec<String>,
    pub document: Value,
    people: BTreeMap<&'static str, Caller>,
}

impl Walk {
    pub async fn begin(arguments: &[&str]) -> anyhow::Result<Self> {
        let server = Server::demo(arguments).await?;
        let document = server.stranger().get("/openapi.json").await?.expect(200)?.body;
        let mut people = BTreeMap::new();
        // Hal has a second session, to end.
        server.sign_in("hal").await?;
        for name in ["ada", "ann", "bo", "cleo", "dan", "fay", "gus", "hal", "ivy"] {
            people.insert(name, server.sign_in(name).await?);
        }
        Ok(Self {
            server,
            sent: Vec::new(),
            once: Vec::new(),
            document,
            people,
        })
    }

    pub fn caller(&self, who: &str) -> Caller {
        self.people[who].clone()
    }

    /// Sends what nobody who is signed in sends, once.
    pub async fn post_as_nobody(&mut self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let trace = format!("00-{:032x}-{:016x}-01", u128::MAX, self.once.len() + 1);
        let headers = [
            ("content-type", "application/json"),
            ("traceparent", trace.as_str()),
        ];
        let bytes = serde_json::to_vec(body)?;
        let stranger = self.server.stranger();
        let answer = stranger
            .send_bytes(Method::POST, path, &headers, Some(bytes))
            .await?;
        anyhow::ensure!(answer.status < 300, "{path}: {answer}");
        self.once.push(trace);
        Ok(answer)
    }

    /// Takes somebody along who was not there when it began.
    pub fn take_along(&mut self, name: &'static str, token: &str) {
        let mut caller = self.caller("ada");
        caller.token = Some(token.to_owned());
        self.people.insert(name, caller);
    }

    pub async fn post(&mut self, who: &str, path: &str, body: Value) -> anyhow::Result<Answer> {
        let body = serde_json::to_vec(&body)?;
        self.write(who, Method::POST, path, "application/json", Some(body))
            .await
    }

    pub async fn patch(&mut self, who: &str, path: &str, body: Value) -> anyhow::Result<Answer> {
        let (media, body) = ("application/merge-patch+json", serde_json::to_vec(&body)?);
        self.write(who, Method::PATCH, path, media, Some(body)).await
    }

    pub async fn put(&mut self, who: &str, path: &str, body: Value) -> anyhow::Result<Answer> {
        let body = serde_json::to_vec(&body)?;
        self.write(who, Method::PUT, path, "application/json", Some(body))
            .await
    }

    pub async fn put_yaml(&mut self, who: &str, path: &str, text: &str) -> anyhow::Result<Answer> {
        let body = text.to_owned().into_bytes();
        self.write(who, Method::PUT, path, "application/yaml", Some(body))
            .await
    }

    pub async fn delete(&mut self, who: &str, path: &str) -> anyhow::Result<Answer> {
        self.write(who, Method::DELETE, path, "", None).await
    }

    /// Sends it twice under one key; the second answer must be the first.
    pub async fn write(
        &mut self,
        who: &str,
        method: Method,
        path: &str,
        media: &str,
        body: Option<Vec<u8>>,
    ) -> anyhow::Result<Answer> {
        let who = self.caller(who);
        let operation = self.operation(&method, path)?;
        let count = self.sent.len() + 1;
        let trace = format!("00-{count:032x}-{count:016x}-01");
        let mut headers = vec![
            ("idempotency-key", format!("walk-{count}")),
            ("traceparent", trace.clone()),
        ];
        if !media.is_empty() {
            headers.push(("content-type", media.to_owned()));
        }
        if let Some(etag) = seen(&who, &method, &operation, path).await? {
            headers.push(("if-match", etag));
        }
        let mut sent = Sent {
            operation,
            trace,
            who,
            method,
            path: path.to_owned(),
            headers,
            body,
            answer: Answer::default(),
        };
        let answer = sent.send().await?;
        anyhow::ensure!(answer.status < 300, "{} {path}: {answer}", sent.operation);
        sent.answer = answer.clone();
        sent.again().await?;
        self.sent.push(sent);
        Ok(answer)
    }

    /// The operation of the document, `POST /v1/deals/{id}/win`; the one with the fewest names in its path.
    fn operation(&self, method: &Method, path: &str) -> anyhow::Result<String> {
        let paths = self.document["paths"].as_object().context("no paths")?;
        let verb = method.as_str().to_lowercase();
        let plain = path.split('?').next().unwrap_or_default();
        paths
            .iter()
            .filter(|(template, item)| item.get(&verb).is_some() && fits(template, plain))
            .min_by_key(|(template, _)| template.matches('{').count())
            .map(|(template, _)| format!("{method} {template}"))
            .with_context(|| format!("the document knows no {method} {path}"))
    }

    /// Every request once more, after the server was killed and started again.
    pub async fn again_after_a_crash(&mut self) -> anyhow::Result<()> {
        self.server.kill()?;
        self.server.spawn().await?;
        for sent in &self.sent {
            sent.again().await.context("after the crash")?;
        }
        Ok(())
    }
}

impl Sent {
    async fn send(&self) -> anyhow::Result<Answer> {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.who
            .send_bytes(self.method.clone(), &self.path, &headers, self.body.clone())
            .await
    }

    async fn again(&self) -> anyhow::Result<()> {
        let again = self.send().await?;
        let headers = |answer: &Answer| KEPT.map(|name| answer.header(name).map(str::to_owned));
        anyhow::ensure!(
            self.first() == (again.status, again.bytes.clone())
                && headers(&self.answer) == headers(&again)
                && again.header("idempotency-replayed") == Some("true"),
            "{} {}: sent again under its key\n  first {} {:?}\n  again {again} {:?}",
            self.operation,
            self.path,
            self.answer,
            headers(&self.answer),
            headers(&again),
        );
        Ok(())
    }

    /// The first answer as it is kept: a secret is shown once.
    fn first(&self) -> (u16, Vec<u8>) {
        let mut kept = self.answer.body.clone();
        let secrets: Vec<&str> = SECRETS
            .iter()
            .copied()
            .filter(|name| kept[name].is_string())
            .collect();
        if secrets.is_empty() || !SHOWS_A_SECRET.contains(&self.operation.as_str()) {
            return (self.answer.status, self.answer.bytes.clone());
        }
        for name in secrets {
            kept[name] = Value::Null;
        }
        kept["secret_omitted"] = Value::Bool(true);
        (self.answer.status, kept.to_string().into_bytes())
    }
}

/// What somebody has seen of the record that they are about to change.
async fn seen(who: &Caller, method: &Method, operation: &str, path: &str) -> anyhow::Result<Option<String>> {
    let record = if method != Method::POST {
        path
    } else if operation.contains("{id}/") && !BY_TASK.contains(&operation) {
        path.rsplit_once('/').map_or(path, |(record, _)| record)
    } else {
        return Ok(None);
    };
    Ok(who.get(record).await?.header("etag").map(str::to_owned))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}
