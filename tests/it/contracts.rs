//! What an account lists of its deals, as events, timelines and webhooks tell it.

use countersign_acceptance::sink::Arrived;
use countersign_acceptance::{Answer, Caller, Server, Sink, until};
use serde_json::{Value, json};

/// An endpoint for changes of accounts.
async fn listens(who: &Caller, sink: &Sink) -> anyhow::Result<()> {
    let hook = json!({"url": sink.url, "event_types": ["crm.account.updated"], "payload": "full"});
    who.post("/v1/webhooks", &hook).await?.expect(201)?;
    Ok(())
}

/// The change of the account's list of contracts, as it arrived.
async fn arrived(sink: &Sink, account: &str) -> anyhow::Result<Value> {
    until("the account's event", 20, async || {
        Ok(sink
            .got()
            .iter()
            .map(Arrived::json)
            .find(|event| event["subject"] == account))
    })
    .await
}

/// The office's word on the deal's contract, which comes to the deal and to its account.
async fn reject_contract(server: &Server, deal: &str) -> anyhow::Result<()> {
    let (ada, gus) = (server.sign_in("ada").await?, server.sign_in("gus").await?);
    let task = until("a contract's task", 20, async || {
        let contracts = ada.all("/v1/requests?workflow=contract").await?;
        let Some(request) = contracts.iter().find(|one| one["form"]["deal"] == deal) else {
            return Ok(None);
        };
        let tasks = gus.tasks(request["id"].as_str().unwrap_or_default()).await?;
        Ok(tasks
            .first()
            .map(|task| task["id"].as_str().unwrap_or_default().to_owned()))
    });
    let verdict = format!("/v1/tasks/{}/reject", task.await?);
    gus.post(&verdict, &json!({"comment": "No."}))
        .await?
        .expect(200)?;
    Ok(())
}

fn tells_of(answer: &Answer, deal: &str) -> bool {
    answer.body.to_string().contains(deal)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_deals_contract_is_told_to_those_who_see_the_deal() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--allow-egress", "127.0.0.0/8"]).await?;
    let (ann, hal) = (server.sign_in("ann").await?, server.sign_in("hal").await?);
    let (anns, hals) = (Sink::start()?, Sink::start()?);
    listens(&ann, &anns).await?;
    listens(&hal, &hals).await?;
    let new = json!({"name": "Listing", "country": "DE"});
    let account = ann.post("/v1/accounts", &new).await?.expect(201)?;
    let account = account.text("/id");
    let amount = json!({"amount": "1000.00", "currency": "EUR"});
    let new = json!({"name": "Quiet", "account": account, "visibility": "mine", "amount": amount});
    let deal = ann.post("/v1/deals", &new).await?.expect(201)?;
    let deal = deal.text("/id");
    ann.post(&format!("/v1/deals/{deal}/win"), &json!({}))
        .await?
        .expect(200)?;
    reject_contract(&server, deal).await?;

    let (to_ann, to_hal) = (arrived(&anns, account).await?, arrived(&hals, account).await?);
    assert_eq!(
        to_ann["data"]["account"]["contracts"][0]["deal"], deal,
        "{to_ann}"
    );
    assert_eq!(to_ann["data"]["changed_fields"], json!(["contracts"]));
    assert_eq!(to_hal["data"]["account"]["contracts"], json!([]), "{to_hal}");
    assert_eq!(to_hal["data"]["changed_fields"], Value::Null, "nothing for him");
    assert!(!to_hal.to_string().contains(deal), "{to_hal}");

    let one = format!("/v1/events/{}", to_ann["id"].as_str().unwrap_or_default());
    let all = format!("/v1/events?subject={account}");
    let timeline = format!("/v1/accounts/{account}/timeline");
    until("the timeline", 20, async || {
        let told = ann.get(&timeline).await?;
        Ok(tells_of(&told, "crm.account.updated").then_some(()))
    })
    .await?;
    let narrow = json!({"name": "narrow", "scopes": ["crm:accounts:read", "platform:events:read"]});
    let key = ann.post("/v1/api-keys", &narrow).await?.expect(201)?;
    let mut narrow = ann.clone();
    narrow.token = Some(key.text("/key").to_owned());
    for path in [&one, &all, &timeline] {
        for (who, told) in [(&ann, true), (&hal, false), (&narrow, false)] {
            let answer = who.get(path).await?.expect(200)?;
            assert_eq!(tells_of(&answer, deal), told, "{path}: {answer}");
        }
    }
    Ok(())
}
