//! What is true of a request and its tasks, of what is published, of endpoints, and of a request that is sent twice.

use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::{Fixture, id, made};
use super::{Pair, one_of};
use crate::{Answer, Caller, unique};

pub(super) const PAIRS: &[Pair] = &[
    Pair::new("a colleague edits what is approved", |fixture| {
        Box::pin(edited(fixture))
    }),
    Pair::new("two decide where one is enough", |fixture| {
        Box::pin(any_of(fixture))
    }),
    Pair::new("one task is decided twice", |fixture| Box::pin(twice(fixture))),
    Pair::new("a task is decided and handed on", |fixture| {
        Box::pin(handed_on(fixture))
    }),
    Pair::new("a request is decided and withdrawn", |fixture| {
        Box::pin(withdrawn(fixture))
    }),
    Pair::new("one name is published for the first time twice", |fixture| {
        Box::pin(published(fixture, true))
    }),
    Pair::new("two versions follow the same one", |fixture| {
        Box::pin(published(fixture, false))
    }),
    Pair::new("an endpoint is disabled twice", |fixture| {
        Box::pin(endpoint(fixture))
    }),
    Pair::new("a request is sent twice under one key", |fixture| {
        Box::pin(one_key(fixture))
    }),
];

/// Finance decides: `need` of them.
fn workflow(name: &str, need: &str) -> String {
    format!(
        "workflow: {name}\ntitle: Race\nowners: {{role: finance}}\nnumber: R-{{counter}}\nform:\n  amount: {{type: money, required: true}}\nsteps:\n  - approval: finance\n    by: {{role: finance}}\n    need: {need}\n    can_edit: [amount]\n"
    )
}

async fn publish(who: &Caller, name: &str, text: &str, header: (&str, &str)) -> anyhow::Result<Answer> {
    let headers = [("content-type", "application/yaml"), header];
    let path = format!("/v1/workflows/{name}");
    who.send_bytes(Method::PUT, &path, &headers, Some(text.as_bytes().to_vec()))
        .await
}

fn amount(text: &str) -> Value {
    json!({"amount": {"amount": text, "currency": "EUR"}})
}

/// A request of ann's, with the tasks of dan and eve.
async fn asked(fixture: &Fixture, need: &str) -> anyhow::Result<(String, String, String)> {
    let name = format!("race-{need}");
    let ada = fixture.who("ada")?;
    let there = ada.get(&format!("/v1/workflows/{name}")).await?;
    if there.status == 404 {
        publish(&ada, &name, &workflow(&name, need), ("if-none-match", "*"))
            .await?
            .expect(201)?;
    }
    let body = json!({"workflow": name, "form": amount("10.00")});
    let request = made(&fixture.who("ann")?, "/v1/requests", &body).await?;
    let mut tasks = Vec::new();
    for who in ["dan", "eve"] {
        let path = format!("/v1/tasks?assignee=me&status=open&request={}", id(&request));
        let mine = fixture.who(who)?.get(&path).await?.expect(200)?;
        tasks.push(format!("/v1/tasks/{}", mine.text("/data/0/id")));
    }
    let [dans, eves] = tasks.try_into().map_err(|_| anyhow::anyhow!("not two tasks"))?;
    Ok((format!("/v1/requests/{}", id(&request)), dans, eves))
}

async fn decide(who: &Caller, task: &str, verb: &str, body: Value, tag: &str) -> anyhow::Result<Answer> {
    let path = format!("{task}/{verb}");
    who.send(Method::POST, &path, &[("if-match", tag)], Some(&body))
        .await
}

/// The approval may come first; after the edit it is of another version.
async fn edited(fixture: &Fixture) -> anyhow::Result<String> {
    let (dan, eve) = (fixture.who("dan")?, fixture.who("eve")?);
    let (_, dans, eves) = asked(fixture, "2").await?;
    let raised = json!({"form": amount("99999.00")});
    let (edit, approval) = fixture
        .race(
            decide(&dan, &dans, "approve", raised, "*"),
            decide(&eve, &eves, "approve", json!({}), "\"1\""),
        )
        .await?;
    let edit = edit.expect(200)?;
    if approval.status == 412 {
        return Ok("edited before, 412".to_owned());
    }
    let approval = approval.expect(200)?;
    // The second of two approvals ends the request: this was the first.
    anyhow::ensure!(
        approval.text("/request_status") == "open",
        "approved unseen: {edit} | {approval}"
    );
    Ok("approved before".to_owned())
}

async fn any_of(fixture: &Fixture) -> anyhow::Result<String> {
    let (dan, eve) = (fixture.who("dan")?, fixture.who("eve")?);
    let (_, dans, eves) = asked(fixture, "any").await?;
    let why = json!({"comment": "No."});
    let (first, second) = fixture
        .race(
            decide(&dan, &dans, "approve", json!({}), "*"),
            decide(&eve, &eves, "reject", why, "*"),
        )
        .await?;
    one_of(&first, &second, DECIDED)
}

const DECIDED: &[(u16, &str)] = &[(409, "request_over"), (409, "task_over"), (409, "task_handed_on")];

async fn twice(fixture: &Fixture) -> anyhow::Result<String> {
    let dan = fixture.who("dan")?;
    let (_, dans, _) = asked(fixture, "2").await?;
    let (first, second) = fixture
        .race(
            decide(&dan, &dans, "approve", json!({}), "\"1\""),
            decide(&dan, &dans, "reject", json!({"comment": "No."}), "\"1\""),
        )
        .await?;
    one_of(&first, &second, DECIDED)
}

async fn handed_on(fixture: &Fixture) -> anyhow::Result<String> {
    let (dan, fay) = (fixture.who("dan")?, fixture.who("fay")?);
    let (_, dans, _) = asked(fixture, "2").await?;
    let to = fay.get("/v1/me").await?.expect(200)?.text("/id").to_owned();
    let (first, second) = fixture
        .race(
            decide(&dan, &dans, "approve", json!({}), "*"),
            decide(&dan, &dans, "transfer", json!({"to": to}), "*"),
        )
        .await?;
    one_of(&first, &second, DECIDED)
}

/// A decision may come first and the end after it, where one of two has decided.
async fn withdrawn(fixture: &Fixture) -> anyhow::Result<String> {
    let (ann, dan) = (fixture.who("ann")?, fixture.who("dan")?);
    let (request, dans, _) = asked(fixture, "any").await?;
    let path = format!("{request}/withdraw");
    let none = json!({});
    let (first, second) = fixture
        .race(
            decide(&dan, &dans, "approve", json!({}), "*"),
            ann.post(&path, &none),
        )
        .await?;
    let end = one_of(&first, &second, DECIDED)?;
    let status = ann.get(&request).await?.expect(200)?.text("/status").to_owned();
    let wanted = if first.status < 300 {
        "approved"
    } else {
        "withdrawn"
    };
    anyhow::ensure!(status == wanted, "it is {status}");
    Ok(end)
}

async fn published(fixture: &Fixture, first_time: bool) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let name = unique("race");
    let text = |counter: &str| workflow(&name, "any").replace("R-", counter);
    let header = if first_time {
        ("if-none-match", "*")
    } else {
        publish(&ada, &name, &text("A-"), ("if-none-match", "*"))
            .await?
            .expect(201)?;
        ("if-match", "\"1\"")
    };
    let (one, other) = (text("B-"), text("C-"));
    let (first, second) = fixture
        .race(
            publish(&ada, &name, &one, header),
            publish(&ada, &name, &other, header),
        )
        .await?;
    one_of(
        &first,
        &second,
        &[(412, "version_moved"), (412, "exists_already")],
    )
}

async fn endpoint(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let body = json!({"url": "https://hooks.example/a", "event_types": ["crm.deal.won"]});
    let made = made(&ann, "/v1/webhooks", &body).await?;
    let (path, none) = (format!("/v1/webhooks/{}", id(&made)), json!({}));
    let off = format!("{path}/disable");
    let (first, second) = fixture.race(ann.post(&off, &none), ann.post(&off, &none)).await?;
    let end = one_of(&first, &second, &[(409, "already")])?;
    super::fixture::delete(&ann, &path).await?.expect(204)?;
    Ok(end)
}

/// The second hears the answer of the first.
async fn one_key(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let (key, body) = (unique("key"), json!({"name": unique("Once")}));
    let (first, second) = fixture
        .race(
            ann.post_once("/v1/accounts", &body, &key),
            ann.post_once("/v1/accounts", &body, &key),
        )
        .await?;
    let (first, second) = (first.expect(201)?, second.expect(201)?);
    anyhow::ensure!(first.bytes == second.bytes, "two answers: {first} | {second}");
    Ok("the same answer".to_owned())
}
