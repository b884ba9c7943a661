//! The whole idea in one walk: rules, two approvals, a deal, its contract, a signed webhook, and a crash between.

use countersign_acceptance::{Caller, Server, Sink, unique, until};
use serde_json::{Value, json};

/// An expense of so much, submitted; its id.
pub(crate) async fn expense(who: &Caller, amount: &str) -> anyhow::Result<String> {
    let file = who.upload().await?;
    let form = json!({"purpose": unique("Taxi"), "amount": {"amount": amount, "currency": "EUR"},
        "category": "travel", "spent_on": "2026-11-02", "receipt": [file]});
    let answer = who
        .post("/v1/requests", &json!({"workflow": "expense", "form": form}))
        .await?
        .expect(201)?;
    Ok(answer.text("/id").to_owned())
}

async fn status(who: &Caller, request: &str) -> anyhow::Result<String> {
    Ok(who
        .get(&format!("/v1/requests/{request}"))
        .await?
        .expect(200)?
        .text("/status")
        .to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expense_is_decided_by_rule_or_by_the_right_people() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (hal, ivy, dan) = (
        server.sign_in("hal").await?,
        server.sign_in("ivy").await?,
        server.sign_in("dan").await?,
    );
    for (amount, wanted) in [("42.50", "approved"), ("499.99", "approved"), ("500.00", "open")] {
        let request = expense(&hal, amount).await?;
        assert_eq!(status(&hal, &request).await?, wanted, "{amount}");
    }
    let request = expense(&hal, "1800.00").await?;
    let task = ivy.tasks(&request).await?.first().cloned().unwrap();
    let own = hal
        .post(
            &format!("/v1/tasks/{}/approve", task["id"].as_str().unwrap()),
            &json!({}),
        )
        .await?;
    assert!(
        matches!(own.status, 403 | 404),
        "nobody decides their own request: {own}"
    );
    ivy.approve(&request).await?.expect(200)?;
    let done = dan.approve(&request).await?.expect(200)?;
    assert_eq!(done.text("/request_status"), "approved");
    assert_eq!(status(&hal, &request).await?, "approved");
    let history = hal
        .get(&format!("/v1/requests/{request}/history"))
        .await?
        .expect(200)?;
    for entry in history.rows() {
        assert!(
            entry["text"].as_str().is_some_and(|text| !text.is_empty()),
            "every entry is a sentence: {entry}"
        );
    }
    let told: Vec<&str> = history
        .rows()
        .iter()
        .filter_map(|entry| entry["text"].as_str())
        .collect();
    assert!(
        told.iter().any(|text| text.contains("Ivy")) && told.iter().any(|text| text.contains("Dan")),
        "{told:?}"
    );
    Ok(())
}

/// Contract requests for a deal, as the administrator sees them.
async fn contracts(ada: &Caller, deal: &str) -> anyhow::Result<Vec<Value>> {
    let rows = ada.all("/v1/requests?workflow=contract&sort=-created_at").await?;
    Ok(rows
        .into_iter()
        .filter(|request| request["form"]["deal"] == json!(deal))
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_won_deal_starts_one_contract_and_its_outcome_comes_back() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--allow-egress", "127.0.0.0/8"]).await?;
    let (ann, ada) = (server.sign_in("ann").await?, server.sign_in("ada").await?);
    let sink = Sink::start()?;
    let hook = json!({"url": sink.url, "event_types": ["crm.deal.won", "oa.request.submitted"]});
    let hook = ada.post("/v1/webhooks", &hook).await?.expect(201)?;
    let secret = hook.text("/secret").to_owned();

    let deal = ann
        .get("/v1/deals?owner=me&status=open&limit=1")
        .await?
        .expect(200)?
        .rows()[0]
        .clone();
    let id = deal["id"].as_str().unwrap().to_owned();
    let key = unique("win");
    for _ in 0..2 {
        ann.post_once(&format!("/v1/deals/{id}/win"), &json!({}), &key)
            .await?
            .expect(200)?;
    }
    let contract = until("a contract request", 10, async || {
        Ok(contracts(&ada, &id).await?.first().cloned())
    })
    .await?;
    let request = contract["id"].as_str().unwrap().to_owned();
    let arrived = until("the webhook", 10, async || {
        Ok(sink
            .got()
            .into_iter()
            .find(|arrived| arrived.json()["type"] == "crm.deal.won"))
    })
    .await?;
    assert!(arrived.verifies(&secret));
    assert!(!arrived.verifies("whsec_c2VjcmV0IHRoYXQgaXMgbm90IHRoZSByaWdodCBvbmU="));

    until("the deal shows that its contract is asked for", 10, async || {
        let shown = ann.get(&format!("/v1/deals/{id}")).await?.body["contract"].clone();
        let wanted =
            json!({"request": request, "number": contract["number"], "status": "open", "reason": null});
        Ok((shown == wanted).then_some(()))
    })
    .await?;
    for name in ["gus", "eve", "dan", "cleo"] {
        let who = server.sign_in(name).await?;
        if !who.tasks(&request).await?.is_empty() {
            who.approve(&request).await?.expect(200)?;
        }
    }
    until("the deal shows its contract", 5, async || {
        let deal = ann.get(&format!("/v1/deals/{id}")).await?;
        Ok(
            (deal.text("/contract/status") == "approved" && deal.text("/contract/request") == request)
                .then_some(()),
        )
    })
    .await?;
    let account = ann
        .get(&format!("/v1/accounts/{}", deal["account"].as_str().unwrap()))
        .await?
        .expect(200)?;
    let listed = account.body["contracts"]
        .as_array()
        .unwrap()
        .iter()
        .any(|contract| contract["request"] == json!(request));
    assert!(listed, "the account lists the contract: {account}");
    assert_eq!(contracts(&ada, &id).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn won_rejected_reopened_and_won_again_starts_a_second_contract() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ann, ada, gus) = (
        server.sign_in("ann").await?,
        server.sign_in("ada").await?,
        server.sign_in("gus").await?,
    );
    let deal = ann
        .get("/v1/deals?owner=me&status=open&limit=1")
        .await?
        .expect(200)?
        .rows()[0]
        .clone();
    let id = deal["id"].as_str().unwrap().to_owned();
    ann.post(&format!("/v1/deals/{id}/win"), &json!({}))
        .await?
        .expect(200)?;
    let first = until("a contract request", 10, async || {
        Ok(contracts(&ada, &id).await?.first().cloned())
    })
    .await?;
    let request = first["id"].as_str().unwrap();
    let task = gus.tasks(request).await?[0]["id"].as_str().unwrap().to_owned();
    let words = json!({"comment": "The liability clause is missing."});
    gus.post(&format!("/v1/tasks/{task}/reject"), &words)
        .await?
        .expect(200)?;
    until("the deal shows the rejection and its reason", 5, async || {
        let deal = ann.get(&format!("/v1/deals/{id}")).await?;
        let shown = deal.text("/contract/status") == "rejected"
            && deal.text("/contract/reason").contains("liability");
        Ok(shown.then_some(()))
    })
    .await?;
    ann.post(&format!("/v1/deals/{id}/reopen"), &json!({}))
        .await?
        .expect(200)?;
    ann.post(&format!("/v1/deals/{id}/win"), &json!({}))
        .await?
        .expect(200)?;
    until("a second contract request", 10, async || {
        Ok((contracts(&ada, &id).await?.len() == 2).then_some(()))
    })
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_win_and_the_start_there_is_exactly_one_contract() -> anyhow::Result<()> {
    let mut server = Server::demo(&[]).await?;
    let mut won = Vec::new();
    for _ in 0..5 {
        let ann = server.sign_in("ann").await?;
        let deal = ann
            .get("/v1/deals?owner=me&status=open&limit=1")
            .await?
            .expect(200)?
            .rows()[0]
            .clone();
        let id = deal["id"].as_str().unwrap().to_owned();
        ann.post(&format!("/v1/deals/{id}/win"), &json!({}))
            .await?
            .expect(200)?;
        server.kill()?;
        won.push(id);
        server.spawn().await?;
    }
    let ada = server.sign_in("ada").await?;
    for id in won {
        until("its contract request", 15, async || {
            Ok((!contracts(&ada, &id).await?.is_empty()).then_some(()))
        })
        .await?;
        assert_eq!(contracts(&ada, &id).await?.len(), 1, "one contract for {id}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_sees_nothing() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (hal, ann, gil) = (
        server.sign_in("hal").await?,
        server.sign_in("ann").await?,
        server.sign_in_at("gil", "globex").await?,
    );
    let request = expense(&hal, "600.00").await?;
    let deal = ann.get("/v1/deals?limit=1").await?.rows()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        format!("/v1/requests/{request}"),
        format!("/v1/deals/{deal}"),
        format!("/v1/requests/{request}/history"),
    ] {
        gil.get(&path).await?.expect(404)?;
    }
    assert!(gil.get("/v1/deals").await?.expect(200)?.rows().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_disables_somebody_hears_what_becomes_of_their_tasks() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ada, hal, ivy) = (
        server.sign_in("ada").await?,
        server.sign_in("hal").await?,
        server.sign_in("ivy").await?,
    );
    let request = expense(&hal, "1800.00").await?;
    let open = ivy.all("/v1/tasks?assignee=me&status=open").await?.len();
    let me = ivy.get("/v1/me").await?.expect(200)?;
    let path = format!("/v1/users/{}/disable", me.text("/id"));
    let disabled = ada.post(&path, &json!({})).await?.expect(200)?;
    assert_eq!(disabled.text("/status"), "disabled");
    let count = |name: &str| disabled.body["tasks"][name].as_u64().unwrap();
    assert!(count("handed_on") > 0, "{disabled}");
    let all = ["handed_on", "held", "dropped", "not_counted"].map(count);
    assert_eq!(all.iter().sum::<u64>(), open as u64, "{disabled}");
    until("somebody else is asked", 20, async || {
        let tasks = ada
            .all(&format!("/v1/tasks?status=open&request={request}"))
            .await?;
        let other = tasks.iter().any(|task| task["assignee"] != me.body["id"]);
        Ok(other.then_some(()))
    })
    .await
}
