//! What a published text has done: by the rights of whoever asks, else of whoever published it, and by no others.

use countersign_acceptance::{Caller, Server, until};
use reqwest::Method;
use serde_json::json;

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

/// Starts itself so many times.
fn bomb(times: usize) -> String {
    let step = |place: usize| {
        format!(
            "  - action: again-{place}\n    do: requests.start\n    with:\n      workflow: bomb\n      requester: \"{{requester.id}}\"\n      form: nothing\n"
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
    let headers = [("content-type", "application/yaml")];
    let text = Some(bomb(10).into_bytes());
    let published = fay
        .send_bytes(Method::PUT, "/v1/workflows/bomb", &headers, text)
        .await?;
    assert_eq!(published.status, 201, "{published}");
    let hal = server.sign_in("hal").await?;
    let new = json!({"workflow": "bomb", "form": {"note": "first"}});
    hal.post("/v1/requests", &new).await?.expect(201)?;
    let count = async |status: &str| -> anyhow::Result<usize> {
        let path = format!("/v1/requests?workflow=bomb{status}");
        Ok(fay.all(&path).await?.len())
    };
    until("nothing follows any more", 120, async || {
        let open = count("&status=open").await?;
        Ok((open == 0).then_some(()))
    })
    .await?;
    let (all, held) = (count("").await?, count("&status=held").await?);
    assert!(
        (400..=510).contains(&all) && held > 0,
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
