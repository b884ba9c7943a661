//! What the races run on: a server with the sample company, and people who are signed in.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use countersign_testkit::Steps;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Caller, Server, unique};

/// Who takes part, with their tenant.
const PEOPLE: &[(&str, &str)] = &[
    ("ada", "acme"),
    ("ann", "acme"),
    ("bo", "acme"),
    ("dan", "acme"),
    ("eve", "acme"),
    ("fay", "acme"),
    ("gil", "globex"),
    ("twin", "globex"),
];

/// Everybody's.
pub(super) const PASSWORD: &str = "countersign-demo";

/// Tokens live ten minutes.
const FRESH: Duration = Duration::from_mins(7);

pub struct Fixture {
    server: Server,
    signed_in: Mutex<(Instant, HashMap<&'static str, Caller>)>,
    steps: tokio::sync::Mutex<Steps>,
    races: AtomicU32,
}

impl Fixture {
    pub async fn new(server: Server) -> anyhow::Result<Self> {
        let steps = Steps::at(server.database_url().as_deref().unwrap_or_default()).await;
        let fixture = Self {
            server,
            signed_in: Mutex::new((Instant::now(), HashMap::new())),
            steps: tokio::sync::Mutex::new(steps),
            races: AtomicU32::new(0),
        };
        let gil = fixture.server.sign_in_at("gil", "globex").await?;
        let twin =
            json!({"name": "Twin", "email": "twin@globex.example", "roles": ["admin"], "password": PASSWORD});
        made(&gil, "/v1/users", &twin).await?;
        fixture.sign_in().await?;
        Ok(fixture)
    }

    async fn sign_in(&self) -> anyhow::Result<()> {
        let mut callers = HashMap::new();
        for (name, tenant) in PEOPLE {
            callers.insert(*name, self.server.sign_in_at(name, tenant).await?);
        }
        *self.signed_in.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), callers);
        Ok(())
    }

    /// Signs everybody in again before their tokens end.
    pub(super) async fn renew(&self) -> anyhow::Result<()> {
        let since = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner).0;
        if since.elapsed() > FRESH {
            self.sign_in().await?;
        }
        Ok(())
    }

    /// Signs one in whose sessions have ended.
    pub(super) async fn sign_in_again(&self, name: &'static str, tenant: &str) -> anyhow::Result<()> {
        let caller = self.server.sign_in_at(name, tenant).await?;
        let mut signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        signed_in.1.insert(name, caller);
        Ok(())
    }

    pub(super) fn who(&self, name: &str) -> anyhow::Result<Caller> {
        let signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        signed_in.1.get(name).cloned().context("nobody of this name")
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Sends both at once; every second time in step where the database lets itself be held, so that the second judges
    /// while the first has judged and not committed.
    pub(super) async fn race(
        &self,
        first: impl Future<Output = anyhow::Result<Answer>>,
        second: impl Future<Output = anyhow::Result<Answer>>,
    ) -> anyhow::Result<(Answer, Answer)> {
        let turn = self.races.fetch_add(1, Ordering::Relaxed);
        let (one, other) = match turn % 4 {
            1 => self.steps.lock().await.run(first, second).await,
            3 => {
                let (other, one) = self.steps.lock().await.run(second, first).await;
                (one, other)
            }
            _ => tokio::join!(first, second),
        };
        let (one, other) = (one?, other?);
        for answer in [&one, &other] {
            anyhow::ensure!(answer.status < 500, "a fault of ours: {answer}");
        }
        Ok((one, other))
    }
}

/// Makes something that must succeed.
pub(super) async fn made(who: &Caller, path: &str, body: &Value) -> anyhow::Result<Value> {
    Ok(who.post(path, body).await?.expect(201)?.body)
}

/// A person of the caller's tenant, who cannot sign in.
pub(super) async fn person(admin: &Caller) -> anyhow::Result<String> {
    let email = format!("{}@race.example", unique("p"));
    let made = made(admin, "/v1/users", &json!({"name": "P", "email": email})).await?;
    Ok(format!("/v1/users/{}", id(&made)))
}

pub(super) fn id(of: &Value) -> &str {
    of.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// A change whatever the version is.
pub(super) async fn patch(who: &Caller, path: &str, tag: &str, body: &Value) -> anyhow::Result<Answer> {
    let headers = [
        ("if-match", tag),
        ("content-type", "application/merge-patch+json"),
    ];
    who.send(Method::PATCH, path, &headers, Some(body)).await
}

pub(super) async fn delete(who: &Caller, path: &str) -> anyhow::Result<Answer> {
    who.send(Method::DELETE, path, &[("if-match", "*")], None).await
}
