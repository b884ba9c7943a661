//! Webhooks as a stranger receives them: a thousand deliveries through a receiver that fails at first, one that is gone,
//! and addresses that are never called.

use std::collections::BTreeSet;

use anyhow::Context as _;
use countersign_acceptance::{Answer, Caller, Server, Sink, unique, until};
use serde_json::{Value, json};

const EGRESS: [&str; 3] = ["--fresh", "--allow-egress", "127.0.0.0/8"];

/// As a client should: what is refused as "try again shortly" is sent again, under the same key.
async fn patiently(who: &Caller, path: &str, body: &Value) -> anyhow::Result<Answer> {
    let key = unique("batch");
    until("a server with time", 120, async || {
        let answer = who.post_once(path, body, &key).await?;
        Ok((answer.status != 503).then_some(answer))
    })
    .await
}

/// Accounts made in batches; their ids.
async fn accounts(who: &Caller, count: usize) -> anyhow::Result<BTreeSet<String>> {
    let mut made = BTreeSet::new();
    while made.len() < count {
        let rows: Vec<Value> = (made.len()..count)
            .take(100)
            .map(|_| json!({"op": "create", "data": {"name": unique("Account")}}))
            .collect();
        let body = json!({"atomic": true, "rows": rows});
        let answer = patiently(who, "/v1/accounts/batch", &body).await?.expect(200)?;
        let ids = answer
            .rows()
            .iter()
            .filter_map(|row| row["object"]["id"].as_str());
        made.extend(ids.map(str::to_owned));
    }
    Ok(made)
}

/// An endpoint that hears of accounts made here (the demo's own may still be on their way): its path and secret.
async fn endpoint(who: &Caller, url: &str) -> anyhow::Result<(String, String)> {
    let filter = json!({"name": {"starts_with": "Account-"}});
    let body = json!({"url": url, "event_types": ["crm.account.created"], "filter": filter});
    let made = who.post("/v1/webhooks", &body).await?.expect(201)?;
    Ok((
        format!("/v1/webhooks/{}", made.text("/id")),
        made.text("/secret").to_owned(),
    ))
}

async fn first_delivery(who: &Caller, hook: &str) -> anyhow::Result<Option<Value>> {
    let page = who
        .get(&format!("{hook}/deliveries?sort=-created_at&limit=1"))
        .await?
        .expect(200)?;
    Ok(page.rows().first().cloned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_deliveries_arrive_although_the_receiver_fails_at_first() -> anyhow::Result<()> {
    let server = Server::demo(&EGRESS).await?;
    let ada = server.sign_in("ada").await?;
    let sink = Sink::start()?;
    sink.answer_with(500);
    let (hook, secret) = endpoint(&ada, &sink.url).await?;
    let began = std::time::Instant::now();
    let wanted = accounts(&ada, 1000).await?;
    until("a failed attempt", 60, async || {
        Ok((!sink.got().is_empty()).then_some(()))
    })
    .await?;
    sink.answer_with(204);
    let refused = sink.got().len();
    until("a thousand successes", 420, async || {
        let page = ada
            .get(&format!("{hook}/deliveries?status=succeeded&count=exact&limit=1"))
            .await?
            .expect(200)?;
        if page.body["count"] == 1000 {
            return Ok(Some(()));
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        Ok(None)
    })
    .await?;

    let got = sink.got();
    assert!(
        got.iter().all(|arrived| arrived.verifies(&secret)),
        "a signature does not verify"
    );
    assert!(
        got.iter()
            .all(|arrived| arrived.json()["id"] == arrived.id.as_str()),
        "webhook-id is the event's id"
    );
    let events: BTreeSet<&str> = got.iter().map(|arrived| arrived.id.as_str()).collect();
    assert_eq!(events.len(), 1000, "what is sent again keeps its id");
    let subjects: BTreeSet<String> = got
        .iter()
        .filter_map(|arrived| arrived.json()["subject"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(subjects, wanted);
    let again = got.len() - events.len();
    assert!(again > 0, "nothing was sent again");
    println!(
        "webhooks: 1,000 deliveries verified in {:.1} s; {refused} refused at first, {again} sent again under the same id",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_disables_and_what_waited_is_sent_again_under_its_id() -> anyhow::Result<()> {
    let server = Server::demo(&EGRESS).await?;
    let ada = server.sign_in("ada").await?;
    let sink = Sink::start()?;
    sink.answer_with(410);
    let (hook, secret) = endpoint(&ada, &sink.url).await?;
    accounts(&ada, 1).await?;
    until("disabled by 410", 20, async || {
        let now = ada.get(&hook).await?.expect(200)?;
        Ok((now.text("/status") == "disabled").then_some(()))
    })
    .await?;
    let parked = first_delivery(&ada, &hook).await?.context("no delivery")?;
    assert_eq!(parked["status"], "parked");
    assert_eq!(parked["attempts"][0]["status_code"], 410);

    sink.answer_with(204);
    ada.post(&format!("{hook}/enable"), &json!({}))
        .await?
        .expect(200)?;
    until("sent after it was enabled", 20, async || {
        let delivery = first_delivery(&ada, &hook).await?;
        Ok(delivery.filter(|delivery| delivery["status"] == "succeeded"))
    })
    .await?;

    let before = sink.got().len();
    let delivery = parked["id"].as_str().context("no id")?;
    let again = ada
        .post(&format!("{hook}/deliveries/{delivery}/redeliver"), &json!({}))
        .await?
        .expect(200)?;
    assert_eq!(again.text("/id"), delivery);
    until("redelivered", 20, async || {
        Ok((sink.got().len() > before).then_some(()))
    })
    .await?;
    let ids: BTreeSet<String> = sink.got().into_iter().map(|arrived| arrived.id).collect();
    assert_eq!(
        ids.into_iter().collect::<Vec<_>>(),
        [parked["event"].as_str().unwrap_or_default()],
        "one event, one id"
    );

    ada.post(&format!("{hook}/test"), &json!({})).await?.expect(200)?;
    let ping = until("the test ping", 20, async || {
        let got = sink.got();
        Ok(got
            .into_iter()
            .find(|arrived| arrived.json()["type"] == "webhooks.endpoint.tested"))
    })
    .await?;
    assert!(ping.verifies(&secret));
    let page = ada
        .get(&format!("{hook}/deliveries?event_type=webhooks.endpoint.tested"))
        .await?
        .expect(200)?;
    assert_eq!(page.rows().len(), 1, "a test shows among the deliveries");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_public_are_never_called() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let ada = server.sign_in("ada").await?;
    let sink = Sink::start()?;
    let refused = async |url: &str| -> anyhow::Result<String> {
        let body = json!({"url": url, "event_types": ["crm.account.created"]});
        let answer = ada.post("/v1/webhooks", &body).await?.expect(422)?;
        assert_eq!(answer.text("/errors/0/pointer"), "/url", "{url}");
        Ok(answer.text("/errors/0/code").to_owned())
    };
    assert_eq!(refused(&sink.url).await?, "not_https");
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
    ] {
        assert_eq!(
            refused(&format!("https://{host}/hook")).await?,
            "address_refused",
            "{host}"
        );
    }

    // A name is judged when it is dialled.
    let port = sink
        .url
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('/').next())
        .context("no port")?;
    let (hook, _) = endpoint(&ada, &format!("https://localhost:{port}/hook")).await?;
    ada.post(&format!("{hook}/test"), &json!({})).await?.expect(200)?;
    let attempt = until("the attempt at a name", 20, async || {
        let delivery = first_delivery(&ada, &hook).await?;
        Ok(delivery.and_then(|delivery| delivery["attempts"].get(0).cloned()))
    })
    .await?;
    assert_eq!(attempt["error"], "address_refused", "{attempt}");
    assert!(sink.got().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_and_a_disabled_owner_take_their_endpoints_along() -> anyhow::Result<()> {
    let server = Server::demo(&EGRESS).await?;
    let ada = server.sign_in("ada").await?;
    let words = json!({"name": "CI", "scopes": ["webhooks:write", "crm:accounts:read"]});
    let key = ada.post("/v1/api-keys", &words).await?.expect(201)?;
    let mut ci = ada.clone();
    ci.token = Some(key.text("/key").to_owned());
    let sink = Sink::start()?;
    let deals = json!({"url": sink.url, "event_types": ["crm.deal.*"]});
    let refused = ci.post("/v1/webhooks", &deals).await?.expect(403)?;
    assert_eq!(refused.text("/scope"), "crm:deals:read");
    let (hook, _) = endpoint(&ci, &sink.url).await?;

    let cleo = server.sign_in("cleo").await?;
    let me = cleo.get("/v1/me").await?.expect(200)?;
    let (cleos, _) = endpoint(&cleo, &sink.url).await?;
    ada.delete(&format!("/v1/api-keys/{}", key.text("/id")))
        .await?
        .expect(204)?;
    let disable = format!("/v1/users/{}/disable", me.text("/id"));
    ada.post(&disable, &json!({})).await?.expect(200)?;
    for (hook, reason) in [(hook, "key_revoked"), (cleos, "owner_disabled")] {
        let why = until("an endpoint that is disabled", 20, async || {
            let now = ada.get(&hook).await?.expect(200)?;
            Ok((now.text("/status") == "disabled").then(|| now.text("/disabled_reason").to_owned()))
        });
        assert_eq!(why.await?, reason, "{hook}");
    }
    Ok(())
}
