//! Closed loops: each client walks the steps in order, and waits for each answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::server::Server;

/// What the clients saw.
pub(crate) struct Seen {
    pub(crate) finished: usize,
    pub(crate) elapsed: Duration,
    /// How long each decision took.
    pub(crate) decisions: Vec<Duration>,
}

struct People {
    base: String,
    client: reqwest::Client,
    requester: String,
    manager: String,
    finance: String,
}

/// W1 by so many clients for so long.
pub(crate) async fn approvals(server: &Server, clients: usize, stretch: Duration) -> anyhow::Result<Seen> {
    let people = Arc::new(People {
        base: server.base.clone(),
        client: server.client.clone(),
        requester: server.sign_in("ann").await?,
        manager: server.sign_in("bo").await?,
        finance: server.sign_in("dan").await?,
    });
    // One round to warm up; it is not counted.
    one(&people).await?;
    let began = Instant::now();
    let loops: Vec<_> = (0..clients)
        .map(|_| {
            let people = Arc::clone(&people);
            tokio::spawn(async move {
                let mut decisions = Vec::new();
                while began.elapsed() < stretch {
                    decisions.extend(one(&people).await?);
                }
                anyhow::Ok(decisions)
            })
        })
        .collect();
    let mut decisions = Vec::new();
    for each in loops {
        decisions.extend(each.await??);
    }
    Ok(Seen {
        finished: decisions.len() / 2,
        elapsed: began.elapsed(),
        decisions,
    })
}

/// One request from submission to approval; how long its two decisions took.
async fn one(people: &People) -> anyhow::Result<[Duration; 2]> {
    let form = json!({"purpose": "Taxi and hotel", "amount": {"amount": "320.00", "currency": "EUR"}});
    let words = json!({"workflow": "bench-expense", "form": form});
    let request = people.post(&people.requester, "/v1/requests", &words).await?;
    let task = first_task(&request, "current")?;
    let began = Instant::now();
    let decided = people
        .post(&people.manager, &format!("/v1/tasks/{task}/approve"), &json!({}))
        .await?;
    let first = began.elapsed();
    let task = first_task(&decided, "next")?;
    let began = Instant::now();
    let decided = people
        .post(&people.finance, &format!("/v1/tasks/{task}/approve"), &json!({}))
        .await?;
    let second = began.elapsed();
    anyhow::ensure!(
        decided.get("request_status").and_then(Value::as_str) == Some("approved"),
        "not approved: {decided}"
    );
    Ok([first, second])
}

fn first_task(answer: &Value, list: &str) -> anyhow::Result<String> {
    let task = answer.pointer(&format!("/{list}/0/tasks/0"));
    let id = task.and_then(|task| task.as_str().or_else(|| task.get("id").and_then(Value::as_str)));
    Ok(id
        .with_context(|| format!("no task in {list} of {answer}"))?
        .to_owned())
}

impl People {
    async fn post(&self, token: &str, path: &str, words: &Value) -> anyhow::Result<Value> {
        let answer = self
            .client
            .post(format!("{}{path}", self.base))
            .bearer_auth(token)
            .json(words)
            .send()
            .await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        anyhow::ensure!(status.is_success(), "{path}: {status} {body}");
        Ok(body)
    }
}
