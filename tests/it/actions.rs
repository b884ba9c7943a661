//! What a published text has done: by the rights of whoever asks, else of whoever published it, and by no others.

use countersign_acceptance::{Answer, Caller, Server, until};
use reqwest::Method;
use serde_json::{Value, json};

/// A step that does what its file says, and nothing else.
fn workflow(action: &str, with: &str) -> String {
    format!(
        "workflow: grab\ntitle: Grab\nowners: {{role: finance}}\nsubmitters: everyone\nsummary: Grab\nnumber: G-{{counter}}\n\
         form:\n  deal: {{type: text, label: Deal, required: true}}\nsteps:\n  - action: act\n    do: {action}\n    with: {with}\n  - end: approved\n"
    )
}

async fn publish(who: &Caller, text: &str, version: &str) -> anyhow::Result<u16> {
    let headers = [("content-type", "application/yaml"), ("if-match", version)];
    let body = Some(text.as_bytes().to_vec());
    let answer = who
        .send_bytes(Method::PUT, "/v1/workflows/grab", &headers, body)
        .await?;
    anyhow::ensure!(answer.status < 500 && answer.status != 422, "{answer}");
    Ok(answer.status)
}

/// How a request ends that hal makes.
async fn outcome(hal: &Caller, deal: &str) -> anyhow::Result<String> {
    let new = json!({"workflow": "grab", "form": {"deal": deal}});
    let made = hal.post("/v1/requests", &new).await?.expect(201)?;
    let path = format!("/v1/requests/{}", made.text("/id"));
    until("the action ran", 20, async || {
        let status = hal.get(&path).await?.expect(200)?.text("/status").to_owned();
        Ok((status != "open").then_some(status))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_lends_nobody_the_servers_rights() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ann, hal, eve, fay) = (
        server.sign_in("ann").await?,
        server.sign_in("hal").await?,
        server.sign_in("eve").await?,
        server.sign_in("fay").await?,
    );
    let account = ann
        .post("/v1/accounts", &json!({"name": "Quiet"}))
        .await?
        .expect(201)?;
    let new = json!({"name": "Quiet", "account": account.text("/id"), "visibility": "mine"});
    let deal = ann.post("/v1/deals", &new).await?.expect(201)?;
    let deal = deal.text("/id");
    let cleo = server
        .sign_in("cleo")
        .await?
        .get("/v1/me")
        .await?
        .text("/id")
        .to_owned();
    let show = workflow(
        "deals.show_contract",
        "{deal: \"{deal}\", request: \"{request.id}\", status: approved, reason: Signed by the CEO}",
    );
    let tell = workflow(
        "notices.send",
        &format!("{{to: {cleo}, text: You are dismissed}}"),
    );

    assert_eq!(
        publish(&hal, &show, "*").await?,
        403,
        "nobody publishes a first version unasked"
    );
    assert_eq!(
        publish(
            &fay,
            &workflow("notices.send", "{to: \"{requester.id}\", text: Hello}"),
            "*"
        )
        .await?,
        201
    );
    assert_eq!(outcome(&hal, deal).await?, "approved", "to oneself");
    // Eve owns the name since, and has no role that her text could lend.
    for (version, text) in ["\"1\"", "\"2\""].into_iter().zip([&show, &tell]) {
        assert_eq!(publish(&eve, text, version).await?, 200);
        assert_eq!(outcome(&hal, deal).await?, "held", "{text}");
    }
    let untouched = ann.get(&format!("/v1/deals/{deal}")).await?.expect(200)?;
    assert_eq!(untouched.body["contract"], json!(null));
    assert!(server.sign_in("cleo").await?.all("/v1/notices").await?.is_empty());

    // What hr publishes speaks for the company.
    assert_eq!(publish(&fay, &tell, "\"3\"").await?, 200);
    assert_eq!(outcome(&hal, deal).await?, "approved");
    assert_eq!(server.sign_in("cleo").await?.all("/v1/notices").await?.len(), 1);
    Ok(())
}

/// Starts itself so many times, where this holds.
fn bomb(times: usize, when: &str) -> String {
    let step = |place: usize| {
        format!(
            "  - action: again-{place}\n    when: {when}\n    do: requests.start\n    with:\n      workflow: bomb\n      requester: \"{{requester.id}}\"\n      form: nothing\n"
        )
    };
    let steps: String = (0..times).map(step).collect();
    format!(
        "workflow: bomb\ntitle: Bomb\nowners: {{role: hr}}\nnumber: B-{{counter}}\nform:\n  note: {{type: text}}\nsteps:\n{steps}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_starts_itself_comes_to_an_end() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let fay = server.sign_in("fay").await?;
    // Nothing in this condition tells the checker that it always holds.
    put(
        &fay,
        "workflows/bomb",
        &bomb(10, "note is empty or note == 'first'"),
    )
    .await?
    .expect(201)?;
    let hal = server.sign_in("hal").await?;
    let new = json!({"workflow": "bomb", "form": {"note": "first"}});
    hal.post("/v1/requests", &new).await?.expect(201)?;
    let count = async |status: &str| -> anyhow::Result<usize> {
        let path = format!("/v1/requests?workflow=bomb{status}");
        Ok(fay.all(&path).await?.len())
    };
    until("nothing follows any more", 300, async || {
        let open = count("&status=open").await?;
        Ok((open == 0).then_some(()))
    })
    .await?;
    let (all, held) = (count("").await?, count("&status=held").await?);
    assert!(
        (400..=511).contains(&all) && held > 0,
        "{all} requests, {held} held"
    );
    let first = &fay
        .get("/v1/requests?workflow=bomb&status=held&limit=1")
        .await?
        .expect(200)?
        .body["data"][0];
    let history = format!("/v1/requests/{}/history", first["id"].as_str().unwrap());
    let told = fay.get(&history).await?.expect(200)?.body.to_string();
    assert!(told.contains("500 actions already followed"), "{told}");

    // A budget is of one cause: others go on.
    let leave = json!({"workflow": "leave", "form": {"kind": "annual", "dates": {"start": "2027-06-07", "end": "2027-06-08"}}});
    hal.post("/v1/requests", &leave).await?.expect(201)?;
    Ok(())
}

async fn put(who: &Caller, path: &str, text: &str) -> anyhow::Result<Answer> {
    let headers = [("content-type", "application/yaml")];
    let body = Some(text.as_bytes().to_vec());
    who.send_bytes(Method::PUT, &format!("/v1/{path}"), &headers, body)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_start_each_other_without_an_end_are_found_when_the_last_of_them_is_published()
-> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let fay = server.sign_in("fay").await?;
    let alone = put(&fay, "workflows/bomb", &bomb(1, "true")).await?.expect(422)?;
    assert!(alone.body.to_string().contains("start-circle"), "{alone}");

    let plain = "workflow: plain\ntitle: Plain\nowners: {role: hr}\nform:\n  note: {type: text}\nsteps:\n  - end: approved\n";
    put(&fay, "workflows/plain", plain).await?.expect(201)?;
    let follow = |when: &str| {
        format!(
            "automation: follow\nwhen_event: oa.request.approved\nwhen: {when}\ndo:\n  - start: plain\n    requester: event.request.requester\n    form: {{note: again}}\n"
        )
    };
    let closed = put(
        &fay,
        "automations/follow",
        &follow("event.request.workflow == 'plain'"),
    )
    .await?;
    let told = closed.expect(422)?.body.to_string();
    assert!(
        told.contains("start-circle") && told.contains("`plain` → ("),
        "{told}"
    );
    let other = put(
        &fay,
        "automations/follow",
        &follow("event.request.workflow == 'leave'"),
    )
    .await?;
    other.expect(201)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_many_action_steps_comes_to_its_end() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (fay, hal) = (server.sign_in("fay").await?, server.sign_in("hal").await?);
    let step = |place: usize| {
        format!(
            "  - action: tell-{place}\n    do: notices.send\n    with: {{to: \"{{requester.id}}\", text: Step {place}}}\n"
        )
    };
    let steps: String = (1..=30).map(step).collect();
    let text = format!(
        "workflow: long\ntitle: Long\nowners: {{role: hr}}\nform:\n  note: {{type: text}}\nsteps:\n{steps}"
    );
    put(&fay, "workflows/long", &text).await?.expect(201)?;
    let new = json!({"workflow": "long", "form": {"note": "first"}});
    let made = hal.post("/v1/requests", &new).await?.expect(201)?;
    let path = format!("/v1/requests/{}", made.text("/id"));
    let status = until("the last step ran", 30, async || {
        let status = hal.get(&path).await?.expect(200)?.text("/status").to_owned();
        Ok((status != "open").then_some(status))
    })
    .await?;
    assert_eq!(status, "approved");
    let notices = hal.all("/v1/notices").await?;
    let of_steps = notices.iter().filter(|notice| {
        notice["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("Step "))
    });
    assert_eq!(of_steps.count(), 30);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_deal_hears_that_its_automation_could_not_act_and_finds_it_on_the_deal()
-> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ann, hal, fay) = (
        server.sign_in("ann").await?,
        server.sign_in("hal").await?,
        server.sign_in("fay").await?,
    );
    let account = ann
        .post("/v1/accounts", &json!({"name": "Overseas"}))
        .await?
        .expect(201)?;
    // The contract's form takes euros.
    let amount = json!({"amount": "8000.00", "currency": "USD"});
    let new =
        json!({"name": "Overseas", "account": account.text("/id"), "amount": amount, "visibility": "mine"});
    let deal = ann.post("/v1/deals", &new).await?.expect(201)?;
    let deal = format!("/v1/deals/{}", deal.text("/id"));
    ann.post(&format!("{deal}/win"), &json!({})).await?.expect(200)?;
    let shown = until("the deal shows it", 20, async || {
        let entries = ann.all(&format!("{deal}/timeline")).await?;
        let failed = entries
            .into_iter()
            .find(|entry| entry["type"] == "rules.run.failed");
        Ok(failed)
    })
    .await?;
    let told = shown["text"].as_str().unwrap_or_default();
    assert!(
        told.contains("won-deal-starts-contract") && told.contains("EUR"),
        "{shown}"
    );
    let notices = ann.all("/v1/notices").await?;
    let about = |notice: &Value| deal.ends_with(notice["about"].as_str().unwrap_or("-"));
    assert_eq!(
        notices.iter().filter(|notice| about(notice)).count(),
        1,
        "{notices:?}"
    );

    // Who does not see the deal hears of no run about it either.
    let events = "/v1/events?type=rules.run.failed";
    assert_eq!(ann.get(events).await?.expect(200)?.rows().len(), 1);
    assert_eq!(hal.get(events).await?.expect(200)?.rows().len(), 0);
    let run = shown["subject"].as_str().unwrap_or_default();
    assert_eq!(hal.get(&format!("/v1/runs/{run}")).await?.status, 403);
    assert_eq!(
        fay.get(&format!("/v1/runs/{run}"))
            .await?
            .expect(200)?
            .text("/status"),
        "failed"
    );
    Ok(())
}
